import type { Digest } from '../core/names.ts';
import type { OutgoingHttpResponse } from '../core/ports.ts';
import { RegistryError } from './errors.ts';
import type { Handler } from './exchange.ts';
import { parseDigest } from './names.ts';
import { parseRange } from './ranges.ts';
import { empty } from './responses.ts';

/** GET and HEAD of a blob; GET knows single ranges ("Pulling blobs"). */
export const getBlob: Handler = async ({ request, repository, reference }, { blobs }) => {
  const digest = parseDigest(reference);
  const size = await blobs.size(repository, digest);
  if (size === undefined) throw unknownBlob(digest);
  const headers = blobHeaders(digest);
  if (request.method === 'HEAD') return { status: 200, headers: { ...headers, 'content-length': String(size) } };
  const range = parseRange(rangeHeader(request.headers, digest), size);
  if (range === 'unsatisfiable') return notSatisfiable(size);
  const { start, end } = range ?? { start: 0, end: size };
  const length = { 'content-length': String(end - start) };
  if (range === undefined) return { status: 200, headers: { ...headers, ...length }, body: blobs.read(digest) };
  const part = { ...length, 'content-range': `bytes ${start}-${end - 1}/${size}` };
  return { status: 206, headers: { ...headers, ...part }, body: blobs.read(digest, range) };
};

export const deleteBlob: Handler = async ({ repository, reference }, { blobs }) => {
  const digest = parseDigest(reference);
  if (!(await blobs.remove(repository, digest))) throw unknownBlob(digest);
  return empty(202);
};

function blobHeaders(digest: Digest): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
  };
}

/** The `Range` header, unless `If-Range` names other content than this (RFC 9110, 13.1.5). */
function rangeHeader(headers: Readonly<Record<string, string | undefined>>, digest: Digest): string | undefined {
  const condition = headers['if-range'];
  return condition === undefined || condition === `"${digest}"` ? headers['range'] : undefined;
}

function notSatisfiable(size: number): OutgoingHttpResponse {
  return empty(416, { 'content-range': `bytes */${size}` });
}

function unknownBlob(digest: Digest): RegistryError {
  return new RegistryError('BLOB_UNKNOWN', `the repository has no blob ${digest}`, { detail: { digest } });
}
