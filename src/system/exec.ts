import { ToolError } from '../core/errors.ts';
import type { Exec, ExecOptions, System } from '../core/ports.ts';
import { throwIfCancelled } from './cancel.ts';

type Start = typeof import('./spawn.ts').spawnChild;

/**
 * Runs programs of this machine. `environment` is what children get unless a call brings its own.
 * Nothing is loaded until the first call; execa only for calls that stream their output.
 */
export function createExec(environment: System['env']): Exec {
  return {
    run: async (file, args, options = {}) => {
      throwIfCancelled(options.signal);
      const [start, { supervise }] = await Promise.all([starterFor(options), import('./supervise.ts')]);
      const env = options.env ?? defined(environment);
      const cannotStart = describeFailure(file, options);
      const surroundings = { env, cwd: options.cwd };
      const together = options.together === true ? (await import('./together.ts')).togetherCommand : undefined;
      const child = startOrExplain(() => {
        const command = together?.(file, args, surroundings) ?? { file, args };
        return start(command.file, command.args, { ...surroundings, hasInput: options.input !== undefined });
      }, cannotStart);
      return supervise(child, cannotStart, options);
    },
  };
}

/** The function, not the child it starts: execa's child is a promise too, which `await` would wait for. */
async function starterFor({ onOutput }: ExecOptions): Promise<Start> {
  if (onOutput !== undefined) return (await import('./spawn-streaming.ts')).spawnStreaming;
  return (await import('./spawn.ts')).spawnChild;
}

/** Node throws what it finds out at once (too long a command line), and emits the rest. */
function startOrExplain<T>(start: () => T, cannotStart: (error: NodeJS.ErrnoException) => ToolError): T {
  try {
    return start();
  } catch (error) {
    throw error instanceof Error ? cannotStart(error) : error;
  }
}

function defined(environment: System['env']): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it is not executable',
  ENOENT: 'it was not found',
  E2BIG: 'its arguments are too long',
};

/** Turns the failure to start a program into `COMMAND_NOT_FOUND`. */
function describeFailure(file: string, options: ExecOptions): (error: NodeJS.ErrnoException) => ToolError {
  return (error) => {
    const where = options.cwd === undefined ? '' : ` in ${options.cwd}`;
    const reason = reasons[error.code ?? ''] ?? error.code ?? 'the system refused';
    return new ToolError('COMMAND_NOT_FOUND', `cannot run ${file}${where}: ${reason}`, {
      cause: error,
      suggestions: [{ code: 'INSTALL_COMMAND', action: `Install ${file}, or add its directory to PATH` }],
    });
  };
}
