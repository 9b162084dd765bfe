import { ToolError } from '../../core/errors.ts';
import type { Invocation } from '../invocation.ts';

/**
 * Stands for every command that this version does not have. What is wrong with the arguments of `apply` is said first.
 *
 * @throws `NOT_SUPPORTED` naming the command.
 */
export async function run({
  command,
  program,
  args,
  ctx,
}: Pick<Invocation, 'command' | 'program' | 'args' | 'ctx'>): Promise<number> {
  if (command === 'apply') await (await import('./apply-files.ts')).checkManifestFiles(args, ctx);
  throw new ToolError('NOT_SUPPORTED', `${program} ${command}: this version does not have the command yet`);
}
