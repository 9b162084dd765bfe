import type { Context } from '../../core/ports.ts';
import type { SessionOptions } from '../../pipeline/session.ts';
import type { Invocation } from '../invocation.ts';
import { loadOptions, textOrUnset } from './load-options.ts';

/** The part of a session's options that `build` and `render` take from the same flags. */
export async function sessionOptions(invocation: Invocation<'build'> | Invocation<'render'>): Promise<SessionOptions> {
  const { options, command, io } = invocation;
  return {
    load: await loadOptions(options, command, io),
    defaultRepo: options.defaultRepo,
    globalConfigFile: textOrUnset(options.config),
    insecureRegistries: options.insecureRegistry,
    detectMinikube: options.detectMinikube,
    engine: options.engine,
  };
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
