import type { Stats } from 'node:fs';
import { lstatSync, statSync } from 'node:fs';
import type { FileInfo, FileKind } from '../core/ports.ts';
import { fileError, isMissing } from './file-errors.ts';

const typeBits = 0o170000;

/** From the mode alone: walks ask this of every entry. */
function kindOf({ mode }: Stats): FileKind {
  switch (mode & typeBits) {
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'directory';
    case 0o120000:
      return 'link';
    default:
      return 'other';
  }
}

/** Node's `Stats` in the words of the port. */
export function fileInfo(stats: Stats): FileInfo {
  return {
    kind: kindOf(stats),
    size: stats.size,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    modifiedAt: stats.mtimeMs,
    changedAt: stats.ctimeMs,
    inode: stats.ino,
  };
}

/**
 * Node's `Stats` of a path, or undefined where there is nothing.
 * Synchronous: on a warm file system a call costs a few microseconds, a trip through the thread pool about fifty.
 */
export function statsOf(path: string, follow: boolean): Stats | undefined {
  try {
    return (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError('read', path, error);
  }
}
