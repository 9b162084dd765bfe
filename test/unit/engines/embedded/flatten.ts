/** An image of the store as the list of files it comes to, for comparing images. */
import type { Digest } from '../../../../src/core/names.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { storedImage } from '../../../../src/engines/embedded/base-image.ts';
import { openLayerLibrary } from '../../../../src/engines/embedded/layer-library.ts';
import { applyLayer, type NodeKind, newDirectory, walkTree } from '../../../../src/image/layer-tree.ts';
import type { ImageDocument } from '../../../../src/image/oci.ts';
import type { Store } from '../../../../src/store/store.ts';

/** One file, directory or other thing of an image. */
interface FlatEntry {
  /** Without a leading slash. */
  readonly path: string;
  readonly kind: NodeKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Target of a symbolic link. */
  readonly target?: string;
  /** sha256 of a file's content, in hex. */
  readonly sha256?: string;
}

/** An image's merged tree, depth first, and its config. */
interface FlatImage {
  readonly entries: readonly FlatEntry[];
  readonly document: ImageDocument;
}

/**
 * Flattens an image by its manifest's digest. Layers that are not in the store are fetched.
 *
 * @returns Undefined where the store does not have the image.
 */
export async function flattenImage(digest: Digest, store: Store, ctx: Context): Promise<FlatImage | undefined> {
  const image = await storedImage(digest, digest, store);
  if (image === undefined) return undefined;
  const library = openLayerLibrary(store, ctx);
  const root = newDirectory<string>();
  for (const layer of image.layers) applyLayer(root, await library.entries(layer), (path) => path);
  const entries = [...walkTree(root)].map(([path, { kind, mode, uid, gid, size, target, sha256 }]) => ({
    path,
    kind,
    mode,
    uid,
    gid,
    size,
    ...(target === undefined ? {} : { target }),
    ...(sha256 === undefined ? {} : { sha256 }),
  }));
  return { entries, document: image.document };
}
