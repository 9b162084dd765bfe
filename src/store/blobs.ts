/**
 * Content by its digest, laid out as the `blobs` directory of an OCI image layout. A blob appears under its name only
 * once it is complete and hashed, so a killed process leaves at most a temporary file; one that was damaged afterwards
 * is found out when it is used, by its length at once and by its hash when it is read, and removed.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Digest } from '../core/names.ts';
import type { StoreParts } from './parts.ts';
import { markUse } from './uses.ts';

/** A blob's name and length in bytes. */
export interface BlobName {
  readonly digest: Digest;
  readonly size: number;
}

export interface Blobs {
  /** Whether the blob is here; one of another length than `size` is dropped. */
  has(digest: Digest, size?: number): Promise<boolean>;
  /** Reads all of a blob to see whether it is what its name says, and drops it where it is not. */
  check(digest: Digest): Promise<'fine' | 'damaged' | 'missing'>;
  /** A small blob as a whole, its hash checked; undefined (with a warning) where it was damaged. */
  read(digest: Digest): Promise<Uint8Array | undefined>;
  /**
   * Streams a blob and checks its hash on the way: the last step drops a damaged one and throws `STORE_DAMAGED`.
   * Missing ones throw `FILE_READ_ERR`.
   */
  stream(digest: Digest): AsyncIterable<Uint8Array>;
  /** Keeps some bytes and tells their digest. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** Keeps a stream that must hash to `digest`. Throws `DIGEST_MISMATCH` and keeps nothing where it does not. */
  putStream(content: AsyncIterable<Uint8Array>, digest: Digest): Promise<void>;
  /** Keeps a stream under the name that `name` tells once it ended; the caller hashed it on the way. */
  putNamed(content: AsyncIterable<Uint8Array>, name: () => Digest): Promise<void>;
  remove(digest: Digest): Promise<void>;
}

/** Opens the blobs below a store's directory. */
export function openBlobs(store: string, parts: StoreParts): Blobs {
  const { files } = parts;
  const root = join(store, 'blobs');
  const pathOf = (digest: Digest): string => join(root, ...digest.split(':'));
  const remove = (digest: Digest): Promise<void> => files.remove(pathOf(digest));
  const drop = async (digest: Digest, problem: string): Promise<void> => {
    parts.warn(`the stored blob ${digest} ${problem} and was dropped`);
    await remove(digest);
  };
  const putNamed = async (content: AsyncIterable<Uint8Array>, name: () => Digest): Promise<void> => {
    // Everything written here is sha256; other algorithms come from registries only and get their directory below.
    const directory = join(root, 'sha256');
    await files.mkdir(directory);
    await files.writeStream(directory, content, () => pathOf(name()));
  };
  return {
    remove,
    putNamed,
    has: async (digest, size) => {
      const info = await files.stat(pathOf(digest));
      if (info === undefined) return false;
      await markUse(pathOf(digest), info, parts);
      if (size === undefined || info.size === size) return true;
      await drop(digest, `has ${info.size} bytes instead of ${size}`);
      return false;
    },
    read: async (digest) => {
      const info = await files.stat(pathOf(digest));
      const bytes = info === undefined ? undefined : await files.readIfExists(pathOf(digest));
      if (info !== undefined) await markUse(pathOf(digest), info, parts);
      if (bytes === undefined || hashOf(digest).update(bytes).digest('hex') === hexOf(digest)) return bytes;
      await drop(digest, 'does not hash to its name');
      return undefined;
    },
    check: async (digest) => {
      if ((await files.stat(pathOf(digest))) === undefined) return 'missing';
      const hash = hashOf(digest);
      for await (const piece of files.readStream(pathOf(digest))) hash.update(piece);
      if (hash.digest('hex') === hexOf(digest)) return 'fine';
      await drop(digest, 'does not hash to its name');
      return 'damaged';
    },
    stream: (digest) =>
      checked(files.readStream(pathOf(digest)), digest, async () => {
        await drop(digest, 'does not hash to its name');
        return storeDamaged(digest);
      }),
    put: async (bytes) => {
      const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const path = pathOf(digest);
      const info = await files.stat(path);
      if (info?.size === bytes.length) {
        await markUse(path, info, parts);
        return digest;
      }
      await files.mkdir(dirname(path));
      await files.writeAtomic(path, bytes);
      return digest;
    },
    putStream: async (content, digest) => {
      if (!digest.startsWith('sha256:')) await files.mkdir(dirname(pathOf(digest)));
      const verified = checked(content, digest, async () => mismatch(digest));
      await putNamed(verified, () => digest);
    },
  };
}

/** Passes a stream through and throws what `complain` makes when it ends with another hash. */
async function* checked(
  content: AsyncIterable<Uint8Array>,
  digest: Digest,
  complain: () => Promise<ToolError>,
): AsyncGenerator<Uint8Array> {
  const hash = hashOf(digest);
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== hexOf(digest)) throw await complain();
}

function hashOf(digest: Digest): ReturnType<typeof createHash> {
  return createHash(digest.slice(0, digest.indexOf(':')));
}

function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

function mismatch(digest: Digest): ToolError {
  return new ToolError('DIGEST_MISMATCH', `what was received for ${digest} does not hash to it`, {
    suggestions: [
      { code: 'TRY_AGAIN', action: 'Try again; if it stays so, the registry or a proxy before it is broken' },
    ],
  });
}

function storeDamaged(digest: Digest): ToolError {
  return new ToolError('STORE_DAMAGED', `the stored blob ${digest} was damaged on disk`, {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again: the damaged blob is gone and will be made anew' }],
  });
}
