// Debian's docker-registry, as people run it: one open, one with a password.
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { which } from './packages.mjs';
import { start, waitUntil } from './processes.mjs';

/** The one account of the registry with a password. The password has what naive quoting and splitting trip over. */
export const account = {
  username: 'harbour',
  password: 'harbour lights: 7%',
  // bcrypt, cost 5, of that password; made with crypt(3).
  hash: '$2b$05$abcdefghijklmnopqrstuuOhYSxEuOmWXw5RZhvAAJ9e9g9KEW/y.',
};

/**
 * Starts a registry on loopback.
 * @param {string} directory where it keeps everything
 * @param {{ port?: number, password?: boolean }} options port 0 (the default) picks a free one
 * @returns {Promise<{ address: string, stop(): Promise<void> }>} `address` is HOST:PORT as an image name begins with
 */
export async function startRegistry(directory, { port = 0, password = false } = {}) {
  mkdirSync(directory, { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    const chosen = port === 0 ? await freePort() : port;
    const address = `localhost:${chosen}`;
    const registry = launch(directory, chosen, password);
    const answers = () => ping(`http://127.0.0.1:${chosen}/v2/`, password ? 401 : 200);
    if (await waitUntil(answers, { milliseconds: 15_000, giveUp: () => !registry.isRunning() })) {
      return { address, stop: () => stop(registry, directory) };
    }
    await registry.stop();
    if (port !== 0) break;
  }
  throw new Error(
    `docker-registry does not start:\n${readFileSync(join(directory, 'registry.log'), 'utf8').slice(-2000)}`,
  );
}

function launch(directory, port, password) {
  writeFileSync(join(directory, 'htpasswd'), `${account.username}:${account.hash}\n`);
  const config = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...(password ? { auth: { htpasswd: { realm: 'test registry', path: join(directory, 'htpasswd') } } } : {}),
  };
  const file = join(directory, 'config.yml');
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const output = openSync(join(directory, 'registry.log'), 'a');
  // The environment would override the configuration: REGISTRY_* are docker-registry's own variables.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(REGISTRY|OTEL)_/.test(name)));
  return start([which('docker-registry') ?? 'docker-registry', 'serve', file], { env, output });
}

async function stop(registry, directory) {
  await registry.stop(3000);
  rmSync(directory, { recursive: true, force: true });
}

async function ping(url, status) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).status === status;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
