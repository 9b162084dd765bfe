/** GET, HEAD, PUT and DELETE of manifests, by tag or by digest. */
import { createHash } from 'node:crypto';
import type { Digest } from '../core/names.ts';
import type { Descriptor } from '../core/ports.ts';
import { readSmall } from './bodies.ts';
import { RegistryError } from './errors.ts';
import type { Exchange, Handler, Service } from './exchange.ts';
import { type ManifestDocument, parseManifest } from './manifest-document.ts';
import type { ManifestStorage, StoredManifest } from './manifest-storage.ts';
import { algorithmOf, isTag, type ManifestReference, parseManifestReference } from './names.ts';
import { bytes, empty } from './responses.ts';

export const getManifest: Handler = async ({ repository, reference }, { manifests }) => {
  const wanted = isPossible(reference)
    ? await digestOf(manifests, repository, parseManifestReference(reference))
    : undefined;
  const manifest = wanted === undefined ? undefined : await manifests.read(repository, wanted);
  if (manifest === undefined) throw unknownManifest(reference);
  const { digest, mediaType } = manifest;
  return bytes(200, manifest.bytes, {
    'content-type': mediaType,
    'docker-content-digest': digest,
    etag: `"${digest}"`,
  });
};

/** PUT by tag, or by digest with any number of `tag` parameters ("Pushing Manifests"). */
export const putManifest: Handler = async (exchange, service) => {
  const { repository, request } = exchange;
  const reference = parseManifestReference(exchange.reference);
  const tags = tagsOf(exchange, reference);
  const content = await readManifest(exchange, service);
  const document = parseManifest(content, request.headers['content-type']);
  const digest = computeDigest(content, reference);
  await requireReferences(repository, document, service);
  await store(service.manifests, repository, { digest, mediaType: document.mediaType, bytes: content }, document, tags);
  return empty(201, {
    location: `/v2/${repository}/manifests/${exchange.reference}`,
    'docker-content-digest': digest,
    ...(document.subject === undefined ? {} : { 'oci-subject': document.subject }),
    ...('digest' in reference && tags.length > 0 ? { 'oci-tag': tags.join(', ') } : {}),
  });
};

/** By tag: only the tag goes. By digest: the manifest goes, and with it every tag that points to it. */
export const deleteManifest: Handler = async ({ repository, reference }, { manifests }) => {
  const target = parseManifestReference(reference);
  const digest = await digestOf(manifests, repository, target);
  if (digest === undefined) throw await unknownIn(manifests, repository, reference);
  if ('tag' in target) {
    await manifests.untag(repository, target.tag);
    return empty(202);
  }
  const manifest = await manifests.read(repository, digest);
  if (manifest === undefined) throw await unknownIn(manifests, repository, reference);
  await removeManifest(manifests, repository, manifest);
  return empty(202);
};

/** A text that can be neither tag nor digest names nothing, which for a reader is "not found" rather than an error. */
function isPossible(reference: string): boolean {
  return reference.includes(':') || isTag(reference);
}

async function digestOf(
  manifests: ManifestStorage,
  repository: string,
  reference: ManifestReference,
): Promise<Digest | undefined> {
  return 'tag' in reference ? manifests.resolve(repository, reference.tag) : reference.digest;
}

function tagsOf({ query }: Exchange, reference: ManifestReference): readonly string[] {
  const tags = 'tag' in reference ? [reference.tag] : [...new Set(query.getAll('tag'))];
  const wrong = tags.find((tag) => !isTag(tag));
  if (wrong !== undefined) throw new RegistryError('MANIFEST_INVALID', `"${wrong}" is not a valid tag`);
  return tags;
}

async function readManifest({ request }: Exchange, { manifestLimit }: Service): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0);
  const content = announced > manifestLimit ? undefined : await readSmall(request.body, manifestLimit);
  if (content !== undefined) return content;
  throw new RegistryError('MANIFEST_INVALID', `the manifest is longer than ${manifestLimit} bytes`, { status: 413 });
}

function computeDigest(content: Uint8Array, reference: ManifestReference): Digest {
  const algorithm = 'digest' in reference ? algorithmOf(reference.digest) : 'sha256';
  const digest: Digest = `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
  if ('tag' in reference || reference.digest === digest) return digest;
  throw new RegistryError('DIGEST_INVALID', `the manifest is ${digest}, not ${reference.digest}`);
}

/** Everything a manifest is made of must be there before it, so that nobody pulls half an image. Its subject need not be. */
async function requireReferences(
  repository: string,
  document: ManifestDocument,
  { blobs, manifests }: Service,
): Promise<void> {
  const hasBlob = async (digest: Digest): Promise<boolean> => (await blobs.size(repository, digest)) !== undefined;
  const missing: Digest[] = [];
  for (const digest of new Set(document.blobs)) if (!(await hasBlob(digest))) missing.push(digest);
  for (const digest of new Set(document.manifests)) {
    if (!(await manifests.has(repository, digest)) && !(await hasBlob(digest))) missing.push(digest);
  }
  if (missing.length === 0) return;
  throw new RegistryError(
    'MANIFEST_BLOB_UNKNOWN',
    `the manifest refers to ${missing.join(', ')}, which the repository does not have`,
    {
      detail: missing.map((digest) => ({ digest })),
    },
  );
}

/** Referrer, manifest, tags, in this order: each is of use only when the one before it is there. */
async function store(
  manifests: ManifestStorage,
  repository: string,
  manifest: StoredManifest,
  document: ManifestDocument,
  tags: readonly string[],
): Promise<void> {
  const { subject } = document;
  if (subject !== undefined) await manifests.addReferrer(repository, subject, referrerDescriptor(manifest, document));
  await manifests.write(repository, manifest);
  for (const tag of tags) await manifests.tag(repository, tag, manifest.digest);
}

function referrerDescriptor(manifest: StoredManifest, { artifactType, annotations }: ManifestDocument): Descriptor {
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.byteLength,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

async function removeManifest(manifests: ManifestStorage, repository: string, manifest: StoredManifest): Promise<void> {
  for (const tag of await manifests.tags(repository)) {
    if ((await manifests.resolve(repository, tag)) === manifest.digest) await manifests.untag(repository, tag);
  }
  await manifests.remove(repository, manifest.digest);
  const { subject } = parseManifest(manifest.bytes, manifest.mediaType);
  if (subject !== undefined) await manifests.removeReferrer(repository, subject, manifest.digest);
}

async function unknownIn(manifests: ManifestStorage, repository: string, reference: string): Promise<RegistryError> {
  if (await manifests.repositoryExists(repository)) return unknownManifest(reference);
  return new RegistryError('NAME_UNKNOWN', `there is no repository ${repository}`);
}

function unknownManifest(reference: string): RegistryError {
  return new RegistryError('MANIFEST_UNKNOWN', `the repository has no manifest ${reference}`, {
    detail: { reference },
  });
}
