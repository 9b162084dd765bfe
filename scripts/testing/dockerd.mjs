// A Docker Engine of the tests' own: nothing of it outlives them, and it never touches one that the machine already runs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { which } from './packages.mjs';
import { start, waitUntil } from './processes.mjs';

// Builds and `docker run` work without a bridge: containers share the host's network or have none.
const withoutNetwork = [
  '--bridge=none',
  '--iptables=false',
  '--ip6tables=false',
  '--ip-forward=false',
  '--ip-masq=false',
];
const storageDrivers = ['overlay2', 'vfs'];

/**
 * Starts dockerd with all its state below `directory`.
 * @returns {Promise<{ host: string, stop(): Promise<void> }>} `host` is what DOCKER_HOST wants
 */
export async function startDockerd(directory) {
  if (process.getuid?.() !== 0) throw new Error('only root can start dockerd');
  for (const driver of storageDrivers) {
    const home = join(directory, driver);
    const daemon = launch(home, driver);
    const socket = join(home, 'docker.sock');
    if (await waitUntil(() => answers(socket), { milliseconds: 30_000, giveUp: () => !daemon.isRunning() })) {
      return { host: `unix://${socket}`, stop: () => stop(daemon, home) };
    }
    await stop(daemon, home, { keepLog: true });
  }
  throw new Error(`dockerd does not start:\n${logTail(join(directory, 'vfs', 'dockerd.log'))}`);
}

function launch(home, driver) {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'daemon.json'), '{}\n');
  const namespace = `slipway-test-${process.pid}-${driver}`;
  const flags = {
    'config-file': join(home, 'daemon.json'),
    'data-root': join(home, 'data'),
    'exec-root': join(home, 'exec'),
    pidfile: join(home, 'pid'),
    host: `unix://${join(home, 'docker.sock')}`,
    'storage-driver': driver,
    'containerd-namespace': namespace,
    'containerd-plugins-namespace': `${namespace}-plugins`,
  };
  const command = [which('dockerd') ?? 'dockerd', ...withoutNetwork];
  for (const [name, value] of Object.entries(flags)) command.push(`--${name}=${value}`);
  return start(command, { output: openSync(join(home, 'dockerd.log'), 'a') });
}

function answers(socketPath) {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}

async function stop(daemon, home, { keepLog = false } = {}) {
  await daemon.stop(15_000);
  endContainerd(home);
  unmountBelow(home);
  for (const part of keepLog ? ['data', 'exec'] : ['']) rmSync(join(home, part), { recursive: true, force: true });
}

// dockerd ends its containerd itself, unless it had to be killed.
function endContainerd(home) {
  try {
    process.kill(Number(readFileSync(join(home, 'exec', 'containerd', 'containerd.pid'), 'utf8')), 'SIGKILL');
  } catch {
    // It has ended, as it should.
  }
}

/** Takes down every mount below a directory, so that it can be removed. */
export function unmountBelow(directory) {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const points = lines.map((line) => line.split(' ')[1] ?? '').filter((point) => point.startsWith(`${directory}/`));
  for (const point of points.reverse()) spawnSync(which('umount') ?? 'umount', ['--lazy', point], { stdio: 'ignore' });
}

function logTail(file) {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');
  } catch {
    return '(it wrote no log)';
  }
}
