import { createHash } from 'node:crypto';
import type { Digest } from '../core/names.ts';

const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether a text is a digest this tool can check: lower-case hex of the algorithm's exact length (OCI descriptor.md). */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** The sha256 digest of some bytes; a string counts as its UTF-8 bytes. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
