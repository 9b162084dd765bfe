/** Content of nodes, wherever it lies: one pass over each layer that has some of it. */
import type { Context } from '../../core/ports.ts';
import type { Content } from '../../image/layer.ts';
import type { LayerLibrary } from './layer-library.ts';
import type { LayerRef, Node } from './node.ts';
import type { Spool } from './spool.ts';

/** Tells the content of each of the given nodes; empty files need none. */
export type Contents = (node: Node) => Content | undefined;

/** Makes the contents of some files readable. What has to be unpacked goes into the spool. */
export async function openContents(
  nodes: readonly Node[],
  library: LayerLibrary,
  spool: Spool,
  ctx: Context,
): Promise<Contents> {
  const wanted = new Map<LayerRef, Set<string>>();
  for (const { origin } of nodes) {
    if (origin?.at !== 'layer') continue;
    const paths = wanted.get(origin.layer) ?? new Set();
    wanted.set(origin.layer, paths.add(origin.path));
  }
  const unpacked = new Map<LayerRef, ReadonlyMap<string, Content>>();
  for (const [layer, paths] of wanted) unpacked.set(layer, await library.contents(layer, paths, spool));
  const { files } = ctx.system;
  return ({ origin }) => {
    if (origin?.at === 'content') return origin.content;
    if (origin?.at === 'layer') return unpacked.get(origin.layer)?.get(origin.path);
    if (origin?.at !== 'context') return undefined;
    return { read: () => files.read(origin.path), stream: () => files.readStream(origin.path) };
  };
}

/** The text of a small file, such as `/etc/passwd`. */
export async function readNodeText(node: Node, library: LayerLibrary, spool: Spool, ctx: Context): Promise<string> {
  const content = (await openContents([node], library, spool, ctx))(node);
  return content === undefined ? '' : Buffer.from(await content.read()).toString('utf8');
}
