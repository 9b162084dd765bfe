/** Blob uploads: "Pushing blobs" and "Mounting a blob from another repository" of the distribution spec. */
import type { Digest } from '../core/names.ts';
import type { OutgoingHttpResponse } from '../core/ports.ts';
import { RegistryError } from './errors.ts';
import type { Exchange, Handler, Service } from './exchange.ts';
import { type Algorithm, algorithmOf, isRepositoryName, isUploadId, parseDigest } from './names.ts';
import { parseContentRange } from './ranges.ts';
import { empty } from './responses.ts';
import { outOfOrder, type Upload, uploadHeaders } from './upload-storage.ts';

/** POST: mounts (`mount`, `from`), takes a whole blob (`digest`), or begins a session. */
export const startUpload: Handler = async (exchange, service) => {
  const { query, repository } = exchange;
  const mount = query.get('mount');
  if (mount !== null && (await mountBlob(exchange, service, parseDigest(mount))))
    return created(repository, parseDigest(mount));
  const digest = query.get('digest');
  if (digest !== null) return uploadAtOnce(exchange, service, parseDigest(digest));
  const upload = await service.uploads.start(repository, parseAlgorithm(query.get('digest-algorithm')));
  return empty(202, uploadHeaders(upload));
};

/** GET: how far an upload got. */
export const uploadStatus: Handler = async ({ repository, reference }, { uploads }) =>
  empty(204, uploadHeaders(await uploads.find(repository, uploadId(reference))));

/** PATCH: the next chunk, or, without `Content-Range`, whatever the body holds. */
export const appendUpload: Handler = async (exchange, { uploads }) =>
  uploads.use(exchange.repository, uploadId(exchange.reference), async (upload) => {
    const grown = await uploads.append(upload, exchange.request.body, chunkLength(exchange, upload));
    return empty(202, uploadHeaders(grown));
  });

/** PUT: the last chunk, if any, and the digest of the whole. */
export const finishUpload: Handler = async (exchange, { uploads }) => {
  const { query, repository, request } = exchange;
  const id = uploadId(exchange.reference);
  const given = query.get('digest');
  if (given === null) throw new RegistryError('DIGEST_INVALID', 'the request needs a "digest" parameter');
  const digest = parseDigest(given);
  return uploads.use(repository, id, async (upload) => {
    const complete = await uploads.append(upload, request.body, chunkLength(exchange, upload));
    await uploads.finish(complete, digest);
    return created(repository, digest);
  });
};

export const cancelUpload: Handler = async ({ repository, reference }, { uploads }) => {
  await uploads.use(repository, uploadId(reference), (upload) => uploads.cancel(upload));
  return empty(204);
};

/** A blob that cannot be mounted is no error: the client gets a session to upload it in. */
async function mountBlob({ query, repository }: Exchange, { blobs }: Service, digest: Digest): Promise<boolean> {
  const from = query.get('from') ?? undefined;
  if (from !== undefined && !isRepositoryName(from)) return false;
  return blobs.mount(repository, digest, from);
}

async function uploadAtOnce(
  { repository, request }: Exchange,
  { uploads }: Service,
  digest: Digest,
): Promise<OutgoingHttpResponse> {
  const { id } = await uploads.start(repository, algorithmOf(digest));
  await uploads.use(repository, id, async (upload) => {
    try {
      await uploads.finish(await uploads.append(upload, request.body, undefined), digest);
    } catch (error) {
      await uploads.cancel(upload);
      throw error;
    }
  });
  return created(repository, digest);
}

function created(repository: string, digest: Digest): OutgoingHttpResponse {
  return empty(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
}

/** How long the body must be, or undefined where only HTTP says so; 416 for a chunk that is not the next one. */
function chunkLength({ request }: Exchange, upload: Upload): number | undefined {
  const contentLength = request.headers['content-length'];
  const header = request.headers['content-range'];
  if (header === undefined) return contentLength === undefined ? undefined : Number(contentLength);
  const range = parseContentRange(header);
  if (range?.start !== upload.size) throw outOfOrder(upload, `the next chunk must start at byte ${upload.size}`);
  const length = range.end - range.start;
  if (contentLength !== undefined && Number(contentLength) !== length) {
    throw new RegistryError('SIZE_INVALID', `Content-Range covers ${length} bytes, Content-Length is ${contentLength}`);
  }
  return length;
}

function uploadId(text: string): string {
  if (isUploadId(text)) return text;
  throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'this is not the location of an upload');
}

function parseAlgorithm(text: string | null): Algorithm {
  if (text === null || text === 'sha256') return 'sha256';
  if (text === 'sha512') return 'sha512';
  throw new RegistryError('DIGEST_INVALID', `digest algorithm "${text}" is not supported; use sha256 or sha512`);
}
