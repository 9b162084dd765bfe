import type { Digest, ImageReference, Repository } from '../../core/names.ts';
import type { RegistryClient } from '../../core/ports.ts';
import { hasBlob, readBlob } from './blobs.ts';
import { createHost, type Host } from './host.ts';
import { listTags } from './listing.ts';
import { deleteManifest, fetchManifest, putManifest, resolveManifest } from './manifests.ts';
import type { RegistryParts } from './parts.ts';
import { addToTag, listReferrers, referrerDescriptor, subjectOf } from './referrers.ts';
import { createSession, type Session } from './session.ts';
import { pushBlob } from './upload.ts';

/** A registry client over the HTTP port, but for the connections: whoever made the port lets go of those. */
export function createRegistryClient(parts: RegistryParts): Omit<RegistryClient, 'close'> {
  const session = createSessions(parts);
  return {
    resolve: (reference, signal) => resolveManifest(session(reference), reference, signal),
    manifest: (reference, signal) => fetchManifest(session(reference), reference, signal),
    blob: (repository, digest, signal) => readBlob(session(repository), digest, signal),
    hasBlob: (repository, digest, signal) => hasBlob(session(repository), digest, 'pull', signal),
    pushBlob: (repository, { digest, size }, open, { mountFrom = [], signal }) =>
      pushBlob(session(repository), { digest, size, open, mountFrom, signal }),
    pushManifest: (reference, mediaType, bytes, signal) =>
      pushManifest(session(reference), reference, mediaType, bytes, signal),
    referrers: (repository, digest, artifactType, signal) =>
      listReferrers(session(repository), digest, artifactType, signal),
    tags: (repository, signal) => listTags(session(repository), signal),
    deleteManifest: (repository, digest, signal) =>
      deleteManifest(session(repository), referenceTo(repository, digest), signal),
  };
}

/** Sessions by repository and hosts by registry, kept for the run: tokens and what was learnt of a registry stay known. */
function createSessions(parts: RegistryParts): (repository: Repository) => Session {
  const hosts = new Map<string, Host>();
  const sessions = new Map<string, Session>();
  const hostOf = (registry: string): Host => {
    const host = hosts.get(registry) ?? createHost(registry, parts);
    hosts.set(registry, host);
    return host;
  };
  return ({ registry, repository }) => {
    const key = `${registry}/${repository}`;
    const session = sessions.get(key) ?? createSession(hostOf(registry), { registry, repository }, parts);
    sessions.set(key, session);
    return session;
  };
}

function referenceTo(repository: Repository, digest: Digest): ImageReference {
  return { name: `${repository.registry}/${repository.repository}`, ...repository, digest };
}

/** {@link RegistryClient.pushManifest}; a manifest with a subject is also listed as its referrer. */
async function pushManifest(
  session: Session,
  reference: ImageReference,
  mediaType: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Digest> {
  const { digest, listsReferrer } = await putManifest(session, reference, mediaType, bytes, signal);
  const subject = subjectOf(bytes);
  if (subject !== undefined && !listsReferrer)
    await addToTag(session, subject, referrerDescriptor(mediaType, digest, bytes), signal);
  return digest;
}
