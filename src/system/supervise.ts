import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { ToolError } from '../core/errors.ts';
import type { ExecOptions, ExecResult } from '../core/ports.ts';
import { onAbort } from './cancel.ts';

/** How long a process group may take to end after SIGINT. */
const patience = 2000;

/** Groups still running; they are killed when this process ends for whatever reason it can notice. */
const running = new Set<number>();

process.on('exit', () => {
  for (const group of running) signalGroup(group, 'SIGKILL');
});

/** Feeds and reads a child until it and everything holding its output has ended. */
export async function supervise(
  child: ChildProcess,
  cannotStart: (error: NodeJS.ErrnoException) => ToolError,
  options: ExecOptions,
): Promise<ExecResult> {
  const ended = endOf(child, cannotStart);
  const stopper = stopWhenAsked(child, options);
  const stdout = collect(child.stdout, (text) => options.onOutput?.('stdout', text));
  const stderr = collect(child.stderr, (text) => options.onOutput?.('stderr', text));
  feed(child, options.input);
  try {
    const exitCode = await ended;
    if (stopper.reason !== undefined) throw stopper.reason;
    return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
  } finally {
    stopper.dismiss();
    if (child.pid !== undefined) running.delete(child.pid);
  }
}

/** The exit code once all output is read; a child that a signal ended counts as `128 + signal`, as in a shell. */
function endOf(child: ChildProcess, cannotStart: (error: NodeJS.ErrnoException) => ToolError): Promise<number> {
  if (child.pid !== undefined) running.add(child.pid);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => child.pid === undefined && reject(cannotStart(error)));
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function collect(stream: Readable | null, pass: (text: string) => void): string[] {
  const pieces: string[] = [];
  stream?.setEncoding('utf8').on('data', (text: string) => {
    pieces.push(text);
    pass(text);
  });
  return pieces;
}

/** A child that does not read its input is no failure: what it says in the end counts. */
function feed(child: ChildProcess, input: string | Uint8Array | undefined): void {
  if (input === undefined) return;
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
}

interface Stopper {
  reason: ToolError | undefined;
  dismiss(): void;
}

/** Stops the child's whole group when the signal is aborted or the time is up. */
function stopWhenAsked(child: ChildProcess, options: ExecOptions): Stopper {
  const timers: NodeJS.Timeout[] = [];
  const stopper: Stopper = { reason: undefined, dismiss: () => undefined };
  const stop = (reason: ToolError): void => {
    if (stopper.reason !== undefined) return;
    stopper.reason = reason;
    signalGroup(child.pid, 'SIGINT');
    timers.push(setTimeout(() => killAndLetGo(child), patience));
  };
  const limit = options.timeoutMilliseconds;
  if (limit !== undefined) timers.push(setTimeout(() => stop(tookTooLong(child, limit)), limit));
  const forget = onAbort(options.signal, stop);
  stopper.dismiss = () => {
    forget();
    for (const timer of timers) clearTimeout(timer);
  };
  return stopper;
}

/** After SIGKILL, a process that left the group may still hold the pipes; it is not waited for. */
function killAndLetGo(child: ChildProcess): void {
  signalGroup(child.pid, 'SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group has ended by itself.
  }
}

function tookTooLong(child: ChildProcess, limit: number): ToolError {
  return new ToolError('COMMAND_FAILED', `${child.spawnfile} did not end within ${limit / 1000} s and was stopped`);
}
