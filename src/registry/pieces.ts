/** The pieces of an upload on disk: files in its directory, each named by the offset of its first byte. */
import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import type { Digest } from '../core/names.ts';
import { received } from './bodies.ts';
import { RegistryError, RequestCut } from './errors.ts';
import type { StoreFiles } from './files.ts';
import { type Algorithm, algorithmOf } from './names.ts';

export interface Piece {
  readonly path: string;
  readonly size: number;
}

/** A hash over an upload while it is received. Lost with the process, and of no use once `size` is not the upload's. */
export interface RunningHash {
  readonly algorithm: Algorithm;
  readonly hash: Hash;
  /** Bytes hashed so far. */
  size: number;
}

/** The pieces in order, or undefined where the directory does not exist. */
export async function piecesIn(files: StoreFiles, directory: string): Promise<Piece[] | undefined> {
  if ((await files.stat(directory)) === undefined) return undefined;
  const pieces: Piece[] = [];
  for (let end = 0; ; end = sizeOf(pieces)) {
    const path = join(directory, String(end));
    const size = (await files.lstat(path))?.size ?? 0;
    if (size === 0) return pieces;
    pieces.push({ path, size });
  }
}

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { size }) => sum + size, 0);
}

export interface Incoming {
  readonly body: AsyncIterable<Uint8Array>;
  /** How long the body must be, where the client says so in `Content-Range`. */
  readonly length: number | undefined;
  /** Offset of the body's first byte in the upload. */
  readonly at: number;
  readonly running: RunningHash | undefined;
}

/**
 * Writes a body as one piece, hashing it on the way; an empty one leaves no piece. When the connection is cut, what
 * came is kept and `RequestCut` thrown; a body of the wrong length is dropped and `SIZE_INVALID` thrown.
 */
export async function receive(files: StoreFiles, temporary: string, piece: string, incoming: Incoming): Promise<void> {
  const { length } = incoming;
  const state: BodyState = { size: 0, cut: undefined };
  const complete = (): boolean => state.cut !== undefined || length === undefined || state.size === length;
  const place = (): string | undefined => (state.size > 0 && complete() ? piece : undefined);
  await files.writeStream(temporary, watched(incoming, state), place, { durable: true });
  if (state.cut !== undefined) throw state.cut;
  if (!complete())
    throw new RegistryError('SIZE_INVALID', `the body has ${state.size} bytes, the request says ${length}`);
}

interface BodyState {
  size: number;
  cut: RequestCut | undefined;
}

/** Passes a body on, counted and hashed; a cut one ends as if it were complete, with `cut` set. */
async function* watched({ body, at, running }: Incoming, state: BodyState): AsyncIterable<Uint8Array> {
  const hash = running?.size === at ? running : undefined;
  try {
    for await (const part of received(body)) {
      state.size += part.byteLength;
      if (hash !== undefined) {
        hash.hash.update(part);
        hash.size += part.byteLength;
      }
      yield part;
    }
  } catch (error) {
    if (!(error instanceof RequestCut)) throw error;
    state.cut = error;
  }
}

/** Joins pieces into one file in `directory`. Its path, or undefined (and no file) when the whole is not `digest`. */
export async function joinPieces(
  files: StoreFiles,
  directory: string,
  pieces: readonly Piece[],
  digest: Digest,
): Promise<string | undefined> {
  const algorithm = algorithmOf(digest);
  const hash = createHash(algorithm);
  async function* joined(): AsyncIterable<Uint8Array> {
    for (const { path } of pieces) {
      for await (const part of files.readStream(path)) {
        hash.update(part);
        yield part;
      }
    }
  }
  let whole: string | undefined;
  const place = (): string | undefined => {
    if (`${algorithm}:${hash.digest('hex')}` === digest) whole = join(directory, 'whole');
    return whole;
  };
  await files.writeStream(directory, joined(), place, { durable: true });
  return whole;
}
