/** An image of the store as the archive that `docker load` reads (Docker image specification 1.2). */
import type { Context } from '../../core/ports.ts';
import { encodeJson, type ImageManifest } from '../../image/oci.ts';
import { endOfArchive, paddingFor, type TarEntry, tarHeader } from '../../image/tar.ts';
import type { Store } from '../../store/store.ts';
import { storedImage } from './base-image.ts';
import { buildError } from './failure.ts';
import { fetchLayer } from './layer-library.ts';
import type { LayerRef } from './node.ts';
import type { StoredOutcome } from './store-image.ts';

/**
 * Streams an image. Its layers stay compressed, as engines accept them; those the store lacks are fetched first.
 *
 * @param tag The reference the loaded image gets.
 * @throws {ToolError} `BUILD_USER_ERROR` for an index, which an engine cannot load.
 */
export async function* imageArchive(
  outcome: StoredOutcome,
  tag: string,
  store: Store,
  ctx: Context,
): AsyncGenerator<Uint8Array> {
  const image = await storedImage(outcome.digest, tag, store);
  const config = image === undefined ? undefined : await store.blobs.read(image.id);
  if (image === undefined || config === undefined) throw missing(tag);
  for (const layer of image.layers) await fetchLayer(layer, store, ctx);
  const name = `${outcome.id.replace('sha256:', '')}.json`;
  yield* smallFile(name, config);
  for (const layer of new Map(image.layers.map((one) => [one.diffId, one])).values()) yield* layerFile(layer, store);
  const manifest = [{ Config: name, RepoTags: [tag], Layers: image.layers.map(pathOf) }];
  yield* smallFile('manifest.json', encodeJson(manifest));
  yield endOfArchive;
}

const pathOf = ({ diffId }: Pick<LayerRef, 'diffId'>): string => `${diffId.replace('sha256:', '')}/layer.tar`;

async function* layerFile(layer: LayerRef, store: Store): AsyncGenerator<Uint8Array> {
  yield tarHeader(fileEntry(pathOf(layer), layer.size));
  yield* store.blobs.stream(layer.digest);
  yield paddingFor(layer.size);
}

function* smallFile(path: string, content: Uint8Array): Generator<Uint8Array> {
  yield tarHeader(fileEntry(path, content.length));
  yield content;
  yield paddingFor(content.length);
}

function fileEntry(path: string, size: ImageManifest['config']['size']): TarEntry {
  return { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size, modifiedAt: 0 };
}

function missing(tag: string): Error {
  return buildError(`the image ${tag} is no longer in the store`, 'Build again with --cache-artifacts=false');
}
