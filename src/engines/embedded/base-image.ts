/** Images that stages start from or copy from: their configs and layers, without the layers' content. */
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { Digest, ImageReference, Platform, Repository } from '../../core/names.ts';
import type { Context } from '../../core/ports.ts';
import {
  chooseManifest,
  type ImageDocument,
  type ImageManifest,
  isIndexType,
  mediaTypes,
  parseImageDocument,
  parseIndex,
  parseManifest,
} from '../../image/oci.ts';
import { formatPlatform, normalizePlatform, samePlatform } from '../../image/platform.ts';
import { parseReference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import { buildError } from './failure.ts';
import { nameKey } from './names.ts';
import type { LayerRef } from './node.ts';

/** An image that something starts from. */
export interface BaseImage {
  readonly document: ImageDocument;
  /** Digest of the config. */
  readonly id: Digest;
  readonly layers: readonly LayerRef[];
}

export interface BaseImageOptions {
  readonly platform: Platform;
  /** Artifacts of this run, by the text that names them. */
  readonly built: ReadonlyMap<string, BuildOutcome>;
  /** Ask the registry even for images that were built here (`--pull`). */
  readonly pull: boolean;
}

/**
 * Finds an image by name: among the artifacts of this run, among the images built here before (as a Docker Engine
 * prefers its own), then in its registry.
 *
 * @throws {ToolError} `REGISTRY_NOT_FOUND` and the other errors of a registry; `BUILD_USER_ERROR` for an artifact that
 * only a Docker daemon has.
 */
export async function findBaseImage(
  name: string,
  options: BaseImageOptions,
  store: Store,
  ctx: Context,
): Promise<BaseImage> {
  const outcome = options.built.get(name);
  if (outcome !== undefined) return builtImage(name, outcome, options, store, ctx);
  const reference = parseReference(name);
  if (!options.pull) {
    const known = await store.images.get(nameKey(reference));
    const image = known === undefined ? undefined : await storedImage(known.digest, name, store);
    if (image !== undefined) return image;
  }
  return registryImage(reference, name, options, store, ctx);
}

async function builtImage(
  name: string,
  outcome: BuildOutcome,
  options: BaseImageOptions,
  store: Store,
  ctx: Context,
): Promise<BaseImage> {
  if (outcome.at === 'registry') {
    return registryImage({ ...parseReference(name), digest: outcome.digest }, name, options, store, ctx);
  }
  const image = outcome.at === 'store' ? await storedImage(outcome.digest, name, store) : undefined;
  if (image !== undefined) return image;
  // What is named by a digest was pushed: the registry has what is damaged or gone here.
  const reference = parseReference(name);
  if (reference.digest !== undefined) return registryImage(reference, name, options, store, ctx);
  throw buildError(
    outcome.at === 'daemon'
      ? `"${name}" was built into a Docker daemon, where the embedded engine cannot reach it`
      : `"${name}" was built but is no longer in the store`,
    outcome.at === 'daemon' ? 'Build all artifacts with one engine' : 'Build again with --cache-artifacts=false',
  );
}

/** An image whose manifest and config are in the store; undefined where one of them is not. */
export async function storedImage(digest: Digest, name: string, store: Store): Promise<BaseImage | undefined> {
  const bytes = await store.blobs.read(digest);
  if (bytes === undefined) return undefined;
  const manifest = parseManifest(bytes, `the stored manifest of ${name}`);
  const config = await store.blobs.read(manifest.config.digest);
  return config === undefined ? undefined : describe(manifest, config, name);
}

function describe(manifest: ImageManifest, config: Uint8Array, name: string): BaseImage {
  const document = parseImageDocument(config, `the config of ${name}`);
  const diffIds = document.rootfs.diff_ids;
  if (diffIds.length !== manifest.layers.length) {
    throw new ToolError(
      'REGISTRY_PROTOCOL',
      `${name} has ${manifest.layers.length} layers but its config lists ${diffIds.length}`,
      {
        suggestions: [{ code: 'CHECK_IMAGE', action: 'Push the base image again' }],
      },
    );
  }
  const layers = manifest.layers.map(({ digest, size, mediaType }, index) => ({
    digest,
    size,
    mediaType: ociLayerType(mediaType),
    diffId: diffIds[index] as Digest,
  }));
  return { document, id: manifest.config.digest, layers };
}

/** Docker's layer types name the same bytes as OCI's; an OCI manifest needs the latter. */
function ociLayerType(mediaType: string): string {
  if (mediaType === mediaTypes.dockerLayerGzip) return mediaTypes.ociLayerGzip;
  return mediaType === mediaTypes.dockerLayerPlain ? mediaTypes.ociLayerPlain : mediaType;
}

async function registryImage(
  reference: ImageReference,
  name: string,
  options: BaseImageOptions,
  store: Store,
  ctx: Context,
): Promise<BaseImage> {
  const key = `${nameKey(reference)} ${formatPlatform(options.platform)}`;
  const digest = await currentDigest(reference, name, key, options, store, ctx);
  const manifest = await fetchManifest({ ...reference, digest }, name, options.platform, store, ctx);
  const config = await fetchBlob(reference, manifest.config.digest, store, ctx);
  if ((await store.bases.get(key)) !== digest) {
    for (const layer of manifest.layers) await rememberOrigin(store, layer.digest, reference);
    await store.bases.set(key, digest);
  }
  const image = describe(manifest, config, name);
  warnOfPlatform(image, name, options.platform, ctx);
  return image;
}

/**
 * What a name leads to now. Where its registry cannot be reached, what it led to before is used, with a warning, as a
 * Docker Engine uses the image it has; not with `--pull`.
 */
async function currentDigest(
  reference: ImageReference,
  name: string,
  key: string,
  { pull }: BaseImageOptions,
  store: Store,
  ctx: Context,
): Promise<Digest> {
  if (reference.digest !== undefined) return reference.digest;
  try {
    const descriptor = await ctx.system.registry.resolve(reference, ctx.signal);
    if (descriptor !== undefined) return descriptor.digest;
  } catch (error) {
    const known = pull || !isUnreachable(error) ? undefined : await store.bases.get(key);
    if (known === undefined) throw error;
    const message = `${reference.registry} cannot be reached, so the last known image of ${name} is used (${known})`;
    ctx.emit({ type: 'log', level: 'warning', message });
    return known;
  }
  throw new ToolError('REGISTRY_NOT_FOUND', `the image "${name}" does not exist`, {
    suggestions: [{ code: 'CHECK_IMAGE', action: `Check the name and tag, and that ${reference.registry} has it` }],
  });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ToolError && error.code === 'REGISTRY_UNREACHABLE';
}

/** The manifest for a platform, through an index if need be; from the store where it has been before. */
async function fetchManifest(
  reference: ImageReference & { readonly digest: Digest },
  name: string,
  platform: Platform,
  store: Store,
  ctx: Context,
): Promise<ImageManifest> {
  const bytes = (await store.blobs.read(reference.digest)) ?? (await download(reference, store, ctx));
  const { mediaType, manifests } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    readonly mediaType?: string;
    readonly manifests?: unknown;
  };
  if (!isIndexType(mediaType ?? '') && !Array.isArray(manifests)) return parseManifest(bytes, name);
  const index = parseIndex(bytes, name);
  const chosen = chooseManifest(index, normalizePlatform(platform));
  if (chosen !== undefined) return fetchManifest({ ...reference, digest: chosen.digest }, name, platform, store, ctx);
  const offered = index.manifests.flatMap(({ platform: offer }) =>
    offer === undefined ? [] : [formatPlatform(offer)],
  );
  throw new ToolError('REGISTRY_NOT_FOUND', `the image "${name}" has nothing for ${formatPlatform(platform)}`, {
    suggestions: [
      { code: 'CHECK_PLATFORM', action: `Choose another platform or base image; it has ${offered.join(', ')}` },
    ],
  });
}

async function download(reference: ImageReference, store: Store, ctx: Context): Promise<Uint8Array> {
  const { tag: _tag, ...byDigest } = reference;
  const { bytes } = await ctx.system.registry.manifest(byDigest, ctx.signal);
  await store.blobs.put(bytes);
  return bytes;
}

async function fetchBlob(repository: Repository, digest: Digest, store: Store, ctx: Context): Promise<Uint8Array> {
  const known = await store.blobs.read(digest);
  if (known !== undefined) return known;
  await store.blobs.putStream(ctx.system.registry.blob(repository, digest, ctx.signal), digest);
  return (await store.blobs.read(digest)) ?? new Uint8Array(0);
}

/** Notes that a repository has a blob. */
export async function rememberOrigin(
  store: Store,
  digest: Digest,
  { registry, repository }: Repository,
): Promise<void> {
  const known = (await store.origins.get(digest)) ?? [];
  if (known.some((origin) => origin.registry === registry && origin.repository === repository)) return;
  await store.origins.set(digest, [...known, { registry, repository }]);
}

function warnOfPlatform({ document }: BaseImage, name: string, platform: Platform, ctx: Context): void {
  const { os, architecture, variant } = document;
  if (os === '' || architecture === '') return;
  const own = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  if (samePlatform({ os: platform.os, architecture: platform.architecture }, { os, architecture })) return;
  const message = `the base image ${name} is for ${formatPlatform(own)}, not for ${formatPlatform(platform)}`;
  ctx.emit({ type: 'log', level: 'warning', message });
}
