import { ToolError } from '../../src/core/errors.ts';
import type { Exec, ExecOptions, ExecResult } from '../../src/core/ports.ts';
import { cancelled, onAbort, throwIfCancelled } from '../../src/system/cancel.ts';

/** A program as a function: what it does with its arguments and surroundings. A missing field means success and silence. */
export type FakeProgram = (
  args: readonly string[],
  options: { readonly input: string; readonly env: Readonly<Record<string, string>>; readonly cwd: string },
) => Promise<Partial<ExecResult>> | Partial<ExecResult>;

export interface FakeExec extends Exec {
  /** Command lines that were run, arguments joined by blanks. */
  readonly calls: readonly string[];
}

export interface FakeExecOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Programs by name, run in this process. Passes the contract of `Exec`. */
export function fakeExec(
  programs: Readonly<Record<string, FakeProgram>>,
  surroundings: FakeExecOptions = {},
): FakeExec {
  const calls: string[] = [];
  return {
    calls,
    run: async (file, args, options = {}) => {
      throwIfCancelled(options.signal);
      const program = programs[file];
      if (program === undefined) throw new ToolError('COMMAND_NOT_FOUND', `cannot run ${file}: it was not found`);
      calls.push([file, ...args].join(' '));
      const said = { exitCode: 0, stdout: '', stderr: '', ...(await stoppable(program, args, options, surroundings)) };
      const result = options.together === true ? { ...said, stdout: said.stdout + said.stderr, stderr: '' } : said;
      if (result.stdout !== '') options.onOutput?.('stdout', result.stdout);
      if (result.stderr !== '') options.onOutput?.('stderr', result.stderr);
      return result;
    },
  };
}

function stoppable(
  program: FakeProgram,
  args: readonly string[],
  options: ExecOptions,
  surroundings: FakeExecOptions,
): Promise<Partial<ExecResult>> {
  const { signal, timeoutMilliseconds: limit } = options;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(cancelled(signal as AbortSignal)));
    const timer =
      limit === undefined
        ? undefined
        : setTimeout(() => reject(new ToolError('COMMAND_FAILED', 'it took too long')), limit);
    const env = options.env ?? surroundings.env ?? {};
    const cwd = options.cwd ?? surroundings.cwd ?? '/';
    const input = Buffer.from(options.input ?? '').toString();
    Promise.resolve(program(args, { input, env, cwd }))
      .then(resolve, reject)
      .finally(() => {
        forget();
        clearTimeout(timer);
      });
  });
}
