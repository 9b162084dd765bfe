import { ToolError } from '../../core/errors.ts';
import type { Digest, ImageReference } from '../../core/names.ts';
import type { Descriptor, FetchedManifest } from '../../core/ports.ts';
import { digestOf } from '../../image/digest.ts';
import { parseObject, readBody } from './body.ts';
import { digestHeader, digestLike, mismatch } from './digests.ts';
import { acceptManifests, isManifestType, manifestTypes, mediaTypeOf } from './media-types.ts';
import { retrying } from './retry.ts';
import type { Answer, Call, Session } from './session.ts';

/** As in go-containerregistry; registries themselves stop at 4 MiB. */
const longestManifest = 100 * 1024 * 1024;

/** The reference for errors: `host/repository:tag` or `…@digest`. */
function nameOf(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}${reference.digest === undefined ? `:${tagOf(reference)}` : `@${reference.digest}`}`;
}

function tagOf(reference: ImageReference): string {
  return reference.tag ?? 'latest';
}

function pathOf(reference: ImageReference): string {
  return `manifests/${reference.digest ?? tagOf(reference)}`;
}

function reading(method: 'GET' | 'HEAD', reference: ImageReference, signal: AbortSignal): Call {
  return {
    method,
    to: pathOf(reference),
    action: `read the manifest of ${nameOf(reference)}`,
    access: 'pull',
    accept: [200],
    headers: { accept: acceptManifests },
    signal,
  };
}

/**
 * {@link RegistryClient.resolve}: a HEAD where the registry's headers are complete and believable, else the manifest itself.
 * By digest the answer is checked against it, so only a tag's meaning is ever taken on trust.
 */
export async function resolveManifest(
  session: Session,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<Descriptor | undefined> {
  const head = await session.request({ ...reading('HEAD', reference, signal), accept: [200, 404, 405, 400] });
  head.discard();
  if (head.status === 404) return undefined;
  return (
    (head.status === 200 ? descriptorOf(head, reference) : undefined) ?? resolveByReading(session, reference, signal)
  );
}

function descriptorOf({ headers }: Answer, reference: ImageReference): Descriptor | undefined {
  const mediaType = mediaTypeOf(headers['content-type']);
  const size = Number(headers['content-length'] ?? 0);
  const digest = digestHeader(headers);
  if (digest === undefined || !isManifestType(mediaType) || !Number.isSafeInteger(size) || size <= 0) return undefined;
  return reference.digest === undefined || reference.digest === digest ? { mediaType, digest, size } : undefined;
}

async function resolveByReading(
  session: Session,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<Descriptor | undefined> {
  try {
    return (await fetchManifest(session, reference, signal)).descriptor;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
}

/** {@link RegistryClient.manifest}. */
export function fetchManifest(
  session: Session,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<FetchedManifest> {
  return retrying(session.parts, signal, async () => {
    const answer = await session.once(reading('GET', reference, signal));
    const bytes = await readBody(answer, longestManifest, `the manifest of ${nameOf(reference)}`);
    return {
      descriptor: {
        mediaType: typeOf(answer, bytes, reference),
        digest: verified(answer, bytes, reference),
        size: bytes.length,
      },
      bytes,
    };
  });
}

/** The digest of the bytes themselves. By tag they must agree with the registry's header too: one of both is damaged otherwise. */
function verified({ headers }: Answer, bytes: Uint8Array, reference: ImageReference): Digest {
  const expected = reference.digest ?? digestHeader(headers);
  if (expected === undefined) return digestOf(bytes);
  const actual = digestLike(expected, bytes);
  if (actual !== expected) throw mismatch(`the manifest of ${nameOf(reference)}`, reference.registry, expected, actual);
  return reference.digest ?? digestOf(bytes);
}

/**
 * The manifest's media type. Header and content must not disagree: what one reader takes for an index another could take for
 * an image (OCI distribution specification, "Pulling manifests").
 */
function typeOf({ headers }: Answer, bytes: Uint8Array, reference: ImageReference): string {
  const content = parseObject(bytes);
  if (content === undefined) throw notAManifest(reference, 'is not a JSON object');
  const own = content['mediaType'];
  const said = mediaTypeOf(headers['content-type']);
  if (typeof own === 'string' && isManifestType(said) && own !== said)
    throw notAManifest(reference, `is said to be ${said}, and calls itself ${own}`);
  const type = isManifestType(said) ? said : typeof own === 'string' ? own : guessType(content);
  if (isManifestType(type)) return type;
  const old = content['schemaVersion'] === 1;
  throw notAManifest(
    reference,
    old ? 'is of the old schema 1, which is not supported' : `is of the unknown type ${type || said || '(none)'}`,
  );
}

/** For registries that serve manifests as plain JSON, of manifests that need not say what they are. */
function guessType(content: Readonly<Record<string, unknown>>): string {
  if (content['schemaVersion'] !== 2) return '';
  if (Array.isArray(content['manifests'])) return manifestTypes.ociIndex;
  return Array.isArray(content['layers']) ? manifestTypes.ociManifest : '';
}

function notAManifest(reference: ImageReference, problem: string): ToolError {
  return new ToolError('REGISTRY_PROTOCOL', `the manifest of ${nameOf(reference)} ${problem}`, {
    suggestions: [
      { code: 'PUSH_AGAIN', action: 'Push the image again with a current version of the tool that made it' },
    ],
  });
}

/** What a registry said to a pushed manifest. */
export interface PushedManifest {
  readonly digest: Digest;
  /** Whether the registry keeps the list of referrers itself (`OCI-Subject`). */
  readonly listsReferrer: boolean;
}

/** Puts a manifest and makes sure that the registry serves it under the digest of its bytes. */
export async function putManifest(
  session: Session,
  reference: ImageReference,
  mediaType: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<PushedManifest> {
  const digest = reference.digest === undefined ? digestOf(bytes) : digestLike(reference.digest, bytes);
  if (reference.digest !== undefined && digest !== reference.digest)
    throw mismatch('the manifest to push', 'this machine', reference.digest, digest);
  const answer = await session.request({
    method: 'PUT',
    to: pathOf(reference),
    action: `push the manifest of ${nameOf(reference)}`,
    access: 'push',
    accept: [201],
    headers: { 'content-type': mediaType },
    body: () => bytes,
    signal,
  });
  answer.discard();
  await confirm(session, reference, digest, bytes, digestHeader(answer.headers), signal);
  return { digest, listsReferrer: answer.headers['oci-subject'] !== undefined };
}

/** Compares with the registry's own word; a registry that keeps silent is asked what it serves now. */
async function confirm(
  session: Session,
  reference: ImageReference,
  digest: Digest,
  bytes: Uint8Array,
  said: Digest | undefined,
  signal: AbortSignal,
): Promise<void> {
  const served = said ?? (await resolveManifest(session, reference, signal))?.digest;
  if (served === undefined)
    throw mismatch(`the manifest pushed to ${nameOf(reference)}`, reference.registry, digest, 'not there');
  if (served !== digest && digestLike(served, bytes) !== served)
    throw mismatch(`the manifest pushed to ${nameOf(reference)}`, reference.registry, digest, served);
}

/** {@link RegistryClient.deleteManifest}. */
export async function deleteManifest(session: Session, reference: ImageReference, signal: AbortSignal): Promise<void> {
  const action = `delete ${nameOf(reference)}`;
  const accept = [200, 202, 204, 405];
  const answer = await session.request({
    method: 'DELETE',
    to: pathOf(reference),
    action,
    access: 'delete',
    accept,
    signal,
  });
  answer.discard();
  if (answer.status !== 405) return;
  throw new ToolError('NOT_SUPPORTED', `cannot ${action}: the registry does not allow deleting`, {
    suggestions: [{ code: 'CHECK_REGISTRY', action: `Allow deleting in the configuration of ${reference.registry}` }],
  });
}
