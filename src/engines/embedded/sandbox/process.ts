/** A sandbox's process: a shell inside its namespaces that does what it is told over its standard input. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { ToolError } from '../../../core/errors.ts';
import { withoutInherited } from './descriptors.ts';

export interface ShellOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
}

/** Which of its files a sandbox's shell writes answers to, and reads secrets from. */
const answers = 3;
const secrets = 4;

export interface SandboxShell {
  /** Hands lines to the shell. Secrets may be among them: they are on no command line. */
  tell(script: string): void;
  /** Writes what the shell reads from the `secrets` file; `isLast` ends that file. */
  feed(content: Uint8Array, isLast?: boolean): void;
  /** The next line of its answers; undefined once it has ended. */
  answer(): Promise<string | undefined>;
  /** The shell's own process as this machine numbers it. */
  readonly pid: number | undefined;
  /** Ends the shell by ending its input, and waits for it. */
  close(): Promise<void>;
  /** Kills everything inside at once, and waits for it. */
  kill(): Promise<void>;
}

/**
 * Starts a shell. Its group is its own, so that a terminal's signals do not reach it; it ends with this process all the
 * same, because it is started through `setpriv --pdeathsig KILL`.
 */
export function startShell(command: readonly string[], options: ShellOptions): SandboxShell {
  const [file = '', ...args] = command;
  const { directory: cwd, env } = options;
  const child = withoutInherited(['pipe', 'pipe', 'pipe', 'pipe', 'pipe'], (stdio) =>
    spawn(file, [...args, 'sh', '-s'], { cwd, env, detached: true, stdio }),
  );
  const ended = endOf(child);
  const kill = (): void => {
    child.kill('SIGKILL');
    // A watcher waits for this end.
    (child.stdio[secrets] as Writable).destroy();
  };
  options.signal.addEventListener('abort', kill, { once: true });
  if (options.signal.aborted) kill();
  void ended.then(() => options.signal.removeEventListener('abort', kill));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => options.onOutput('stdout', text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => options.onOutput('stderr', text));
  const input = child.stdin as Writable;
  const feeding = child.stdio[secrets] as Writable;
  for (const stream of [input, feeding]) stream.on('error', () => undefined);
  const nextLine = linesOf(child.stdio[answers] as Readable, ended);
  return {
    tell: (script) => void input.write(`${script}\n`),
    feed: (content, isLast = false) => void (isLast ? feeding.end(content) : feeding.write(content)),
    answer: nextLine,
    pid: child.pid,
    close: async () => {
      input.end();
      feeding.end();
      await ended;
    },
    kill: async () => {
      kill();
      await ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}

function linesOf(stream: Readable, ended: Promise<void>): () => Promise<string | undefined> {
  const lines: string[] = [];
  let rest = '';
  let isOver = false;
  let wake: () => void = () => undefined;
  stream.setEncoding('utf8').on('data', (text: string) => {
    const pieces = (rest + text).split('\n');
    rest = pieces.pop() ?? '';
    lines.push(...pieces);
    wake();
  });
  void ended.then(() => {
    isOver = true;
    wake();
  });
  return async () => {
    while (lines.length === 0 && !isOver) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return lines.shift();
  };
}

/** What the programs that set a sandbox up are given: a path and nothing of the user's. */
export function hostEnvironment(path: string | undefined): Record<string, string> {
  const directories = new Set([...(path ?? '').split(':').filter((one) => one.startsWith('/')), ...systemDirectories]);
  // Older and newer versions of mount(8) then treat long options alike.
  return { PATH: [...directories].join(':'), LC_ALL: 'C', LIBMOUNT_FORCE_MOUNT2: 'always' };
}

const systemDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Runs a program to its end; its standard output, or `COMMAND_FAILED` with what it said. */
export async function runTool(
  command: readonly string[],
  { directory, env, signal }: Omit<ShellOptions, 'onOutput'>,
  input?: string,
): Promise<string> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd: directory, env, signal, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      complaint = error.message;
      resolve(127);
    });
    child.once('close', (status) => resolve(status ?? 128));
  });
  if (code === 0) return output;
  throw new ToolError('COMMAND_FAILED', `${file} failed with exit code ${code}: ${complaint.trim()}`);
}
