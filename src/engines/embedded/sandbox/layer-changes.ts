/** From the changes of a sandbox's file system to the entries of a layer. */
import type { LayerEntry, LayerSource } from '../../../image/layer.ts';
import { nodeAt, partsOf } from '../../../image/layer-tree.ts';
import { buildError } from '../failure.ts';
import type { Node } from '../node.ts';
import type { Change } from './changes.ts';

export interface LayerOptions {
  /** Files that existed keep the owner the image gives them: the sandbox knew only one. */
  readonly keepOwners: boolean;
  /** Modification times later than this become it (`SOURCE_DATE_EPOCH`), in seconds since the epoch. */
  readonly latest: number | undefined;
}

/**
 * The entries of a layer: changes in their order, a whiteout for what is gone, one opaque marker where nothing is left of
 * a directory's old content.
 *
 * @param tree the image's files before the command.
 */
export async function layerOf(
  changes: AsyncIterable<Change> | Iterable<Change>,
  tree: Node,
  options: LayerOptions,
): Promise<readonly LayerSource[]> {
  const sources: LayerSource[] = [];
  const below = namesBelow(tree);
  for await (const { entry, content, visible } of changes) {
    // The root is no entry of a layer, but things may be gone from it.
    if (entry.path === '') {
      for (const gone of below('', visible ?? [])) sources.push({ entry: gone });
      continue;
    }
    check(entry);
    const before = nodeAt(tree, partsOf(entry.path));
    const changed = adjusted(entry, before, options);
    sources.push(content === undefined ? { entry: changed } : { entry: changed, content });
    if (visible !== undefined) for (const gone of below(entry.path, visible)) sources.push({ entry: gone });
  }
  return sources;
}

function namesBelow(tree: Node): (path: string, visible: readonly string[]) => readonly LayerEntry[] {
  return (path, visible) => {
    const children = nodeAt(tree, partsOf(path))?.children;
    if (children === undefined || children.size === 0) return [];
    const left = new Set(visible);
    const gone = [...children.keys()].filter((name) => !left.has(name)).sort();
    const prefix = path === '' ? '' : `${path}/`;
    if (gone.length === children.size && path !== '') return [marker(`${prefix}.wh..wh..opq`)];
    return gone.map((name) => marker(`${prefix}.wh.${name}`));
  };
}

const marker = (path: string): LayerEntry => ({
  path,
  kind: 'file',
  mode: 0,
  uid: 0,
  gid: 0,
  size: 0,
  modifiedAt: 0,
});

function adjusted(entry: LayerEntry, before: Node | undefined, { keepOwners, latest }: LayerOptions): LayerEntry {
  const owner = keepOwners && before?.kind === entry.kind ? { uid: before.uid, gid: before.gid } : {};
  const modifiedAt = latest === undefined ? entry.modifiedAt : Math.min(entry.modifiedAt, latest);
  return { ...entry, ...owner, modifiedAt };
}

function check({ path }: LayerEntry): void {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('.wh.')) {
    throw buildError(
      `the command made "/${path}", but a name that begins with .wh. means a removed file in an image`,
      'Name the file otherwise, or remove it in the same RUN',
    );
  }
  if (!path.includes('\uFFFD')) return;
  throw buildError(`the command made "/${path}", whose name is not UTF-8`, 'Name the file in UTF-8');
}
