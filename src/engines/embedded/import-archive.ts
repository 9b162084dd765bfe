/** Images that tools leave as archives, taken into the store: what `docker save` writes, and Bazel, Jib and others too. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Digest } from '../../core/names.ts';
import type { ImageArchive } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { compressionOf, decompress, signatureLength } from '../../image/compression.ts';
import { compressLayer } from '../../image/layer.ts';
import { type ImageDocument, mediaTypes, parseImageDocument } from '../../image/oci.ts';
import { readTar } from '../../image/tar-reader.ts';
import type { Store } from '../../store/store.ts';
import { buildError } from './failure.ts';
import { nameKey } from './names.ts';
import type { LayerRef } from './node.ts';
import { peek } from './peek.ts';
import { type StoredOutcome, storeManifest } from './store-image.ts';

/** What `manifest.json` says of one image (Docker image specification 1.2). */
interface ArchivedImage {
  readonly Config: string;
  readonly Layers: readonly string[];
}

/** Entries are named by cleaned paths; a link stands for the entry it points to. */
interface ArchiveContents {
  readonly documents: ReadonlyMap<string, Uint8Array>;
  readonly links: ReadonlyMap<string, string>;
}

/** Configs and manifests are small; nothing larger is held in memory. */
const largestDocument = 4 * 1024 * 1024;

/**
 * Takes the one image of an archive into the store. Its config stays as it is, byte for byte; layers are compressed
 * where they are not.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for what is no such archive, holds several images, or does not hold what its
 * config says.
 */
export async function importArchive(
  { file, reference }: ImageArchive,
  store: Store,
  ctx: Context,
): Promise<StoredOutcome> {
  const contents = await readDocuments(file, ctx);
  const { Config, Layers } = archivedImage(file, contents);
  const config = contents.documents.get(target(Config, contents));
  if (config === undefined) throw broken(file, `it has no ${Config}`);
  const document = parseImageDocument(config, `the config in ${file}`);
  const layers = await storeLayers(file, Layers, { document, contents }, store, ctx);
  const outcome = await storeManifest(config, layers, store);
  await store.images.set(nameKey(reference), { digest: outcome.digest, id: outcome.id });
  await store.flush();
  return outcome;
}

async function readDocuments(file: string, ctx: Context): Promise<ArchiveContents> {
  const documents = new Map<string, Uint8Array>();
  const links = new Map<string, string>();
  for await (const { entry, content } of readTar(await plain(file, ctx), file)) {
    const { kind, path, size, target: to } = entry;
    if (kind === 'symlink' && to !== undefined) links.set(path, posix.join(posix.dirname(path), to));
    if (kind === 'hardlink' && to !== undefined) links.set(path, to);
    if (kind !== 'file' || size > largestDocument) continue;
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(Buffer.from(piece));
    const bytes = Buffer.concat(pieces);
    if (bytes[0] === 0x7b || bytes[0] === 0x5b) documents.set(path, bytes);
  }
  return { documents, links };
}

/** The archive itself may be compressed. */
async function plain(file: string, { system: { files } }: Context): Promise<AsyncIterable<Uint8Array>> {
  const { beginning, whole } = await peek(files.readStream(file), signatureLength);
  return decompress(whole, compressionOf(beginning), file);
}

const target = (path: string, { links }: ArchiveContents): string =>
  links.get(posix.normalize(path)) ?? posix.normalize(path);

function archivedImage(file: string, { documents }: ArchiveContents): ArchivedImage {
  const bytes = documents.get('manifest.json');
  if (bytes === undefined) throw broken(file, 'it has no manifest.json');
  const images: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const [image, ...others] = (Array.isArray(images) ? images : []) as readonly Partial<ArchivedImage>[];
  if (others.length > 0) throw broken(file, 'it holds several images');
  if (typeof image?.Config === 'string' && Array.isArray(image.Layers)) return image as ArchivedImage;
  throw broken(file, 'its manifest.json names no image');
}

async function storeLayers(
  file: string,
  names: readonly string[],
  { document, contents }: { readonly document: ImageDocument; readonly contents: ArchiveContents },
  store: Store,
  ctx: Context,
): Promise<readonly LayerRef[]> {
  const wanted = new Set(names.map((name) => target(name, contents)));
  const stored = new Map<string, LayerRef>();
  for await (const { entry, content } of readTar(await plain(file, ctx), file)) {
    if (entry.kind === 'file' && wanted.has(entry.path)) stored.set(entry.path, await storeLayer(content, file, store));
  }
  const { diff_ids: diffIds } = document.rootfs;
  if (diffIds.length !== names.length) throw broken(file, 'its config lists another number of layers');
  return names.map((name, index) => {
    const layer = stored.get(target(name, contents));
    if (layer === undefined) throw broken(file, `it has no ${name}`);
    if (layer.diffId === diffIds[index]) return layer;
    throw broken(file, `${name} does not unpack to ${diffIds[index]} as its config says`);
  });
}

async function storeLayer(content: AsyncIterable<Uint8Array>, file: string, store: Store): Promise<LayerRef> {
  const { beginning, whole } = await peek(content, signatureLength);
  const compression = compressionOf(beginning);
  const [packed, unpacked] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  async function* stored(): AsyncGenerator<Uint8Array> {
    for await (const piece of compression === 'gzip' ? whole : compressLayer(decompress(whole, compression, file))) {
      packed.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  let digest: Digest | undefined;
  await store.blobs.putNamed(stored(), () => {
    digest = `sha256:${packed.digest('hex')}`;
    return digest;
  });
  if (digest === undefined) throw broken(file, 'a layer of it cannot be read');
  for await (const piece of decompress(store.blobs.stream(digest), 'gzip', file)) unpacked.update(piece);
  return { digest, size, diffId: `sha256:${unpacked.digest('hex')}`, mediaType: mediaTypes.ociLayerGzip };
}

function broken(file: string, problem: string): Error {
  return buildError(`${file} is no image archive: ${problem}`, 'Let the tool write the image as `docker save` does');
}
