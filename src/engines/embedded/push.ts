/** Pushing an image of the store: what the registry has is left alone, the rest is mounted, uploaded or passed through. */
import { ToolError } from '../../core/errors.ts';
import type { Event } from '../../core/events.ts';
import type { Digest, ImageReference, Repository } from '../../core/names.ts';
import type { Context, Descriptor } from '../../core/ports.ts';
import { type ImageManifest, isIndexType, mediaTypes, parseIndex, parseManifest } from '../../image/oci.ts';
import { formatReference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import { rememberOrigin } from './base-image.ts';
import { inParallel } from './parallel.ts';

/** What a push did. */
export interface PushResult {
  readonly digest: Digest;
  /** Bytes of blobs and the manifest that were uploaded. */
  readonly bytes: number;
  readonly manifest: { readonly mediaType: string; readonly size: number };
}

const parallelUploads = 4;

/** Pushes the image with this manifest, or every image of an index and then the index. See `ImageEngine.push`. */
export async function pushImage(
  digest: Digest,
  reference: ImageReference,
  store: Store,
  ctx: Context,
): Promise<PushResult> {
  const bytes = await store.blobs.read(digest);
  if (bytes === undefined) throw notStored(digest);
  const served = await ctx.system.registry.resolve(reference, ctx.signal);
  if (served?.digest === digest)
    return { digest, bytes: 0, manifest: { mediaType: served.mediaType, size: bytes.length } };
  ctx.emit(said(`The push refers to repository [${reference.registry}/${reference.repository}]`));
  const children = childrenOf(bytes, digest);
  if (children === undefined) return pushOne(digest, bytes, reference, store, ctx);
  let uploaded = 0;
  for (const child of children) uploaded += await pushChild(child, reference, store, ctx);
  return putManifest({ digest, bytes, mediaType: mediaTypes.ociIndex, uploaded }, reference, ctx);
}

/** The images of an index; undefined for an image's own manifest. */
function childrenOf(bytes: Uint8Array, digest: Digest): readonly Digest[] | undefined {
  const { mediaType } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly mediaType?: string };
  if (!isIndexType(mediaType ?? '')) return undefined;
  return parseIndex(bytes, `the stored index ${digest}`).manifests.map((child) => child.digest);
}

async function pushChild(digest: Digest, reference: ImageReference, store: Store, ctx: Context): Promise<number> {
  const { tag: _tag, ...repository } = reference;
  const bytes = await store.blobs.read(digest);
  if (bytes === undefined) throw notStored(digest);
  return (await pushOne(digest, bytes, { ...repository, digest }, store, ctx)).bytes;
}

async function pushOne(
  digest: Digest,
  bytes: Uint8Array,
  reference: ImageReference,
  store: Store,
  ctx: Context,
): Promise<PushResult> {
  const manifest = parseManifest(bytes, `the stored manifest ${digest}`);
  const repository = { registry: reference.registry, repository: reference.repository };
  let uploaded = 0;
  await inParallel([manifest.config, ...uniqueLayers(manifest)], parallelUploads, async (blob) => {
    const how = await pushBlob(blob, repository, blob === manifest.config, store, ctx);
    if (how === 'uploaded') uploaded += blob.size;
    if (blob === manifest.config) return;
    ctx.emit(said(`${blob.digest.slice('sha256:'.length, 'sha256:'.length + 12)}: ${phrases[how]}`));
  });
  // What the lifecycle exports says that it is Docker's; an OCI manifest need not say what it is.
  const mediaType = manifest.mediaType ?? mediaTypes.ociManifest;
  return putManifest({ digest, bytes, mediaType, uploaded }, reference, ctx);
}

/** A manifest whose blobs are there. */
interface FinishedManifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Bytes of blobs that were uploaded for it. */
  readonly uploaded: number;
}

async function putManifest(
  { digest, bytes, mediaType, uploaded }: FinishedManifest,
  reference: ImageReference,
  ctx: Context,
): Promise<PushResult> {
  const result = await ctx.system.registry.pushManifest(reference, mediaType, bytes, ctx.signal);
  if (result !== digest) throw changedDigest(reference, digest, result);
  const name = reference.digest === undefined ? (reference.tag ?? 'latest') : reference.digest;
  ctx.emit(said(`${name}: digest: ${digest} size: ${bytes.length}`));
  return { digest, bytes: uploaded + bytes.length, manifest: { mediaType, size: bytes.length } };
}

function said(text: string): Event {
  return { type: 'output', phase: 'Build', stream: 'stdout', text: `${text}\n` };
}

/** An image may have the same layer twice. */
function uniqueLayers({ layers }: ImageManifest): readonly Descriptor[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

/** How Docker says what became of a layer. */
const phrases = { uploaded: 'Pushed', mounted: 'Mounted', exists: 'Layer already exists' } as const;

/** Makes a blob present. */
async function pushBlob(
  blob: Descriptor,
  repository: Repository,
  isConfig: boolean,
  store: Store,
  ctx: Context,
): Promise<keyof typeof phrases> {
  const origins = isConfig ? [] : ((await store.origins.get(blob.digest)) ?? []);
  const mountFrom = origins
    .filter((origin) => origin.registry === repository.registry && origin.repository !== repository.repository)
    .map((origin) => origin.repository);
  const how = await ctx.system.registry.pushBlob(repository, blob, () => openBlob(blob, origins, store, ctx), {
    mountFrom,
    signal: ctx.signal,
  });
  // A config is always in the store, and no larger than the request that would mount it.
  if (!isConfig) await rememberOrigin(store, blob.digest, repository);
  return how;
}

/** A blob of the store; one that was never downloaded comes straight from the registry that has it. */
async function* openBlob(
  { digest, size }: Descriptor,
  origins: readonly Repository[],
  store: Store,
  ctx: Context,
): AsyncGenerator<Uint8Array> {
  if (await store.blobs.has(digest, size)) yield* store.blobs.stream(digest);
  else {
    // A repository that lost the blob is no reason to fail while another may have it.
    for (const origin of origins) {
      if (origin !== origins.at(-1) && !(await ctx.system.registry.hasBlob(origin, digest, ctx.signal))) continue;
      return yield* ctx.system.registry.blob(origin, digest, ctx.signal);
    }
    throw notStored(digest);
  }
}

function notStored(digest: Digest): ToolError {
  return new ToolError('STORE_DAMAGED', `the store no longer has ${digest}`, {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again: what is missing is made anew' }],
  });
}

function changedDigest(reference: ImageReference, digest: Digest, served: Digest): ToolError {
  return new ToolError(
    'DIGEST_MISMATCH',
    `${formatReference(reference)} was pushed as ${digest} but is served as ${served}`,
    {
      suggestions: [
        { code: 'CHECK_REGISTRY', action: 'Check whether the registry or a proxy before it rewrites manifests' },
      ],
    },
  );
}

/** Whether everything of an image (of every image of an index) is in the store, or known to be in a registry. */
export async function holdsImage(digest: Digest, store: Store): Promise<boolean> {
  const bytes = await store.blobs.read(digest);
  if (bytes === undefined) return false;
  for (const child of childrenOf(bytes, digest) ?? []) if (!(await holdsImage(child, store))) return false;
  return (
    childrenOf(bytes, digest) !== undefined || holdsBlobs(parseManifest(bytes, `the stored manifest ${digest}`), store)
  );
}

async function holdsBlobs({ config, layers }: ImageManifest, store: Store): Promise<boolean> {
  // It is small, and nobody could build upon an image without it: it is read, so that damage is found out here.
  if ((await store.blobs.read(config.digest)) === undefined) return false;
  for (const { digest: layer, size } of layers) {
    if (!(await store.blobs.has(layer, size)) && (await store.origins.get(layer)) === undefined) return false;
  }
  return true;
}
