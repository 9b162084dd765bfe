/** What archives are compressed with, told from their first bytes, and their undoing. */
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { ToolError } from '../core/errors.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const signatures: readonly { readonly compression: Compression; readonly bytes: readonly number[] }[] = [
  { compression: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
  { compression: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { compression: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { compression: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];

/** The most bytes that {@link compressionOf} looks at. */
export const signatureLength = 6;

/** Tells the compression from the beginning of a file. */
export function compressionOf(beginning: Uint8Array): Compression {
  return signatures.find(({ bytes }) => bytes.every((byte, index) => beginning[index] === byte))?.compression ?? 'none';
}

/** Node offers zstd from 22.15 on. */
type Zstd = { readonly createZstdDecompress?: () => NodeJS.ReadWriteStream };

/**
 * The content of a compressed stream; `none` passes through. Damaged data is `BUILD_USER_ERROR`.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for bzip2 and xz, and for zstd where this Node has none.
 */
export function decompress(
  stream: AsyncIterable<Uint8Array>,
  compression: Compression,
  what: string,
): AsyncIterable<Uint8Array> {
  if (compression === 'none') return stream;
  if (compression === 'gzip') return through(stream, zlib.createGunzip(), what);
  const zstd = (zlib as Zstd).createZstdDecompress;
  if (compression === 'zstd' && zstd !== undefined) return through(stream, zstd() as zlib.Gunzip, what);
  const cure =
    compression === 'zstd' ? 'Run with Node 22.15 or newer, or use gzip' : 'Compress the archive with gzip instead';
  throw new ToolError('NOT_SUPPORTED', `${what} is compressed with ${compression}, which cannot be read here`, {
    suggestions: [{ code: 'USE_GZIP', action: cure }],
  });
}

async function* through(
  stream: AsyncIterable<Uint8Array>,
  transform: zlib.Gunzip,
  what: string,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(stream, { objectMode: false, highWaterMark: 1 << 16 });
  // `pipe` does not forward errors of the source.
  source.on('error', (error) => transform.destroy(error));
  source.pipe(transform);
  try {
    for await (const piece of transform) yield piece as Uint8Array;
  } catch (error) {
    throw isZlibError(error) ? damaged(what, error) : error;
  } finally {
    source.destroy();
    transform.destroy();
  }
}

/** zlib's own failures carry a code such as `Z_DATA_ERROR`. */
function isZlibError(error: unknown): error is Error {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && (code.startsWith('Z_') || code.startsWith('ZSTD_'));
}

function damaged(what: string, cause: Error): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${what} is damaged: ${cause.message}`, {
    cause,
    suggestions: [{ code: 'CHECK_ARCHIVE', action: 'Check the file with gzip -t' }],
  });
}
