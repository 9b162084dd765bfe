/** Reading a directory of changes: what overlayfs left in its upper directory, or a copied tree beside what it was before. */
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Content, LayerEntry, LayerSource } from '../../../image/layer.ts';

/** A changed path. */
export interface Change extends LayerSource {
  /** Of a directory: the names that can be seen in it now, whatever lies below. */
  readonly visible?: readonly string[];
}

/** Which paths of a tree are looked at. */
export interface ReadOptions {
  /** The directory as it looks with everything below it; for the names in changed directories. */
  readonly merged: string;
  /** Whether something is a change; undefined where everything there is one. */
  readonly isChanged?: (path: string, info: Stats) => boolean;
  /** Whether to go below a directory. */
  readonly enter?: (path: string) => boolean;
}

/**
 * Everything in a directory of changes, depth first, siblings sorted; whiteouts of overlayfs and sockets are left out, hard
 * links within it stay links. First comes the directory itself, without a path. A file's content is read when it is asked for.
 */
export function* readChanges(root: string, options: ReadOptions): Generator<Change> {
  const top = { path: '', kind: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, modifiedAt: 0 } as const;
  yield { entry: top, visible: readdirSync(options.merged) };
  yield* readBelow(root, '', options, new Map());
}

function* readBelow(root: string, prefix: string, options: ReadOptions, seen: Map<string, string>): Generator<Change> {
  for (const name of readdirSync(join(root, prefix)).sort()) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const info = lstatSync(join(root, path));
    const isChange = options.isChanged?.(path, info) ?? true;
    const change = isChange ? changeOf(root, path, info, options.merged, seen) : undefined;
    if (change !== undefined) yield change;
    if (info.isDirectory() && options.enter?.(path) !== false) yield* readBelow(root, path, options, seen);
  }
}

function changeOf(
  root: string,
  path: string,
  info: Stats,
  merged: string,
  seen: Map<string, string>,
): Change | undefined {
  const kind = kindOf(info);
  if (kind === undefined) return undefined;
  const entry: LayerEntry = {
    path,
    kind,
    mode: info.mode & 0o7777,
    uid: info.uid,
    gid: info.gid,
    size: kind === 'file' ? info.size : 0,
    modifiedAt: Math.floor(info.mtimeMs / 1000),
  };
  if (kind === 'directory') return { entry, visible: readdirSync(join(merged, path)) };
  if (kind === 'symlink') return { entry: { ...entry, mode: 0o777, target: readlinkSync(join(root, path)) } };
  const first = info.nlink > 1 ? seen.get(`${info.dev} ${info.ino}`) : undefined;
  if (first !== undefined) return { entry: { ...entry, kind: 'hardlink', size: 0, target: first } };
  if (info.nlink > 1) seen.set(`${info.dev} ${info.ino}`, path);
  if (kind === 'file') return { entry, ...(info.size === 0 ? {} : { content: contentOf(join(root, path)) }) };
  return { entry: { ...entry, ...(kind === 'fifo' ? {} : { device: deviceOf(info.rdev) }) } };
}

function kindOf(info: Stats): LayerEntry['kind'] | undefined {
  if (info.isFile()) return 'file';
  if (info.isDirectory()) return 'directory';
  if (info.isSymbolicLink()) return 'symlink';
  if (info.isFIFO()) return 'fifo';
  if (info.isBlockDevice()) return 'block';
  return info.isCharacterDevice() && info.rdev !== 0 ? 'character' : undefined;
}

/** Linux's encoding of device numbers in 64 bits (`gnu_dev_major`). */
function deviceOf(number: number): { readonly major: number; readonly minor: number } {
  const high = Math.floor(number / 2 ** 32);
  const low = number >>> 0;
  return {
    major: (high & ~0xfff) | ((low >>> 8) & 0xfff),
    minor: (low & 0xff) | ((low >>> 12) & ~0xff),
  };
}

function contentOf(path: string): Content {
  return {
    read: async () => {
      const file = await open(path);
      try {
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    stream: async function* () {
      const file = await open(path);
      // The stream closes the file when it ends or is left.
      yield* file.createReadStream({ highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>;
    },
  };
}
