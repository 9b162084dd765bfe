import { ToolError } from '../../../core/errors.ts';
import type { Context, ExecOptions, ExecResult } from '../../../core/ports.ts';

/**
 * Runs the `go` command.
 *
 * @throws `COMMAND_NOT_FOUND` where there is none, with what to install.
 */
export async function runGo(args: readonly string[], options: ExecOptions, ctx: Context): Promise<ExecResult> {
  try {
    return await ctx.system.exec.run('go', args, { signal: ctx.signal, ...options });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
    throw new ToolError('COMMAND_NOT_FOUND', 'ko artifacts are compiled by the go command, which is not in PATH', {
      suggestions: [{ code: 'INSTALL_GO', action: 'Install Go (https://go.dev/doc/install), or add it to PATH' }],
    });
  }
}
