import { createHash, type Hash } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import type { Digest } from '../../core/names.ts';
import { isDigest } from '../../image/digest.ts';

function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** A running hash of the algorithm that a digest names. */
export function hashFor(digest: Digest): Hash {
  return createHash(algorithmOf(digest));
}

/** The digest of some bytes, by the algorithm of another digest. */
export function digestLike(digest: Digest, bytes: Uint8Array): Digest {
  return `${algorithmOf(digest)}:${hashFor(digest).update(bytes).digest('hex')}` as Digest;
}

/** The `Docker-Content-Digest` header where it holds a digest that can be checked. */
export function digestHeader(headers: Readonly<Record<string, string>>): Digest | undefined {
  const value = headers['docker-content-digest'];
  return value !== undefined && isDigest(value) ? value : undefined;
}

/** What a registry served is not what it, or the caller, says it is. */
export function mismatch(what: string, registry: string, expected: Digest, got: string): ToolError {
  return new ToolError('DIGEST_MISMATCH', `${what} from ${registry} should be ${expected}, but is ${got}`, {
    suggestions: [
      {
        code: 'CHECK_REGISTRY',
        action: `Try again; if it stays so, the content of ${registry} or a proxy before it is damaged`,
      },
    ],
  });
}
