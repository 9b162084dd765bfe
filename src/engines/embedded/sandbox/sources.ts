/** Parts of trees as entries, for copying them to where a command sees them. */
import type { LayerSource } from '../../../image/layer.ts';
import { walkTree } from '../../../image/layer-tree.ts';
import { openContents } from '../contents.ts';
import type { Node } from '../node.ts';
import type { Spool } from '../spool.ts';
import type { BuildParts } from '../stage.ts';
import { entryOf } from '../tree-editor.ts';

/** Everything below a directory, relative to it, or a file alone under the given name. */
export async function entriesBelow(
  node: Node,
  name: string,
  spool: Spool,
  { library, ctx }: BuildParts,
): Promise<readonly LayerSource[]> {
  const nodes = node.kind === 'directory' ? [...walkTree(node)] : [[name, node] as const];
  const files = nodes.map(([, one]) => one).filter(({ kind, size }) => kind === 'file' && size > 0);
  const contents = await openContents(files, library, spool, ctx);
  return nodes.map(([path, one]) => {
    const content = one.kind === 'file' && one.size > 0 ? contents(one) : undefined;
    return { entry: entryOf(path, one), ...(content === undefined ? {} : { content }) };
  });
}
