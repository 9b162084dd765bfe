import type { Digest, Repository } from '../../core/names.ts';
import { hashFor, mismatch } from './digests.ts';
import { isTemporary, pause, tries } from './retry.ts';
import type { Answer, Session } from './session.ts';

export function blobName(repository: Repository, digest: Digest): string {
  return `the blob ${digest} of ${repository.registry}/${repository.repository}`;
}

/** {@link RegistryClient.hasBlob}; `access` is what the caller is about to do, so that one token does for all of it. */
export async function hasBlob(
  session: Session,
  digest: Digest,
  access: 'pull' | 'push',
  signal: AbortSignal,
): Promise<boolean> {
  const action = `look for ${blobName(session.repository, digest)}`;
  const answer = await session.request({
    method: 'HEAD',
    to: `blobs/${digest}`,
    action,
    access,
    accept: [200, 404],
    signal,
  });
  answer.discard();
  return answer.status === 200;
}

/**
 * {@link RegistryClient.blob}. A cut connection is taken up again where it broke off (a range request; a registry that cannot
 * do that is asked for all, and what is known already is skipped). What was passed on is hashed, whatever way it came.
 */
export async function* readBlob(session: Session, digest: Digest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const hash = hashFor(digest);
  let received = 0;
  for (let failures = 0; ; ) {
    try {
      for await (const chunk of readFrom(session, digest, received, signal)) {
        hash.update(chunk);
        received += chunk.length;
        yield chunk;
      }
      break;
    } catch (error) {
      if (++failures >= tries || !isTemporary(error)) throw error;
      await pause(session.parts, error, failures, signal);
    }
  }
  const actual = `${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}`;
  if (actual !== digest)
    throw mismatch(blobName(session.repository, digest), session.repository.registry, digest, actual);
}

async function* readFrom(
  session: Session,
  digest: Digest,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const answer = await session.request({
    method: 'GET',
    to: `blobs/${digest}`,
    action: `read ${blobName(session.repository, digest)}`,
    access: 'pull',
    accept: start === 0 ? [200] : [200, 206, 416],
    headers: start === 0 ? {} : { range: `bytes=${start}-` },
    signal,
  });
  // 416: there is nothing after what was received already.
  if (answer.status === 416) answer.discard();
  else yield* skip(answer, answer.status === 206 ? start - firstByteOf(answer, start) : start);
}

/** Where the part that was sent begins, which need not be where it was asked to. */
function firstByteOf(answer: Answer, asked: number): number {
  const first = /^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1];
  return first === undefined ? asked : Math.min(Number(first), asked);
}

async function* skip(answer: Answer, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of answer.body) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
