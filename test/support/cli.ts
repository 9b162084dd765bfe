import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The bundled program, as a user runs it. */
export const program: string = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with a project, its own home and cache, and a way to run the program in it. */
export interface Workbench {
  readonly directory: string;
  readonly home: string;
  write(files: Readonly<Record<string, string>>): void;
  read(file: string): string;
  path(file: string): string;
  /** Runs the program to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<CliResult>;
  /** Starts the program; `done` resolves when it has ended. */
  start(
    args: readonly string[],
    options?: RunOptions,
  ): { readonly child: ChildProcess; readonly done: Promise<CliResult> };
  remove(): void;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** An open file that the program finds open as number 40. */
  readonly extraFile?: number;
}

/** No Docker Engine is reachable from a workbench unless a test names one. */
export function workbench(files: Readonly<Record<string, string>> = {}): Workbench {
  const root = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const directory = join(root, 'project');
  const home = join(root, 'home');
  for (const path of [directory, home]) mkdirSync(path, { recursive: true });
  const path = (file: string): string => join(directory, file);
  const bench: Workbench = {
    directory,
    home,
    path,
    write(more) {
      for (const [name, content] of Object.entries(more)) {
        mkdirSync(dirname(path(name)), { recursive: true });
        writeFileSync(path(name), content);
      }
    },
    read: (file) => readFileSync(path(file), 'utf8'),
    run: (args, options) => bench.start(args, options).done,
    start: (args, options = {}) => launch(args, options, bench),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  bench.write(files);
  return bench;
}

function launch(args: readonly string[], options: RunOptions, bench: Workbench): ReturnType<Workbench['start']> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? bench.directory,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: bench.home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      DOCKER_HOST: 'unix:///nonexistent/docker.sock',
      KUBECONFIG: join(bench.home, 'no-kubeconfig'),
      ...options.env,
    },
    stdio:
      options.extraFile === undefined
        ? ['pipe', 'pipe', 'pipe']
        : ['pipe', 'pipe', 'pipe', ...Array<'ignore'>(37).fill('ignore'), options.extraFile],
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text: Buffer) => {
    stdout += text.toString();
  });
  child.stderr?.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const done = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, done };
}

/** The embedded registry of the bundled program, on a free port. */
export async function startRegistry(
  bench: Workbench,
  args: readonly string[] = [],
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const store = join(bench.home, 'registry');
  const { child, done } = bench.start(['registry', 'serve', '--addr', '127.0.0.1:0', '--store', store, ...args]);
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim().split('\n')[0] ?? ''));
    done.then(({ stderr }) => reject(new Error(`the registry ended: ${stderr}`)), reject);
  });
  return {
    address,
    stop: async () => {
      child.kill('SIGTERM');
      await done;
    },
  };
}

/** A small generator of numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
