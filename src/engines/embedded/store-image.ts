import type { BuildOutcome } from '../../core/artifact.ts';
import type { ImageId } from '../../core/names.ts';
import { finishDocument, type ImageDraft } from '../../image/config.ts';
import { encodeJson, type ImageManifest, mediaTypes } from '../../image/oci.ts';
import type { Store } from '../../store/store.ts';
import type { LayerRef } from './node.ts';
import type { Stage } from './stage.ts';

/** An image in the store. */
export type StoredOutcome = Extract<BuildOutcome, { readonly at: 'store' }>;

/** Writes a finished stage's config and manifest; its layers are there, or known to be in a registry. */
export async function storeImage({ draft, files }: Stage, store: Store, createdAt: number): Promise<StoredOutcome> {
  return storeDocument(draft, files.layers, createdAt, store);
}

/**
 * Writes the config and the manifest of an image.
 *
 * @param createdAt Seconds since the epoch.
 */
export async function storeDocument(
  draft: ImageDraft,
  layers: readonly LayerRef[],
  createdAt: number,
  store: Store,
): Promise<StoredOutcome> {
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = encodeJson(finishDocument(draft, diffIds, createdAt));
  return storeManifest(config, layers, store);
}

/** Writes a config as it is, and the manifest over it and its layers. */
export async function storeManifest(
  config: Uint8Array,
  layers: readonly LayerRef[],
  store: Store,
): Promise<StoredOutcome> {
  const id = await store.blobs.put(config);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: id, size: config.length },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  return { at: 'store', digest: await store.blobs.put(encodeJson(manifest)), id: id as string as ImageId };
}
