import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { YamlNode } from '../../../core/yaml-node.ts';
import { printNode } from '../../../yaml/print.ts';
import { absolutePath } from '../../paths.ts';

/** What Skaffold calls the file, in the working directory. */
const usualName = 'skaffold-overrides.yaml';

/**
 * Does some work while `overrides` stand in a file, and tells it the name to give helm: `skaffold-overrides.yaml` as
 * Skaffold does, which is a link to the file, or where such a name is taken or cannot be had, the file itself. Nothing
 * of the user's is overwritten, and no two runs read each other's.
 *
 * @param file where the values are written, readable for nobody else; the caller removes it.
 * @throws {ToolError} `FILE_WRITE_ERR`, or what the work throws.
 */
export async function withOverrides<Result>(
  overrides: YamlNode | undefined,
  file: string,
  ctx: Context,
  work: (name: string | undefined) => Promise<Result>,
): Promise<Result> {
  if (overrides === undefined) return work(undefined);
  const { files } = ctx.system;
  await files.writeAtomic(file, printNode(overrides), { mode: 0o600 });
  const link = absolutePath(usualName, ctx);
  if (!(await canLink(file, link, ctx))) return work(file);
  try {
    return await work(usualName);
  } finally {
    await files.remove(link);
  }
}

async function canLink(file: string, link: string, { system }: Context): Promise<boolean> {
  try {
    await system.files.symlink(file, link);
    return true;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'FILE_WRITE_ERR') return false;
    throw error;
  }
}
