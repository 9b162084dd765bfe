import type { BuildOutcome } from '../../core/artifact.ts';
import type { ImageId } from '../../core/names.ts';
import { finishDocument } from '../../image/config.ts';
import { encodeJson, type ImageManifest, mediaTypes } from '../../image/oci.ts';
import type { Store } from '../../store/store.ts';
import type { Stage } from './stage.ts';

/** An image in the store. */
export type StoredOutcome = Extract<BuildOutcome, { readonly at: 'store' }>;

/** Writes a finished stage's config and manifest; its layers are there, or known to be in a registry. */
export async function storeImage({ draft, files }: Stage, store: Store, createdAt: number): Promise<StoredOutcome> {
  const config = encodeJson(
    finishDocument(
      draft,
      files.layers.map(({ diffId }) => diffId),
      createdAt,
    ),
  );
  const id = await store.blobs.put(config);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: id, size: config.length },
    layers: files.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  return { at: 'store', digest: await store.blobs.put(encodeJson(manifest)), id: id as string as ImageId };
}
