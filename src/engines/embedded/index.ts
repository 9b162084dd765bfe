/** The embedded engine: builds Dockerfiles to OCI images in this process, without any daemon. */
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { ImageId, ImageReference } from '../../core/names.ts';
import type { ImageEngine } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { imageConfigOf } from '../../image/config.ts';
import { isDigest } from '../../image/digest.ts';
import { normalizePlatform } from '../../image/platform.ts';
import { parseReference } from '../../image/reference.ts';
import { cacheDirectory } from '../../store/location.ts';
import { openStore, type Store } from '../../store/store.ts';
import { findBaseImage } from './base-image.ts';
import type { StartRegistry } from './containers/index.ts';
import { nameKey } from './names.ts';
import type { Sandbox, SandboxChoice } from './sandbox/types.ts';
import type { StoredOutcome } from './store-image.ts';

export interface EmbeddedEngineOptions {
  /** A store that is open already; it goes before `storeDirectory`. */
  readonly store?: Store;
  /** Where images and layers are kept; the user's cache directory by default. */
  readonly storeDirectory?: string;
  /** What the commands of RUN are run in, or which kind of sandbox: `auto` unless set; `none` refuses RUN. */
  readonly sandbox?: SandboxChoice | Sandbox;
  /** Where programs leave images that are not pushed; without it no containers are run. */
  readonly startRegistry?: StartRegistry;
}

/** Makes the engine. Nothing is read or written before the first question. */
export function createEmbeddedEngine(options: EmbeddedEngineOptions = {}): ImageEngine {
  let opened = options.store;
  const storeOf = (ctx: Context): Store => {
    opened ??= openStore(options.storeDirectory ?? cacheDirectory(ctx.system), ctx);
    return opened;
  };
  const choice = options.sandbox ?? 'auto';
  let sandbox: Promise<Sandbox> | undefined;
  const sandboxOf = async (ctx: Context): Promise<Sandbox | undefined> => {
    if (typeof choice === 'object') return choice;
    if (choice === 'none') return undefined;
    sandbox ??= import('./sandbox/index.ts').then(({ openSandbox }) => openSandbox(choice, storeOf(ctx)));
    return sandbox;
  };
  return {
    name: 'embedded',
    build: async (request, ctx) => {
      const { buildImage } = await import('./build.ts');
      return buildImage(request, storeOf(ctx), await sandboxOf(ctx), ctx);
    },
    assemble: async (request, ctx) => {
      const { assembleImage } = await import('./assemble.ts');
      return assembleImage(request, storeOf(ctx), ctx);
    },
    importArchive: async (request, ctx) => {
      const { importArchive } = await import('./import-archive.ts');
      return importArchive(request, storeOf(ctx), ctx);
    },
    push: async (outcome, reference, ctx) => {
      if (outcome.at === 'registry') return { digest: outcome.digest, bytes: 0 };
      const { pushImage } = await import('./push.ts');
      return pushImage(stored(outcome).digest, reference, storeOf(ctx), ctx);
    },
    tag: async (outcome, reference, ctx) => {
      const { digest, id } = stored(outcome);
      await storeOf(ctx).images.set(nameKey(reference), { digest, id });
    },
    find: (reference, ctx) => findImage(reference, storeOf(ctx)),
    holds: async (outcome, ctx) => {
      if (outcome.at !== 'store') return false;
      const { holdsImage } = await import('./push.ts');
      return holdsImage(outcome.digest, storeOf(ctx));
    },
    openContainers: async (request, ctx) => {
      const ground = await (await sandboxOf(ctx))?.ground?.(ctx);
      const { startRegistry } = options;
      if (ground === undefined || startRegistry === undefined) throw noContainers();
      const { openSandboxContainers } = await import('./containers/index.ts');
      return openSandboxContainers(request, { store: storeOf(ctx), ground, startRegistry }, ctx);
    },
    imageConfig: async (reference, platform, ctx) => {
      const host = { os: 'linux', architecture: ctx.system.platform.architecture };
      const wanted = { platform: normalizePlatform(platform ?? host), built: new Map(), pull: false };
      const { document, id } = await findBaseImage(reference, wanted, storeOf(ctx), ctx);
      return imageConfigOf(document, id as string as ImageId);
    },
    close: async () => undefined,
  };
}

function stored(outcome: BuildOutcome): StoredOutcome {
  if (outcome.at === 'store') return outcome;
  throw new ToolError('BUILD_USER_ERROR', 'the image was built by another engine and is not in the store', {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again with the engine that is to push the image' }],
  });
}

function noContainers(): ToolError {
  return new ToolError('NOT_SUPPORTED', 'the embedded engine runs no containers: --sandbox=none turns them off', {
    suggestions: [{ code: 'USE_DOCKER_ENGINE', action: 'Choose another sandbox, or build with --engine=docker' }],
  });
}

async function findImage(text: string, store: Store): Promise<ImageId | undefined> {
  if (isDigest(text)) return (await store.blobs.has(text)) ? (text as string as ImageId) : undefined;
  const reference: ImageReference = parseReference(text);
  const named = await store.images.get(nameKey(reference));
  if (named === undefined) return undefined;
  return (await store.blobs.has(named.digest)) ? named.id : undefined;
}
