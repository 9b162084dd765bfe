/** One build, everything about it decided. */
import type { ContainerGroup } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { parseReference } from '../../../image/reference.ts';
import type { BuilderImage } from './builder-image.ts';
import type { BuildImages } from './images.ts';
import type { LifecycleRun } from './lifecycle.ts';
import { previousImage } from './previous-image.ts';
import { registryAuth } from './registry-auth.ts';
import type { BuildpacksSpec } from './spec.ts';
import { hostMounts } from './volumes.ts';

type Request = BuildRequest<BuildpacksSpec>;

/**
 * Decides what the lifecycle is told. Where it exports to a daemon, the image to build upon is fetched there first.
 *
 * @throws `NOT_SUPPORTED` for a run image that only the store has; what fetching it throws.
 */
export async function planRun(
  request: Request,
  { builder, runImage }: BuildImages,
  group: ContainerGroup,
  ctx: Context,
): Promise<LifecycleRun> {
  const { artifact, engine, reference } = request;
  const { spec } = artifact;
  const isTrusted = spec.trustBuilder === true;
  const { output, toDaemon, scratch } = destinationOf(request, group);
  if (scratch && runImage.isBuilt) throw unpushedRunImage(artifact.image);
  if (toDaemon && !runImage.isBuilt) await fetchRunImage(request, runImage.name, ctx);
  const isCacheCleared = spec.clearCache === true;
  const home = toDaemon ? 'daemon' : 'registry';
  const previous = isCacheCleared || scratch ? undefined : await previousImage(home, reference, engine, ctx);
  const images = [output, runImage.name];
  const lifecycleImage = isTrusted ? builder.pinned : lifecycleImageOf(builder, ctx);
  return {
    builder: builder.pinned,
    lifecycleImage,
    isTrusted,
    user: builder.user,
    platformApi: builder.platformApi,
    output,
    runImage: runImage.name,
    previousImage: previous,
    isCacheCleared,
    toDaemon,
    hasLocalRegistry: images.some((image) => isLoopback(parseReference(image).registry)),
    insecureRegistries: ctx.system.insecureRegistries,
    registryAuth: await registryAuth(images, ctx),
    epoch: ctx.system.env['SOURCE_DATE_EPOCH'],
    mounts: hostMounts(artifact, ctx.system.cwd),
  };
}

/** Where the lifecycle is to leave the image; `scratch`: in a registry of this process that begins empty. */
function destinationOf(
  { push, reference, tag }: Request,
  { exportsTo }: ContainerGroup,
): { readonly output: string; readonly toDaemon: boolean; readonly scratch: boolean } {
  if (push) return { output: tag, toDaemon: false, scratch: false };
  if (exportsTo === 'daemon') return { output: tag, toDaemon: true, scratch: false };
  const output = `${exportsTo.registry}/${reference.repository}:${reference.tag ?? 'latest'}`;
  return { output, toDaemon: false, scratch: true };
}

/** The phases that see credentials are run from an image of the lifecycle's own where the builder is not trusted. */
export function lifecycleImageOf({ lifecycle }: BuilderImage, { system }: Context): string {
  const named = system.env['SLIPWAY_LIFECYCLE_IMAGE'] ?? '';
  return named === '' ? `docker.io/buildpacksio/lifecycle:${lifecycle}` : named;
}

/** A daemon exports only upon images it holds. One that cannot be asked for now may be there from before. */
async function fetchRunImage({ engine }: Request, name: string, ctx: Context): Promise<void> {
  try {
    await engine.pull?.(parseReference(name), 'Build', ctx);
  } catch (error) {
    if (ctx.signal.aborted || (await engine.find(name, ctx)) === undefined) throw error;
  }
}

function isLoopback(registry: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(registry);
}

function unpushedRunImage(image: string): ToolError {
  return new ToolError(
    'NOT_SUPPORTED',
    `the run image of "${image}" is an artifact that is not pushed, and without a Docker Engine the lifecycle reads it from its registry only`,
    { suggestions: [{ code: 'PUSH_IMAGE', action: 'Build with --push, or with --engine=docker' }] },
  );
}
