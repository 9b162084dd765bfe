import { ToolError } from '../../core/errors.ts';
import type { Digest, ImageId, ImageReference, Platform } from '../../core/names.ts';
import type { ImageConfig } from '../../core/plugins.ts';
import type { Context, FetchedManifest } from '../../core/ports.ts';
import { imageConfigOf } from '../../image/config.ts';
import { chooseManifest, isIndexType, parseImageDocument, parseIndex, parseManifest } from '../../image/oci.ts';
import { formatPlatform } from '../../image/platform.ts';
import { formatReference } from '../../image/reference.ts';

/**
 * The configuration of an image in a registry; of an index, that of the image for `platform`.
 *
 * @throws the `RegistryClient`'s errors; `REGISTRY_NOT_FOUND` also when the index has no image for the platform.
 */
export async function registryImageConfig(
  reference: ImageReference,
  platform: Platform,
  ctx: Context,
): Promise<ImageConfig> {
  const name = formatReference(reference);
  const manifest = parseManifest((await imageManifest(reference, platform, ctx)).bytes, name);
  const bytes: Uint8Array[] = [];
  for await (const chunk of ctx.system.registry.blob(reference, manifest.config.digest, ctx.signal)) bytes.push(chunk);
  // The digest of the config is what a Docker Engine calls the image's id.
  return imageConfigOf(parseImageDocument(Buffer.concat(bytes), name), manifest.config.digest as string as ImageId);
}

async function imageManifest(reference: ImageReference, platform: Platform, ctx: Context): Promise<FetchedManifest> {
  const fetched = await ctx.system.registry.manifest(reference, ctx.signal);
  if (!isIndexType(fetched.descriptor.mediaType)) return fetched;
  const chosen = chooseManifest(parseIndex(fetched.bytes, formatReference(reference)), platform);
  if (chosen !== undefined) return await ctx.system.registry.manifest(byDigest(reference, chosen.digest), ctx.signal);
  throw new ToolError(
    'REGISTRY_NOT_FOUND',
    `${formatReference(reference)} has no image for ${formatPlatform(platform)}`,
    {
      suggestions: [{ code: 'CHECK_PLATFORM', action: 'Name a platform that the image is made for with --platform' }],
    },
  );
}

/** The same repository, named by digest. */
export function byDigest({ name, registry, repository }: ImageReference, digest: Digest): ImageReference {
  return { name, registry, repository, digest };
}
