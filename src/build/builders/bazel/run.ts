import { ToolError } from '../../../core/errors.ts';
import type { ImageName } from '../../../core/names.ts';
import type { Context, ExecOptions } from '../../../core/ports.ts';

/**
 * Runs `bazel` in a directory and gives what it prints on standard output.
 *
 * @throws `COMMAND_NOT_FOUND` with what to install, `COMMAND_FAILED` with the last of what it said.
 */
export async function runBazel(args: readonly string[], options: ExecOptions, ctx: Context): Promise<string> {
  const result = await ctx.system.exec
    .run('bazel', args, { signal: ctx.signal, ...options })
    .catch((error: unknown) => {
      if (!(error instanceof ToolError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
      throw new ToolError('COMMAND_NOT_FOUND', 'bazel artifacts are built by the bazel command, which is not in PATH', {
        suggestions: [{ code: 'INSTALL_BAZEL', action: 'Install Bazel or Bazelisk (https://bazel.build/install)' }],
      });
    });
  if (result.exitCode === 0) return result.stdout;
  const said = result.stderr.trim().split('\n').slice(-5).join('\n');
  throw new ToolError('COMMAND_FAILED', `bazel ${args[0]} failed with exit status ${result.exitCode}: ${said}`, {
    exitCode: result.exitCode,
    suggestions: [{ code: 'FIX_BAZEL', action: `Run "bazel ${args.join(' ')}" in ${options.cwd ?? '.'}` }],
  });
}

/** Passes on what a run prints, as output of an image's build. */
export function outputOf(image: ImageName, ctx: Context): NonNullable<ExecOptions['onOutput']> {
  return (stream, text) => ctx.emit({ type: 'output', phase: 'Build', image, stream, text });
}
