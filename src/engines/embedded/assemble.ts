/** Images made of a base and files, without a Dockerfile. */
import type { Digest, ImageId } from '../../core/names.ts';
import type { AssembledEntry, AssembledLayer, AssembledVariant, ImageAssembly } from '../../core/plugins.ts';
import type { Context, Descriptor } from '../../core/ports.ts';
import { draftOf, type ImageDraft, imageTime } from '../../image/config.ts';
import type { LayerSource } from '../../image/layer.ts';
import { encodeJson, type ImageDocument, type ImageIndex, mediaTypes } from '../../image/oci.ts';
import { formatPlatform, normalizePlatform, samePlatform } from '../../image/platform.ts';
import type { Store } from '../../store/store.ts';
import { type BaseImage, findBaseImage } from './base-image.ts';
import { epochOf } from './epoch.ts';
import { buildError } from './failure.ts';
import { storeLayer } from './layer-step.ts';
import { nameKey } from './names.ts';
import type { LayerRef } from './node.ts';
import { type StoredOutcome, storeDocument } from './store-image.ts';

/**
 * Makes the image of an assembly in the store: one for each variant, and over several an index.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` where the base is an image for another platform, and what reading the base
 * from its registry throws.
 */
export async function assembleImage(request: ImageAssembly, store: Store, ctx: Context): Promise<StoredOutcome> {
  const made = await Promise.all(
    request.variants.map(async (variant) => ({
      variant,
      outcome: await assembleVariant(request, variant, store, ctx),
    })),
  );
  const [only] = made;
  const outcome = made.length === 1 && only !== undefined ? only.outcome : await storeIndex(made, store);
  await store.images.set(nameKey(request.reference), { digest: outcome.digest, id: outcome.id });
  await store.flush();
  return outcome;
}

async function assembleVariant(
  request: ImageAssembly,
  { platform, layers }: AssembledVariant,
  store: Store,
  ctx: Context,
): Promise<StoredOutcome> {
  const base = await baseFor(request.base, normalizePlatform(platform), store, ctx);
  const packed: LayerRef[] = [];
  for (const layer of layers) packed.push(await packFiles(layer, store, ctx));
  const createdAt = epochOf([ctx.system.env['SOURCE_DATE_EPOCH']]);
  const draft = withAssembly(draftOf(base.document), request, layers, createdAt);
  return storeDocument(draft, [...base.layers, ...packed], createdOf(base.document, ctx), store);
}

async function baseFor(
  name: string,
  platform: AssembledVariant['platform'],
  store: Store,
  ctx: Context,
): Promise<BaseImage> {
  const base = await findBaseImage(name, { platform, built: new Map(), pull: true }, store, ctx);
  const { os, architecture } = base.document;
  if (samePlatform({ os, architecture }, { os: platform.os, architecture: platform.architecture })) return base;
  throw buildError(
    `the base image "${name}" is for ${os}/${architecture}, not for ${formatPlatform(platform)}`,
    'Name a base image that has this platform, or build for another one with --platform',
  );
}

async function packFiles({ entries }: AssembledLayer, store: Store, ctx: Context): Promise<LayerRef> {
  const sources = await Promise.all(entries.map((entry) => sourceOf(entry, ctx)));
  const { digest, size, diffId } = await storeLayer(sources, store, ctx.signal);
  return { digest, size, diffId, mediaType: mediaTypes.ociLayerGzip };
}

async function sourceOf(entry: AssembledEntry, { system: { files } }: Context): Promise<LayerSource> {
  const { path, mode, kind } = entry;
  const common = { path, mode, uid: 0, gid: 0, modifiedAt: 0 };
  if (kind === 'directory') return { entry: { ...common, kind, size: 0 } };
  const { source } = entry;
  const size = (await files.stat(source))?.size ?? 0;
  const content = { read: () => files.read(source), stream: () => files.readStream(source) };
  return { entry: { ...common, kind, size }, ...(size === 0 ? {} : { content }) };
}

function withAssembly(
  base: ImageDraft,
  request: ImageAssembly,
  layers: readonly AssembledLayer[],
  createdAt: number,
): ImageDraft {
  const { author, entrypoint, labels } = request;
  const { Cmd: _replaced, ...config } = base.config;
  const history = layers.map(({ createdBy, comment }) => ({
    created: imageTime(createdAt),
    created_by: createdBy,
    author,
    comment,
  }));
  return {
    ...base,
    author,
    config: {
      ...config,
      Entrypoint: entrypoint,
      Env: environment(config.Env ?? [], request),
      Labels: { ...config.Labels, ...labels },
    },
    history: [...base.history, ...history],
  };
}

function environment(base: readonly string[], { env, path }: ImageAssembly): readonly string[] {
  const added = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [...base.map((pair) => (pair.startsWith('PATH=') ? `${pair}:${path}` : pair)), ...added];
}

/** The base's own time, so that the same files on the same base are the same image on any day (as ko does). */
function createdOf({ created }: ImageDocument, ctx: Context): number {
  const asked = ctx.system.env['SOURCE_DATE_EPOCH'] ?? '';
  const time = asked === '' ? Date.parse(created ?? '') : Number.NaN;
  return Number.isNaN(time) ? epochOf([asked]) : Math.floor(time / 1000);
}

interface MadeVariant {
  readonly variant: AssembledVariant;
  readonly outcome: StoredOutcome;
}

/** The id of an index is its digest: it has no config of its own. */
async function storeIndex(made: readonly MadeVariant[], store: Store): Promise<StoredOutcome> {
  const manifests = await Promise.all(made.map((one) => childOf(one, store)));
  const index: ImageIndex = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  const digest = await store.blobs.put(encodeJson(index));
  return { at: 'store', digest, id: digest as string as ImageId };
}

async function childOf({ variant, outcome }: MadeVariant, store: Store): Promise<Descriptor> {
  const size = (await store.blobs.read(outcome.digest))?.length ?? 0;
  const { os, architecture, variant: kind } = normalizePlatform(variant.platform);
  const digest: Digest = outcome.digest;
  const platform = { architecture, os, ...(kind === undefined ? {} : { variant: kind }) };
  return { mediaType: mediaTypes.ociManifest, digest, size, platform };
}
