import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** A BuildKit daemon of a test's own. */
export interface BuildKitDaemon {
  /** `unix://…`, as BUILDKIT_HOST wants it. */
  readonly socket: string;
  /** `tcp://localhost:PORT`; with TLS where certificates were given. */
  readonly tcp: string;
  stop(): Promise<void>;
}

export interface BuildKitDaemonOptions {
  /** Registries without TLS. */
  readonly plainRegistries: readonly string[];
  /** Files for TLS on `tcp`: clients have to show a certificate signed by `ca`. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Starts buildkitd, from PATH, with all its state below `directory`, and waits until it listens. */
export async function startBuildKitDaemon(
  directory: string,
  { plainRegistries, tls }: BuildKitDaemonOptions,
): Promise<BuildKitDaemon> {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'buildkitd.sock');
  const port = await freePort();
  const flags = { root: join(directory, 'root'), 'oci-worker-binary': 'runc', 'containerd-worker': 'false' };
  const certificates = tls === undefined ? {} : { tlscacert: tls.ca, tlscert: tls.cert, tlskey: tls.key };
  const registries = plainRegistries.map((host) => `[registry."${host}"]\n  http = true\n`);
  writeFileSync(join(directory, 'buildkitd.toml'), registries.join(''));
  const words = Object.entries({ ...flags, ...certificates }).map(([name, value]) => `--${name}=${value}`);
  const addresses = [`--addr=unix://${path}`, `--addr=tcp://127.0.0.1:${port}`];
  const config = `--config=${join(directory, 'buildkitd.toml')}`;
  const daemon = spawn('buildkitd', [config, ...words, ...addresses], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  daemon.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString('utf8')).slice(-4000);
  });
  await untilListening(path, daemon, () => said);
  return {
    socket: `unix://${path}`,
    tcp: `tcp://localhost:${port}`,
    stop: async () => {
      await ended(daemon);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function untilListening(path: string, daemon: ChildProcess, said: () => string): Promise<void> {
  let problem: Error | undefined;
  daemon.on('error', (error) => {
    problem = error;
  });
  for (let attempt = 0; attempt < 300; attempt++) {
    if (problem !== undefined || daemon.exitCode !== null) break;
    if (await accepts(path)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`buildkitd does not start: ${problem?.message ?? said()}`);
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return;
  const exit = new Promise((resolve) => daemon.on('exit', resolve));
  daemon.kill('SIGTERM');
  await exit;
}
