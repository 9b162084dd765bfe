import { ToolError } from '../../core/errors.ts';
import type { Digest } from '../../core/names.ts';
import { blobName, hasBlob } from './blobs.ts';
import { digestHeader, mismatch } from './digests.ts';
import { isTemporary, retrying } from './retry.ts';
import type { Answer, Call, Session } from './session.ts';

/** A blob to be made present. */
export interface Upload {
  readonly digest: Digest;
  readonly size: number;
  /** Starts the content from the beginning each time. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Repositories of the same registry that may hold it. */
  readonly mountFrom: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * {@link RegistryClient.pushBlob}. Each try starts from nothing, with a look whether the blob is there: the answer to
 * the last request of a try that seemed to fail may have been all that was lost.
 */
export function pushBlob(session: Session, upload: Upload): Promise<'exists' | 'mounted' | 'uploaded'> {
  return retrying(session.parts, upload.signal, async () => {
    if (await hasBlob(session, upload.digest, 'push', upload.signal)) return 'exists';
    const mount = await mountFromAny(session, upload);
    if (mount === 'mounted') return 'mounted';
    await uploadContent(session, upload, mount);
    return 'uploaded';
  });
}

/** Tries the repositories in turn. Not mounted means an upload was opened instead (202), whose URL is returned for use. */
async function mountFromAny(session: Session, upload: Upload): Promise<'mounted' | URL | undefined> {
  let opened: URL | undefined;
  for (const from of upload.mountFrom) {
    if (opened !== undefined) await abandon(session, opened, upload);
    const answer = await tryToMount(session, upload, from);
    if (answer?.status === 201) return 'mounted';
    opened = answer === undefined ? undefined : await nextLocation(session, answer, upload.signal);
  }
  return opened;
}

/** A registry that refuses the mount (no such repository, no right to read it) still takes the blob itself. */
async function tryToMount(session: Session, upload: Upload, from: string): Promise<Answer | undefined> {
  const query = new URLSearchParams({ mount: upload.digest, from });
  try {
    const answer = await session.once({
      ...calling('POST', `blobs/uploads/?${query}`, session, upload),
      alsoPull: [from],
      accept: [201, 202],
    });
    answer.discard();
    return answer;
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'CANCELLED' || isTemporary(error)) throw error;
    return undefined;
  }
}

/** Tells the registry that an upload will not be used; it would find out by itself in time. */
async function abandon(session: Session, location: URL, upload: Upload): Promise<void> {
  const call = { ...calling('DELETE', location, session, upload), accept: [200, 202, 204, 404, 405] };
  await session.once(call).then(
    (answer) => answer.discard(),
    () => undefined,
  );
}

function calling(method: Call['method'], to: string | URL, session: Session, upload: Upload): Omit<Call, 'accept'> {
  const action = `push ${blobName(session.repository, upload.digest)}`;
  return { method, to, action, access: 'push', signal: upload.signal };
}

/** Up to this size a blob is held in memory and sent in one request where the registry allows it. */
const smallBlob = 512 * 1024;

async function uploadContent(session: Session, upload: Upload, opened: URL | undefined): Promise<void> {
  if (upload.size > smallBlob) return uploadLarge(session, upload, opened ?? (await openUpload(session, upload)));
  const content = await collect(upload);
  const location = opened ?? (await sendWithFirst(session, upload, content));
  if (location !== undefined) await close(session, upload, location, content);
}

async function collect(upload: Upload): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exactly(upload)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The content, checked for its length on the way: a request with a wrong length would hang or be cut. */
async function* exactly({ open, size, digest }: Upload): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of open()) {
    sent += chunk.length;
    if (sent > size) break;
    yield chunk;
  }
  if (sent === size) return;
  throw new ToolError(
    'DIGEST_MISMATCH',
    `the blob ${digest} should have ${size} bytes, but its content has ${sent > size ? 'more' : `only ${sent}`}`,
  );
}

/**
 * Sends the blob with the request that opens the upload (distribution specification, "Single POST"). A registry that does not
 * know this only opens the upload, whose URL is returned, and is not asked again.
 */
async function sendWithFirst(session: Session, upload: Upload, content: Uint8Array): Promise<URL | undefined> {
  if (!session.host.acceptsMonolithic) return openUpload(session, upload);
  const call = calling('POST', `blobs/uploads/?digest=${encodeURIComponent(upload.digest)}`, session, upload);
  const accept = [201, 202, 400, 404, 405, 411, 415, 501];
  const answer = await session.once({ ...call, accept, headers: binary(content.length), body: () => content });
  answer.discard();
  if (answer.status === 201) {
    verify(session, upload, answer);
    return undefined;
  }
  session.host.acceptsMonolithic = false;
  return answer.status === 202 ? nextLocation(session, answer, upload.signal) : openUpload(session, upload);
}

function binary(length: number): Readonly<Record<string, string>> {
  return { 'content-type': 'application/octet-stream', 'content-length': String(length) };
}

async function openUpload(session: Session, upload: Upload): Promise<URL> {
  const answer = await session.once({
    ...calling('POST', 'blobs/uploads/', session, upload),
    accept: [202],
    headers: { 'content-length': '0' },
  });
  answer.discard();
  return nextLocation(session, answer, upload.signal);
}

async function nextLocation(session: Session, answer: Answer, signal: AbortSignal): Promise<URL> {
  const location = answer.headers['location'];
  if (location !== undefined) return session.resolve(location, answer.url, signal);
  throw new ToolError(
    'REGISTRY_PROTOCOL',
    `the registry ${session.repository.registry} opened an upload and did not say where`,
  );
}

/** One PATCH with everything, streamed; then the closing PUT. Chunks are not sent: several registries do not take them. */
async function uploadLarge(session: Session, upload: Upload, location: URL): Promise<void> {
  const body = (): AsyncIterable<Uint8Array> => exactly(upload);
  const call = { ...calling('PATCH', location, session, upload), headers: binary(upload.size), body, slow: true };
  const answer = await session.once({ ...call, accept: [201, 202, 204] });
  answer.discard();
  const next = answer.headers['location'];
  await close(
    session,
    upload,
    next === undefined ? location : await session.resolve(next, answer.url, upload.signal),
    undefined,
  );
}

/** The last request of an upload: `digest` is added to the query the registry gave, which is left as it is. */
async function close(session: Session, upload: Upload, location: URL, content: Uint8Array | undefined): Promise<void> {
  const url = new URL(location);
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(upload.digest)}`;
  const sent =
    content === undefined
      ? { headers: { 'content-length': '0' } }
      : { headers: binary(content.length), body: () => content };
  const answer = await session.once({ ...calling('PUT', url, session, upload), ...sent, accept: [201], slow: true });
  answer.discard();
  verify(session, upload, answer);
}

function verify({ repository }: Session, { digest }: Upload, answer: Answer): void {
  const said = digestHeader(answer.headers);
  if (said === undefined || said === digest || said.length !== digest.length) return;
  throw mismatch(
    `the blob pushed to ${repository.registry}/${repository.repository}`,
    repository.registry,
    digest,
    said,
  );
}
