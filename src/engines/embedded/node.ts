/** The words the embedded engine speaks in: layers of a stage, nodes of its tree, and where their content lies. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../core/names.ts';
import type { FileInfo } from '../../core/ports.ts';
import type { Content } from '../../image/layer.ts';
import type { TreeNode } from '../../image/layer-tree.ts';

/** A layer of an image: its compressed form and what it unpacks to. */
export interface LayerRef {
  readonly digest: Digest;
  /** Compressed bytes. */
  readonly size: number;
  readonly mediaType: string;
  readonly diffId: Digest;
}

/** Where the content of a file can be had. */
export type Origin =
  /** In the build context; `name` is relative to the workspace. `sha256` is filled in once the file was hashed. */
  | { readonly at: 'context'; readonly name: string; readonly path: string; readonly info: FileInfo; sha256?: string }
  /** In a layer, under this path. */
  | { readonly at: 'layer'; readonly layer: LayerRef; readonly path: string }
  | { readonly at: 'content'; readonly content: Content };

/** A node of an image's or the build context's tree. */
export type Node = TreeNode<Origin>;

/** A tree to copy from. `chainId` names its content where that is known without looking. */
export interface SourceTree {
  readonly chainId: string | undefined;
  /** The layers it consists of, where it consists of layers. */
  readonly layers?: readonly LayerRef[];
  root(): Promise<Node>;
}

/** Content that is in memory already. */
export function contentOf(bytes: Uint8Array): Content {
  return {
    read: async () => bytes,
    stream: async function* () {
      yield bytes;
    },
  };
}

/** A regular file of root's, made from bytes. */
export function fileNode(bytes: Uint8Array, mode: number, modifiedAt: number): Node {
  const origin: Origin = { at: 'content', content: contentOf(bytes) };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'file', mode, uid: 0, gid: 0, size: bytes.length, modifiedAt, sha256, origin };
}
