/**
 * Small files read a moment ago: a build reads its sources to compare them, for Skaffold's cache file and for the layer. As long
 * as `lstat` says the same, what was read the first time is what is there.
 */
import type { Clock, FileInfo, Files } from '../core/ports.ts';
import { isSettled } from '../store/fingerprints.ts';

interface RecentRead {
  readonly info: FileInfo;
  readonly bytes: Uint8Array;
}

/** Larger files are read each time. */
const largestFile = 32 * 1024;
/** Bytes kept at most; further files are read each time. */
const largestSum = 16 * 1024 * 1024;

/** The file system, with `read` answered from memory where that is as good. Nobody may change the bytes. */
export function withRecentReads(files: Files, clock: Clock): Files {
  const recent = new Map<string, RecentRead>();
  let sum = 0;
  return {
    ...files,
    read: async (path) => {
      const info = await files.lstat(path);
      if (info?.kind !== 'file' || info.size > largestFile) return files.read(path);
      const known = recent.get(path);
      if (known !== undefined && isSame(known.info, info)) return known.bytes;
      const now = clock.now().getTime();
      const bytes = await files.read(path);
      // A file that was written to just now may change again without a trace.
      if (isSettled(info, now) && sum + bytes.length <= largestSum) {
        sum += bytes.length - (known?.bytes.length ?? 0);
        recent.set(path, { info, bytes });
      }
      return bytes;
    },
  };
}

function isSame(before: FileInfo, now: FileInfo): boolean {
  return (
    before.size === now.size &&
    before.modifiedAt === now.modifiedAt &&
    before.changedAt === now.changedAt &&
    before.inode === now.inode
  );
}
