/** Giving an image of a registry another name, there or in another registry, byte for byte the same. */
import { ToolError } from '../core/errors.ts';
import type { Digest, ImageReference, Repository } from '../core/names.ts';
import type { Context, Descriptor } from '../core/ports.ts';
import { isIndexType, parseIndex, parseManifest } from '../image/oci.ts';
import { formatReference } from '../image/reference.ts';

/**
 * Copies an image or index with everything it names. Within a repository only the manifest is written; within a registry
 * blobs are mounted, elsewhere they pass through this process.
 *
 * @param from with a digest.
 * @returns the digest, the same as that of `from`.
 * @throws {ToolError} of the registries; `DIGEST_MISMATCH` where the target serves something else than it was given.
 */
export async function copyImage(from: ImageReference, to: ImageReference, ctx: Context): Promise<Digest> {
  const { registry } = ctx.system;
  const { descriptor, bytes } = await registry.manifest(from, ctx.signal);
  const isElsewhere = from.registry !== to.registry || from.repository !== to.repository;
  if (isElsewhere) await copyParts(descriptor, bytes, from, to, ctx);
  const served = await registry.pushManifest(to, descriptor.mediaType, bytes, ctx.signal);
  if (served === descriptor.digest) return served;
  throw new ToolError(
    'DIGEST_MISMATCH',
    `${formatReference(to)} was written as ${descriptor.digest} but is served as ${served}`,
    {
      suggestions: [
        { code: 'CHECK_REGISTRY', action: 'Check whether the registry or a proxy before it rewrites manifests' },
      ],
    },
  );
}

async function copyParts(
  { mediaType }: Descriptor,
  bytes: Uint8Array,
  from: ImageReference,
  to: ImageReference,
  ctx: Context,
): Promise<void> {
  const what = formatReference(from);
  const { tag: _from, ...source } = from;
  const { tag: _to, ...target } = to;
  if (isIndexType(mediaType)) {
    for (const { digest } of parseIndex(bytes, what).manifests) {
      await copyImage({ ...source, digest }, { ...target, digest }, ctx);
    }
    return;
  }
  const { config, layers } = parseManifest(bytes, what);
  const blobs = [...new Map([config, ...layers].map((blob) => [blob.digest, blob])).values()];
  for (const blob of blobs) await copyBlob(blob, source, target, ctx);
}

async function copyBlob(blob: Descriptor, from: Repository, to: Repository, ctx: Context): Promise<void> {
  const { registry } = ctx.system;
  await registry.pushBlob(to, blob, () => registry.blob(from, blob.digest, ctx.signal), {
    mountFrom: from.registry === to.registry ? [from.repository] : [],
    signal: ctx.signal,
  });
}
