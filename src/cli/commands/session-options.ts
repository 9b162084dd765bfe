import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { SessionOptions } from '../../pipeline/session.ts';
import type { Invocation } from '../invocation.ts';
import { loadOptions, textOrUnset } from './load-options.ts';

/** The part of a session's options that `build` and `render` take from the same flags. */
export async function sessionOptions(
  invocation: Invocation<'build'> | Invocation<'render'> | Invocation<'test'> | Invocation<'why'>,
): Promise<SessionOptions> {
  const { options, command, io } = invocation;
  return {
    // Whatever explains a build reads the configuration as a build does.
    load: await loadOptions(options, command === 'why' ? 'build' : command, io),
    defaultRepo: options.defaultRepo?.[0],
    furtherRepos: options.defaultRepo?.slice(1).filter((repo) => repo !== '') ?? [],
    globalConfigFile: textOrUnset(options.config),
    insecureRegistries: options.insecureRegistry,
    detectMinikube: options.detectMinikube,
    engine: options.engine,
    sandbox: options.sandbox,
  };
}

/**
 * Looks before the work whether a result can be written after it: the directory has to be there, and no directory may
 * stand where the file goes. An empty name asks for no file.
 *
 * @throws `FILE_WRITE_ERR` naming the file.
 */
export async function checkResultFile(file: string, ctx: Context): Promise<void> {
  if (file === '') return;
  const { dirname, resolve } = await import('node:path');
  const path = resolve(ctx.system.cwd, file);
  const problem =
    (await ctx.system.files.stat(path))?.kind === 'directory'
      ? { what: 'is a directory', action: 'Name a file' }
      : (await ctx.system.files.stat(dirname(path)))?.kind !== 'directory'
        ? { what: 'no such file or directory', action: `Create the directory ${dirname(path)}, or name another file` }
        : undefined;
  if (problem === undefined) return;
  throw new ToolError('FILE_WRITE_ERR', `open ${file}: ${problem.what}`, {
    suggestions: [{ code: 'CHECK_OUTPUT', action: problem.action }],
  });
}

/**
 * Writes a result file: beside it first, then renamed into place.
 *
 * @param file relative to the working directory.
 * @throws `FILE_WRITE_ERR` naming the file.
 */
export async function writeResult(file: string, content: string, ctx: Context): Promise<void> {
  const { resolve } = await import('node:path');
  await ctx.system.files.writeAtomic(resolve(ctx.system.cwd, file), content);
}
