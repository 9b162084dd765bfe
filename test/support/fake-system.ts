import type { Clock, Credentials, Random, RegistryCredential, System } from '../../src/core/ports.ts';
import { createRegistryClient } from '../../src/system/registry/client.ts';
import { type FakeProgram, fakeExec } from './fake-exec.ts';
import { fakeFiles } from './fake-files.ts';
import { type FakeServer, fakeHttp } from './fake-http.ts';

/** A clock that never waits: sleeping moves it on. */
export interface FakeClock extends Clock {
  /** Milliseconds of every sleep, in order. */
  readonly sleeps: readonly number[];
}

export function fakeClock(start = '2024-05-06T07:08:09.000Z'): FakeClock {
  let passed = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => new Date(Date.parse(start) + passed),
    monotonic: () => passed,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      passed += milliseconds;
    },
  };
}

/** Numbers that only look random: the same in every run. */
export function fakeRandom(): Random {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  return {
    hex: (bytes) => Array.from({ length: bytes }, () => (next() % 256).toString(16).padStart(2, '0')).join(''),
    fraction: () => next() / 2_147_483_647,
  };
}

/** Credentials by registry host. */
export function fakeCredentials(known: Readonly<Record<string, RegistryCredential>> = {}): Credentials {
  return { get: async (registry) => known[registry] };
}

export interface FakeSystemOptions {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly programs?: Readonly<Record<string, FakeProgram>>;
  /** Servers by origin, for HTTP and the registry client. */
  readonly servers?: Readonly<Record<string, FakeServer>>;
  readonly credentials?: Readonly<Record<string, RegistryCredential>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly program?: string;
}

/** A whole system in memory. Its registry client is the real one over the fake network; servers that listen are not there. */
export function fakeSystem(options: FakeSystemOptions = {}): System {
  const { env = {}, cwd = '/work' } = options;
  const [clock, random] = [fakeClock(), fakeRandom()];
  const http = fakeHttp(options.servers ?? {});
  const credentials = fakeCredentials(options.credentials);
  const withInsecureRegistries = (insecureRegistries: readonly string[]): System => ({
    files,
    exec: fakeExec(options.programs ?? {}, { env, cwd }),
    http,
    registry: {
      ...createRegistryClient({ http, credentials, clock, random, insecureRegistries }),
      close: () => undefined,
    },
    credentials,
    listen: { http: () => Promise.reject(new Error('the fake system has no sockets')) },
    clock,
    random,
    env,
    cwd,
    program: options.program,
    homeDirectory: '/home/user',
    platform: { os: 'linux', architecture: 'amd64' },
    insecureRegistries,
    withInsecureRegistries,
  });
  const files = fakeFiles(options.files);
  return withInsecureRegistries([]);
}
