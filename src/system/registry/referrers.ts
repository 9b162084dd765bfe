import { ToolError } from '../../core/errors.ts';
import type { Digest, ImageReference, Repository } from '../../core/names.ts';
import type { Descriptor } from '../../core/ports.ts';
import { isDigest } from '../../image/digest.ts';
import { parseObject } from './body.ts';
import { readPages } from './listing.ts';
import { fetchManifest, putManifest } from './manifests.ts';
import { manifestTypes, mediaTypeOf } from './media-types.ts';
import type { Session } from './session.ts';

/**
 * {@link RegistryClient.referrers}: the referrers API, or the tag `sha256-…` in registries without it
 * (distribution specification 1.1, "Listing Referrers" and "Referrers Tag Schema").
 */
export async function listReferrers(
  session: Session,
  digest: Digest,
  artifactType: string | undefined,
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const all = (await askApi(session, digest, artifactType, signal)) ?? (await readTag(session, digest, signal));
  return artifactType === undefined ? all : all.filter((descriptor) => descriptor.artifactType === artifactType);
}

async function askApi(
  session: Session,
  digest: Digest,
  artifactType: string | undefined,
  signal: AbortSignal,
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType })}`;
  const action = `list the referrers of ${session.repository.registry}/${session.repository.repository}@${digest}`;
  const found: Descriptor[] = [];
  const first = {
    method: 'GET',
    to: `referrers/${digest}${query}`,
    action,
    access: 'pull',
    accept: [200, 400, 404, 405],
    signal,
  } as const;
  for await (const { answer, content } of readPages(session, first)) {
    const isIndex = answer.status === 200 && mediaTypeOf(answer.headers['content-type']) === manifestTypes.ociIndex;
    if (!isIndex) return undefined;
    for (const descriptor of descriptorsIn(content)) found.push(descriptor);
  }
  return found;
}

/** The well-formed descriptors of an index. */
function descriptorsIn(index: Readonly<Record<string, unknown>> | undefined): readonly Descriptor[] {
  const manifests = index?.['manifests'];
  return Array.isArray(manifests) ? manifests.filter(isDescriptor) : [];
}

function isDescriptor(value: unknown): value is Descriptor {
  if (typeof value !== 'object' || value === null) return false;
  const { mediaType, digest, size } = value as Partial<Record<keyof Descriptor, unknown>>;
  return typeof mediaType === 'string' && typeof digest === 'string' && isDigest(digest) && typeof size === 'number';
}

function tagReference(repository: Repository, digest: Digest): ImageReference {
  return { name: `${repository.registry}/${repository.repository}`, ...repository, tag: digest.replace(':', '-') };
}

async function readTag(session: Session, digest: Digest, signal: AbortSignal): Promise<readonly Descriptor[]> {
  try {
    const { descriptor, bytes } = await fetchManifest(session, tagReference(session.repository, digest), signal);
    return descriptor.mediaType === manifestTypes.ociIndex ? descriptorsIn(parseObject(bytes)) : [];
  } catch (error) {
    if (error instanceof ToolError && error.code === 'REGISTRY_NOT_FOUND') return [];
    throw error;
  }
}

/** The digest of the manifest that another one refers to by `subject`. */
export function subjectOf(bytes: Uint8Array): Digest | undefined {
  const subject = parseObject(bytes)?.['subject'];
  return isDescriptor(subject) ? subject.digest : undefined;
}

/** Adds a manifest to the list under its subject's tag, for registries that do not keep the list themselves. */
export async function addToTag(
  session: Session,
  subject: Digest,
  added: Descriptor,
  signal: AbortSignal,
): Promise<void> {
  const before = await readTag(session, subject, signal);
  if (before.some(({ digest }) => digest === added.digest)) return;
  const manifests = [...before, added].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const index = { schemaVersion: 2, mediaType: manifestTypes.ociIndex, manifests };
  await putManifest(
    session,
    tagReference(session.repository, subject),
    manifestTypes.ociIndex,
    Buffer.from(JSON.stringify(index)),
    signal,
  );
}

/** How a manifest is listed among the referrers of its subject (distribution specification, "Pushing Manifests with Subject"). */
export function referrerDescriptor(mediaType: string, digest: Digest, bytes: Uint8Array): Descriptor {
  const { artifactType, config, annotations } = parseObject(bytes) ?? {};
  const configType =
    typeof config === 'object' && config !== null ? (config as { readonly mediaType?: unknown }).mediaType : undefined;
  const type = typeof artifactType === 'string' && artifactType !== '' ? artifactType : configType;
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(typeof annotations === 'object' && annotations !== null
      ? { annotations: annotations as Readonly<Record<string, string>> }
      : {}),
  };
}
