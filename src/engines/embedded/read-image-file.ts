import { readNodeText } from './contents.ts';
import type { Node } from './node.ts';
import { type ReadImageFile, regularFileAt } from './ownership.ts';
import type { Spool } from './spool.ts';
import type { BuildParts } from './stage.ts';

/** Reads files of a tree, such as `/etc/passwd`. */
export function readImageFile(
  root: Node,
  spool: Spool,
  { library, ctx }: Pick<BuildParts, 'library' | 'ctx'>,
): ReadImageFile {
  return async (path) => {
    const node = regularFileAt(root, path);
    return node === undefined ? undefined : readNodeText(node, library, spool, ctx);
  };
}
