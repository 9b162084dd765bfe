import {
  fchmodSync,
  fchownSync,
  fsync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  type Stats,
  unlinkSync,
  write,
  writeFile,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { descriptorOf, writeToDescriptor } from './descriptors.ts';
import { errnoOf, fileError, translated, translatedAsync } from './file-errors.ts';
import { statsOf } from './file-info.ts';
import { closeQuietly } from './read-file.ts';

const fsyncAsync = promisify(fsync);
const writeAsync = promisify(write) as (
  file: number,
  bytes: Uint8Array,
  offset: number,
) => Promise<{ readonly bytesWritten: number }>;
const writeFileAsync = promisify(writeFile);

/** Up to this many bytes are written synchronously: into the page cache that is cheaper than the thread pool. */
const smallWrite = 1024 * 1024;
const defaultMode = 0o644;

/** `mode` is subject to the umask; without it a new file gets 0644 and an existing one keeps its own. */
export interface WriteOptions {
  readonly mode?: number;
  /** Survive a power cut: the file and its directory are flushed to the disk. */
  readonly durable?: boolean;
}

/**
 * {@link Files.writeAtomic}. A symbolic link stays a link: the file it points to is replaced, or created.
 * A device, pipe or open descriptor is written to directly; so is a file that cannot be replaced but can be written
 * (a bind mount, or a file in a directory that is not ours).
 */
export async function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const descriptor = descriptorOf(path);
  if (descriptor !== undefined) return translatedAsync('write', path, () => writeToDescriptor(descriptor, bytes));
  const existing = statsOf(path, true);
  if (existing !== undefined && !existing.isFile()) return writeInPlace(path, bytes);
  const target = translated('write', path, () => followLinks(path));
  try {
    await replace(target, bytes, existing, options);
  } catch (error) {
    if (existing === undefined || !isNotReplaceable(error)) throw fileError('write', target, error);
    await writeInPlace(path, bytes);
  }
}

/** Where a path really lies, also when the last link points to nothing yet. */
function followLinks(path: string, left = 40): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isSymbolicLink()) return path;
  if (left === 0) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
  return followLinks(resolve(dirname(path), readlinkSync(path)), left - 1);
}

async function writeInPlace(path: string, bytes: Uint8Array): Promise<void> {
  await translatedAsync('write', path, () => writeFileAsync(path, bytes));
}

/** Errors of creating a file beside the target, or of renaming onto it, that say nothing against writing into it. */
function isNotReplaceable(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'EBUSY'].includes(errnoOf(error) ?? '');
}

async function replace(
  target: string,
  bytes: Uint8Array,
  existing: Stats | undefined,
  options: WriteOptions,
): Promise<void> {
  const temporary = openTemporary(dirname(target), options.mode ?? defaultMode);
  try {
    if (existing !== undefined) inherit(temporary.file, existing, options.mode);
    await writeChunk(temporary.file, bytes);
    await finish(temporary.file, options.durable === true);
    renameSync(temporary.path, target);
    temporary.kept = true;
  } finally {
    cleanUp(temporary);
  }
  if (options.durable === true) await syncDirectory(dirname(target));
}

/** The replaced file's owner and mode; another user's file stays theirs where the system lets us. */
function inherit(file: number, existing: Stats, mode: number | undefined): void {
  try {
    if (process.getuid?.() === 0) fchownSync(file, existing.uid, existing.gid);
  } catch {
    // Some file systems know no owners; then there is none to keep.
  }
  if (mode === undefined) fchmodSync(file, existing.mode & 0o7777);
}

interface Temporary {
  readonly path: string;
  readonly file: number;
  kept: boolean;
}

let counter = 0;

/** Creates `.slipway-….tmp`, a name no other process and no other call uses at the same time. */
function openTemporary(directory: string, mode: number): Temporary {
  for (let attempt = 0; ; attempt++) {
    const path = join(directory, `.slipway-${process.pid}-${Date.now().toString(36)}-${(counter++).toString(36)}.tmp`);
    try {
      return { path, file: openSync(path, 'wx', mode), kept: false };
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || attempt === 100) throw error;
    }
  }
}

async function writeChunk(file: number, bytes: Uint8Array): Promise<void> {
  const small = bytes.length <= smallWrite;
  for (let offset = 0; offset < bytes.length; ) {
    offset += small ? writeSync(file, bytes, offset) : (await writeAsync(file, bytes, offset)).bytesWritten;
  }
}

async function finish(file: number, durable: boolean): Promise<void> {
  if (durable) await fsyncAsync(file);
}

function cleanUp(temporary: Temporary): void {
  closeQuietly(temporary.file);
  if (temporary.kept) return;
  try {
    unlinkSync(temporary.path);
  } catch {
    // Nothing more can be done; the name says what it was.
  }
}

/** Makes a rename in the directory last over a power cut. */
async function syncDirectory(directory: string): Promise<void> {
  const file = openSync(directory, 'r');
  try {
    await fsyncAsync(file);
  } finally {
    closeQuietly(file);
  }
}

/** {@link Files.writeStream}. What `content` or `place` throws comes out unchanged. */
export async function writeStream(
  directory: string,
  content: AsyncIterable<Uint8Array>,
  place: () => string | undefined,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = translated('write a file in', directory, () => openTemporary(directory, defaultMode));
  try {
    for await (const chunk of content)
      await translatedAsync('write a file in', directory, () => writeChunk(temporary.file, chunk));
    await translatedAsync('write a file in', directory, () => finish(temporary.file, options.durable === true));
    const target = place();
    if (target === undefined) return;
    translated('write', target, () => renameSync(temporary.path, target));
    temporary.kept = true;
    if (options.durable === true) await translatedAsync('write', target, () => syncDirectory(dirname(target)));
  } finally {
    cleanUp(temporary);
  }
}

/** {@link Files.append}. */
export async function append(path: string, content: Uint8Array): Promise<void> {
  const file = translated('write', path, () => openSync(path, 'a', defaultMode));
  try {
    await translatedAsync('write', path, () => writeChunk(file, content));
  } finally {
    closeQuietly(file);
  }
}
