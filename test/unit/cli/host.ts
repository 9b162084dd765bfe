import { run } from '../../../src/cli/run.ts';
import type { Host, HostStream, Signal } from '../../../src/cli/start/host.ts';
import type { Clock, Files, System } from '../../../src/core/ports.ts';

export interface FakeProcess {
  readonly args: readonly string[];
  /** What the program was started as. */
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly isTTY?: boolean;
}

export interface FakeRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A clock that stands at a moment in UTC. */
const stillClock: Clock = {
  now: () => new Date('2026-11-20T23:54:48.500Z'),
  monotonic: () => 0,
  sleep: async () => undefined,
};

/** A system that has an environment, a working directory `/w` with files, and nothing else. */
export function fakeSystem(env: System['env'], files: Readonly<Record<string, string>> = {}): System {
  const find = (path: string): Uint8Array | undefined => {
    const text = files[path.replace(/^\/w\//, '')];
    return text === undefined ? undefined : Buffer.from(text);
  };
  const port: Partial<Files> = {
    readIfExists: async (path) => find(path),
    readText: async (path) => {
      const content = find(path);
      if (content === undefined) throw new Error(`no such file: ${path}`);
      return Buffer.from(content).toString('utf8');
    },
  };
  const system: Partial<System> = {
    files: port as Files,
    clock: stillClock,
    env,
    cwd: '/w',
    homeDirectory: '/home/u',
    platform: { os: 'linux', architecture: 'amd64' },
  };
  return system as System;
}

export interface FakeHost extends Host {
  readonly written: { stdout: string; stderr: string };
  readonly exits: number[];
  send(signal: Signal): void;
  breakStdout(code: string): void;
}

export function fakeHost(options: FakeProcess): FakeHost {
  const written = { stdout: '', stderr: '' };
  const exits: number[] = [];
  const signals: Partial<Record<Signal, () => void>> = {};
  let onError: (error: NodeJS.ErrnoException) => void = () => undefined;
  const stream = (name: 'stdout' | 'stderr'): HostStream => ({
    write: (text, done) => {
      written[name] += text;
      setImmediate(done);
      return true;
    },
    on: (_, listener) => {
      if (name === 'stdout') onError = listener;
    },
    isTTY: options.isTTY ?? false,
  });
  return {
    argv: ['node', options.path ?? '/usr/bin/slipway', ...options.args],
    env: options.env ?? {},
    stdin: Object.assign(
      (async function* () {
        if (options.stdin !== undefined) yield options.stdin;
      })(),
      { isTTY: options.isTTY ?? false },
    ),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    on: (signal, listener) => {
      signals[signal] = listener;
    },
    exit: (code) => exits.push(code),
    written,
    exits,
    send: (signal) => signals[signal]?.(),
    breakStdout: (code) => onError(Object.assign(new Error(`${code}: no more`), { code })),
  };
}

/** Runs the program in this process, against the fakes. */
export async function runFake(options: FakeProcess): Promise<FakeRun> {
  const host = fakeHost(options);
  const code = await run(host, (env) => fakeSystem(env, options.files));
  return { code, ...host.written };
}
