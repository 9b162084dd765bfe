import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Digest } from '../core/names.ts';
import type { Random } from '../core/ports.ts';
import type { BlobStorage } from './blob-storage.ts';
import { RegistryError } from './errors.ts';
import type { StoreFiles } from './files.ts';
import type { Layout } from './layout.ts';
import { type Algorithm, algorithmOf } from './names.ts';
import { joinPieces, type Piece, piecesIn, type RunningHash, receive, sizeOf } from './pieces.ts';

/** An upload in progress, as it stood when it was looked up. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** Bytes received so far. */
  readonly size: number;
}

/**
 * Blobs on their way in. Each request's body becomes one piece on disk, so an upload survives a restart; the pieces
 * become a blob only when they hash to the digest the client names at the end.
 */
export interface UploadStorage {
  /** `algorithm` is what to hash with while receiving; any other is possible in the end, at the cost of reading again. */
  start(repository: string, algorithm: Algorithm): Promise<Upload>;
  /** Throws `BLOB_UPLOAD_UNKNOWN`. */
  find(repository: string, id: string): Promise<Upload>;
  /** Does work that changes an upload. While it lasts, other such requests for the same upload are refused with 416. */
  use<Result>(repository: string, id: string, work: (upload: Upload) => Promise<Result>): Promise<Result>;
  /**
   * Adds a body at the end. `length` is how long the client says it is: another length is `SIZE_INVALID` and leaves
   * the upload as it was. What arrived before a cut connection is kept.
   */
  append(upload: Upload, body: AsyncIterable<Uint8Array>, length: number | undefined): Promise<Upload>;
  /** Ends the upload and makes it a blob of its repository; `DIGEST_INVALID` when it is not what `digest` says. */
  finish(upload: Upload, digest: Digest): Promise<void>;
  cancel(upload: Upload): Promise<void>;
  /** Removes uploads that have not grown since `before` (milliseconds since the epoch) and are not in use. */
  collect(before: number): Promise<void>;
}

export function uploadStorage(layout: Layout, files: StoreFiles, blobs: BlobStorage, random: Random): UploadStorage {
  const hashes = new Map<string, RunningHash>();
  const busy = new Set<string>();
  const directory = ({ repository, id }: Upload): string => layout.upload(repository, id);

  async function find(repository: string, id: string): Promise<Upload> {
    const pieces = await piecesIn(files, layout.upload(repository, id));
    if (pieces !== undefined) return { id, repository, size: sizeOf(pieces) };
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'there is no such upload; it was finished, cancelled or timed out');
  }

  async function cancel(upload: Upload): Promise<void> {
    hashes.delete(upload.id);
    await files.remove(directory(upload));
  }

  return {
    find,
    cancel,
    start: async (repository, algorithm) => {
      const upload = { id: uuid(random.hex(16)), repository, size: 0 };
      await files.mkdir(directory(upload));
      hashes.set(upload.id, { algorithm, hash: createHash(algorithm), size: 0 });
      return upload;
    },
    use: async (repository, id, work) => {
      if (busy.has(id)) throw outOfOrder(await find(repository, id), 'another request is writing to this upload');
      busy.add(id);
      return find(repository, id)
        .then(work)
        .finally(() => busy.delete(id));
    },
    append: async (upload, body, length) => {
      if (length === 0) return upload;
      const piece = join(directory(upload), String(upload.size));
      await receive(files, layout.temporary, piece, { body, length, at: upload.size, running: hashes.get(upload.id) });
      return find(upload.repository, upload.id);
    },
    finish: async (upload, digest) => {
      const pieces = (await piecesIn(files, directory(upload))) ?? [];
      const content = await wholeContent(files, directory(upload), pieces, digest, hashes.get(upload.id));
      if (content !== undefined) await blobs.adopt(upload.repository, digest, content);
      await cancel(upload);
      if (content === undefined) throw new RegistryError('DIGEST_INVALID', `the uploaded content is not ${digest}`);
    },
    collect: async (before) => {
      for (const { name: repository } of await files.entries(layout.uploads)) {
        for (const { name: id } of await files.entries(join(layout.uploads, repository))) {
          const path = join(layout.uploads, repository, id);
          const changedAt = (await files.lstat(path))?.changedAt ?? before;
          if (changedAt >= before || busy.has(id)) continue;
          hashes.delete(id);
          await files.remove(path);
        }
      }
    },
  };
}

/**
 * The path of one file with everything received, or undefined when that does not hash to `digest`. A single piece
 * whose hash is known is that file already, which is how clients usually upload.
 */
async function wholeContent(
  files: StoreFiles,
  directory: string,
  pieces: readonly Piece[],
  digest: Digest,
  running: RunningHash | undefined,
): Promise<string | undefined> {
  const [first, ...rest] = pieces;
  const known = running?.algorithm === algorithmOf(digest) && running.size === sizeOf(pieces);
  if (known && `${running.algorithm}:${running.hash.copy().digest('hex')}` !== digest) return undefined;
  if (known && first !== undefined && rest.length === 0) return first.path;
  return joinPieces(files, directory, pieces, digest);
}

/** The 416 for a request that does not continue where the upload stands; `Range` says where that is. */
export function outOfOrder(upload: Upload, message: string): RegistryError {
  return new RegistryError('BLOB_UPLOAD_INVALID', message, { status: 416, headers: uploadHeaders(upload) });
}

/** Headers that tell a client where its upload stands. An empty upload says `0-0`, as registries always did. */
export function uploadHeaders({ repository, id, size }: Upload): Readonly<Record<string, string>> {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    range: `0-${Math.max(size - 1, 0)}`,
    'docker-upload-uuid': id,
  };
}

/** A version 4 UUID (RFC 9562) from 32 random hex digits. */
function uuid(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
