import {
  close,
  closeSync,
  fstatSync,
  open,
  openSync,
  read,
  readFile,
  readFileSync,
  readSync,
  type Stats,
} from 'node:fs';
import { promisify } from 'node:util';
import { descriptorOf } from './descriptors.ts';
import { translated, translatedAsync } from './file-errors.ts';
import { statsOf } from './file-info.ts';

const readFileAsync = promisify(readFile);
const openAsync = promisify(open);
const readAsync = promisify(read);
const closeAsync = promisify(close);

/** Up to this size a file is read in one synchronous call, which is several times cheaper than the thread pool. */
const smallFile = 1024 * 1024;
const chunkSize = 256 * 1024;

/**
 * The whole content of a file. A pipe or device is waited for without blocking the event loop.
 *
 * @param known what `stat` says of it, for those who asked already.
 */
export async function readWhole(path: string, known?: Stats): Promise<Uint8Array> {
  const descriptor = descriptorOf(path);
  if (descriptor !== undefined) return translatedAsync('read', path, () => readFileAsync(descriptor));
  const stats = known ?? statsOf(path, true);
  const small = stats === undefined || (stats.isFile() && stats.size <= smallFile);
  if (small) return translated('read', path, () => readFileSync(path));
  return translatedAsync('read', path, () => readFileAsync(path));
}

/** {@link Files.readStream}. */
export async function* readStream(
  path: string,
  range?: { readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  const file = await openToRead(path);
  try {
    yield* chunksOf(file, path, range?.start ?? 0, range?.end ?? Number.POSITIVE_INFINITY);
  } finally {
    await closeAsync(file);
  }
}

/** Opening a pipe waits for its writer: that must not block the event loop. */
async function openToRead(path: string): Promise<number> {
  const waits = statsOf(path, true)?.isFile() === false;
  if (waits) return translatedAsync('read', path, () => openAsync(path, 'r'));
  return translated('read', path, () => openSync(path, 'r'));
}

async function* chunksOf(file: number, path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  const stats = translated('read', path, () => fstatSync(file));
  const small = stats.isFile() && Math.min(end, stats.size) - start <= smallFile;
  const seekable = stats.isFile();
  for (let position = start; position < end; ) {
    const buffer = Buffer.allocUnsafe(
      Math.min(chunkSize, end - position, small ? Math.max(stats.size - position, 1) : chunkSize),
    );
    const at = seekable ? position : null;
    const count = small
      ? translated('read', path, () => readSync(file, buffer, 0, buffer.length, at))
      : (await translatedAsync('read', path, () => readAsync(file, buffer, 0, buffer.length, at))).bytesRead;
    if (count === 0) return;
    yield buffer.subarray(0, count);
    position += count;
  }
}

/** Closes a descriptor whose error would hide a more telling one. */
export function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // The operation before it reports what went wrong.
  }
}
