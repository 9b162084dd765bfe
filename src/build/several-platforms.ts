/** One image for several platforms, from builders that make one for one platform. */
import type { BuildOutcome } from '../core/artifact.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { Digest, ImageReference, Platform } from '../core/names.ts';
import type { Builder, BuildRequest } from '../core/plugins.ts';
import type { Context, Descriptor } from '../core/ports.ts';
import { encodeJson, type ImageIndex, mediaTypes } from '../image/oci.ts';
import { formatPlatform, normalizePlatform } from '../image/platform.ts';
import { formatReference } from '../image/reference.ts';

/**
 * The same builder, which builds once for each platform, pushes each image under a tag of its own
 * (`TAG_linux_arm64`, as Skaffold does), and then an index of them under the tag that was asked for. With an engine that
 * makes such an index itself, it is asked once.
 */
export function onEachPlatform(builder: Builder): Builder {
  return {
    ...builder,

    async parameters(request, ctx) {
      if (request.engine.severalPlatforms === true) return builder.parameters(request, ctx);
      const all = await Promise.all(
        request.platforms.map(async (platform) => {
          const own = await builder.parameters({ ...request, platforms: [platform] }, ctx);
          return Object.entries(own).map(([name, value]) => [`${formatPlatform(platform)} ${name}`, value] as const);
        }),
      );
      return Object.fromEntries(all.flat());
    },

    async build(request, ctx) {
      if (request.engine.severalPlatforms === true) return builder.build(request, ctx);
      const manifests: Descriptor[] = [];
      for (const platform of request.platforms) manifests.push(await buildFor(platform, builder, request, ctx));
      return { at: 'registry', digest: await pushIndex(manifests, request.reference, ctx) };
    },
  };
}

/** The reference of one platform's image. */
function platformReference(reference: ImageReference, platform: Platform): ImageReference {
  const { os, architecture, variant } = platform;
  const parts = [reference.tag ?? 'latest', os, architecture, ...(variant === undefined ? [] : [variant])];
  return { ...reference, tag: parts.join('_') };
}

async function buildFor(
  platform: Platform,
  builder: Builder,
  request: BuildRequest<unknown>,
  ctx: Context,
): Promise<Descriptor> {
  const reference = platformReference(request.reference, platform);
  const tag = formatReference(reference);
  try {
    const outcome = await builder.build({ ...withBuildKit(request, ctx), platforms: [platform], reference, tag }, ctx);
    return await describe(await pushed(outcome, reference, request, ctx), reference, platform, ctx);
  } catch (error) {
    throw withPrefix(`building for ${formatPlatform(platform)}`, error);
  }
}

/**
 * Where nobody chose, one of Docker's builders makes all the images: the classic one, which makes only this machine's,
 * does not tell a Dockerfile its platform (`TARGETARCH`).
 */
function withBuildKit(request: BuildRequest<unknown>, { system: { env } }: Context): BuildRequest<unknown> {
  const isChosen = request.docker?.useBuildkit !== undefined || env['DOCKER_BUILDKIT'] !== undefined;
  return isChosen ? request : { ...request, docker: { ...request.docker, useBuildkit: true } };
}

async function pushed(
  outcome: BuildOutcome,
  reference: ImageReference,
  { engine }: BuildRequest<unknown>,
  ctx: Context,
): Promise<Digest> {
  if (outcome.at === 'registry') return outcome.digest;
  return (await engine.push(outcome, reference, ctx)).digest;
}

async function describe(
  digest: Digest,
  { tag: _tag, ...repository }: ImageReference,
  platform: Platform,
  ctx: Context,
): Promise<Descriptor> {
  const served = await ctx.system.registry.resolve({ ...repository, digest }, ctx.signal);
  if (served === undefined) throw notServed(`${repository.name}@${digest}`);
  const { os, architecture, variant } = normalizePlatform(platform);
  return {
    mediaType: served.mediaType,
    digest,
    size: served.size,
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
  };
}

/** Docker's own manifests belong in Docker's list: some registries refuse a mixture. */
async function pushIndex(manifests: readonly Descriptor[], reference: ImageReference, ctx: Context): Promise<Digest> {
  const isOci = manifests.every(({ mediaType }) => mediaType === mediaTypes.ociManifest);
  const mediaType = isOci ? mediaTypes.ociIndex : mediaTypes.dockerManifestList;
  const index: ImageIndex = { schemaVersion: 2, mediaType, manifests };
  return ctx.system.registry.pushManifest(reference, mediaType, encodeJson(index), ctx.signal);
}

function notServed(name: string): ToolError {
  return new ToolError('BUILD_REGISTRY_GET_DIGEST_ERR', `the registry has no ${name} although it was pushed`, {
    suggestions: [{ code: 'CHECK_REGISTRY', action: 'Check that nothing removes images from the repository' }],
  });
}
