import { ToolError } from '../../core/errors.ts';
import type { Invocation } from '../invocation.ts';

/** Stands for every command that this version does not have. @throws `NOT_SUPPORTED` naming it. */
export async function run({ command, program }: Pick<Invocation, 'command' | 'program'>): Promise<number> {
  throw new ToolError('NOT_SUPPORTED', `${program} ${command}: this version does not have the command yet`);
}
