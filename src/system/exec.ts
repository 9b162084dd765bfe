import { ToolError } from '../core/errors.ts';
import type { Exec, ExecOptions } from '../core/ports.ts';
import { throwIfCancelled } from './cancel.ts';

/**
 * Runs programs of this machine. `environment` is what children get unless a call brings its own.
 * Nothing is loaded until the first call; execa only for calls that stream their output.
 */
export function createExec(environment: Readonly<Record<string, string | undefined>>): Exec {
  return {
    run: async (file, args, options = {}) => {
      throwIfCancelled(options.signal);
      const [child, { supervise }] = await Promise.all([
        start(file, args, environment, options),
        import('./supervise.ts'),
      ]);
      return supervise(child, describe(file, options), options);
    },
  };
}

type Start = typeof import('./spawn.ts').spawnChild;

async function start(
  file: string,
  args: readonly string[],
  environment: ExecEnvironment,
  options: ExecOptions,
): Promise<ReturnType<Start>> {
  const streams = options.onOutput !== undefined;
  const spawn: Start = streams
    ? (await import('./spawn-streaming.ts')).spawnStreaming
    : (await import('./spawn.ts')).spawnChild;
  return spawn(file, args, {
    env: options.env ?? defined(environment),
    cwd: options.cwd,
    hasInput: options.input !== undefined,
  });
}

type ExecEnvironment = Readonly<Record<string, string | undefined>>;

function defined(environment: ExecEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Turns the failure to start a program into `COMMAND_NOT_FOUND`. */
function describe(file: string, options: ExecOptions): (error: NodeJS.ErrnoException) => ToolError {
  return (error) => {
    const where = options.cwd === undefined ? '' : ` in ${options.cwd}`;
    const reason =
      error.code === 'EACCES'
        ? 'it is not executable'
        : error.code === 'ENOENT'
          ? 'it was not found'
          : (error.code ?? 'unknown reason');
    return new ToolError('COMMAND_NOT_FOUND', `cannot run ${file}${where}: ${reason}`, {
      cause: error,
      suggestions: [{ code: 'INSTALL_COMMAND', action: `Install ${file}, or add its directory to PATH` }],
    });
  };
}
