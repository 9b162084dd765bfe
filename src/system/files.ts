import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DirectoryEntry, FileInfo, Files } from '../core/ports.ts';
import { compareCodePoints } from './code-points.ts';
import { errnoOf, fileError, isMissing, translated, translatedAsync } from './file-errors.ts';
import { fileInfo, statsOf } from './file-info.ts';
import { makeDirectory } from './make-directory.ts';
import { readStream, readWhole } from './read-file.ts';
import { walk } from './walk.ts';
import { append, writeAtomic, writeStream } from './write-file.ts';

/** The real file system. `temporaryRoot` is where temporary directories go, usually `$TMPDIR` or `/tmp`. */
export function createFiles(temporaryRoot: string): Files {
  return {
    readText,
    read: (path) => readWhole(path),
    readIfExists,
    readStream,
    writeAtomic,
    writeStream,
    append,
    lstat: async (path) => infoOf(path, false),
    stat: async (path) => infoOf(path, true),
    list,
    walk,
    readlink: async (path) => translated('read', path, () => readlinkSync(path)),
    realpath,
    symlink: async (target, path) => translated('create', path, () => symlinkSync(target, path)),
    mkdir: async (path, mode) => translated('create', path, () => makeDirectory(path, mode ?? 0o777)),
    rename: async (from, to) => translated('rename', from, () => renameSync(from, to)),
    chmod: async (path, mode) => translated('change the mode of', path, () => chmodSync(path, mode)),
    touch: async (path) => {
      const now = new Date();
      translated('change the time of', path, () => utimesSync(path, now, now));
    },
    remove,
    temporaryDirectory: async (prefix) =>
      translated('create', temporaryRoot, () => mkdtempSync(join(temporaryRoot, prefix))),
  };
}

/** Malformed UTF-8 becomes U+FFFD; a byte order mark stays, for the reader of the format to judge. */
async function readText(path: string): Promise<string> {
  return Buffer.from(await readWhole(path)).toString('utf8');
}

async function readIfExists(path: string): Promise<Uint8Array | undefined> {
  const stats = statsOf(path, true);
  return stats === undefined ? undefined : readWhole(path, stats);
}

function infoOf(path: string, follow: boolean): FileInfo | undefined {
  const stats = statsOf(path, follow);
  return stats === undefined ? undefined : fileInfo(stats);
}

async function list(directory: string): Promise<readonly DirectoryEntry[]> {
  const entries = translated('list', directory, () => readdirSync(directory, { withFileTypes: true }));
  return entries
    .map(
      (entry): DirectoryEntry => ({
        name: entry.name,
        kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'link' : 'other',
      }),
    )
    .sort((a, b) => compareCodePoints(a.name, b.name));
}

async function realpath(path: string): Promise<string | undefined> {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError('read', path, error);
  }
}

/** Most removals are of single files; only a directory needs the recursive walk of `rm`. */
async function remove(path: string): Promise<void> {
  try {
    unlinkSync(path);
  } catch (error) {
    if (isMissing(error)) return;
    if (!['EISDIR', 'EPERM'].includes(errnoOf(error) ?? '')) throw fileError('remove', path, error);
    const { rm } = await import('node:fs/promises');
    await translatedAsync('remove', path, () => rm(path, { recursive: true, force: true }));
  }
}
