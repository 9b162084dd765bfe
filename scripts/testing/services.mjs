// Everything outside that the end-to-end tests talk to, started together and taken down together.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDockerd, unmountBelow } from './dockerd.mjs';
import { staticBusybox, which } from './packages.mjs';
import { run } from './processes.mjs';
import { account, startRegistry } from './registries.mjs';

const prefix = 'slipway-services-';

// What a runner leaves that was killed outright; its processes have ended with it.
function removeLeftovers() {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || existsSync(`/proc/${pid}`)) continue;
    unmountBelow(join(tmpdir(), name));
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/**
 * Starts a Docker Engine and two registries, each of which holds `busybox:1`: a static busybox at `/bin/busybox`
 * and nothing else.
 * @param {{ registryPort?: number }} options
 * @returns {Promise<{ env: Record<string, string>, stop(): Promise<void> }>} `env` is what `test/support/services.ts` reads
 */
export async function startServices({ registryPort = 0 } = {}) {
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const started = [];
  const stop = async () => {
    for (const service of started.splice(0).reverse()) await service.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const keep = (service) => {
    started.push(service);
    return service;
  };
  try {
    const docker = keep(await startDockerd(join(directory, 'docker')));
    const open = keep(await startRegistry(join(directory, 'registry'), { port: registryPort }));
    const closed = keep(await startRegistry(join(directory, 'password-registry'), { password: true }));
    await fillWithBusybox(directory, docker.host, [open.address, closed.address]);
    return { env: environment(docker, open, closed), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environment(docker, open, closed) {
  return {
    SLIPWAY_TEST_DOCKER_HOST: docker.host,
    SLIPWAY_TEST_REGISTRY: open.address,
    SLIPWAY_TEST_PASSWORD_REGISTRY: closed.address,
    SLIPWAY_TEST_USERNAME: account.username,
    SLIPWAY_TEST_PASSWORD: account.password,
    SLIPWAY_TEST_BUSYBOX: staticBusybox() ?? '',
    SLIPWAY_TEST_DOCKER: which('docker') ?? '',
    SLIPWAY_TEST_SKOPEO: which('skopeo') ?? '',
  };
}

async function fillWithBusybox(directory, dockerHost, registries) {
  const context = join(directory, 'busybox');
  const configuration = join(directory, 'docker-config');
  mkdirSync(context);
  mkdirSync(configuration);
  copyFileSync(staticBusybox() ?? '', join(context, 'busybox'));
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY busybox /bin/busybox\n');
  const auth = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  const auths = Object.fromEntries(registries.map((address) => [address, { auth }]));
  writeFileSync(join(configuration, 'config.json'), JSON.stringify({ auths }));
  const docker = async (...args) => await dockerCommand(args, directory, dockerHost, configuration);
  await docker('build', '--quiet', ...registries.flatMap((address) => ['--tag', `${address}/busybox:1`]), context);
  for (const address of registries) await docker('push', `${address}/busybox:1`);
}

async function dockerCommand(args, directory, dockerHost, configuration) {
  const env = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_CONFIG: configuration, DOCKER_BUILDKIT: '0' };
  const logFile = join(directory, 'docker-client.log');
  if ((await run([which('docker') ?? 'docker', ...args], { env, logFile, append: true })) !== 0) {
    throw new Error(`docker ${args[0]} failed while the test registries were being filled`);
  }
}
