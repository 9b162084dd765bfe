import type { Credentials, Http, RegistryClient, System } from '../core/ports.ts';
import { clock } from './clock.ts';
import { createExec } from './exec.ts';
import { createFiles } from './files.ts';
import { listen } from './listen.ts';
import { homeDirectoryOf, machinePlatform } from './machine.ts';
import { random } from './random.ts';

export interface SystemOptions {
  /** The environment variables everything here goes by, and that child processes get. */
  readonly env: System['env'];
  /** Absolute working directory. */
  readonly cwd: string;
  /** Absolute path of this program's own executable. */
  readonly program?: string | undefined;
  /** Hosts that may be spoken to in plain HTTP, or in TLS without verification. */
  readonly insecureRegistries?: readonly string[];
}

/** The real outside world. Making it costs next to nothing: HTTP, processes and the registry client are loaded at first use. */
export function createSystem(options: SystemOptions): System {
  const { env, cwd } = options;
  const homeDirectory = homeDirectoryOf(env);
  const files = createFiles(env['TMPDIR'] || '/tmp');
  const exec = createExec(env);
  const client = once(async () => (await import('./network.ts')).createHttpClient(env));
  const http: Http = { request: async (request) => (await client.get()).request(request) };
  const credentials = lazyCredentials({ files, exec, env, homeDirectory });
  const rest = {
    files,
    exec,
    http,
    credentials,
    listen,
    clock,
    random,
    env,
    cwd,
    program: options.program,
    homeDirectory,
    platform: machinePlatform(),
  };
  const withInsecureRegistries = (hosts: readonly string[]): System => {
    const insecureRegistries = [...(options.insecureRegistries ?? []), ...hosts];
    const parts = { http, credentials, clock, random, insecureRegistries };
    return {
      ...rest,
      registry: lazyRegistry(parts, () => client.started()?.then((started) => started.close())),
      insecureRegistries,
      withInsecureRegistries,
    };
  };
  return withInsecureRegistries([]);
}

interface Once<T> {
  get(): Promise<T>;
  /** What `get` gave, when it was ever called. */
  started(): Promise<T> | undefined;
}

function once<T>(create: () => Promise<T>): Once<T> {
  let value: Promise<T> | undefined;
  return {
    get: () => {
      value ??= create();
      return value;
    },
    started: () => value,
  };
}

function lazyCredentials(parts: Parameters<typeof import('./credentials.ts').createCredentials>[0]): Credentials {
  const real = once(async () => (await import('./credentials.ts')).createCredentials(parts));
  return { get: async (registry, repository, signal) => (await real.get()).get(registry, repository, signal) };
}

function lazyRegistry(
  parts: Parameters<typeof import('./network.ts').createRegistryClient>[0],
  close: () => void,
): RegistryClient {
  const real = once(async () => (await import('./network.ts')).createRegistryClient(parts));
  return {
    resolve: async (reference, signal) => (await real.get()).resolve(reference, signal),
    manifest: async (reference, signal) => (await real.get()).manifest(reference, signal),
    blob: (repository, digest, signal) => laterBlob(real, (client) => client.blob(repository, digest, signal)),
    hasBlob: async (repository, digest, signal) => (await real.get()).hasBlob(repository, digest, signal),
    pushBlob: async (repository, blob, open, options) => (await real.get()).pushBlob(repository, blob, open, options),
    pushManifest: async (reference, type, bytes, signal) =>
      (await real.get()).pushManifest(reference, type, bytes, signal),
    referrers: async (repository, digest, type, signal) =>
      (await real.get()).referrers(repository, digest, type, signal),
    tags: async (repository, signal) => (await real.get()).tags(repository, signal),
    deleteManifest: async (repository, digest, signal) => (await real.get()).deleteManifest(repository, digest, signal),
    close,
  };
}

async function* laterBlob(
  real: Once<Omit<RegistryClient, 'close'>>,
  open: (client: Omit<RegistryClient, 'close'>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* open(await real.get());
}
