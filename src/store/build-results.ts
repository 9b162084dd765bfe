/** What was built from exactly these inputs before: the build cache's memory on disk. */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Context, Files } from '../core/ports.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { BuildResultRecord } from './results.ts';
import type { Store } from './store.ts';

/** Hashes inputs and remembers results. */
export interface BuildResults {
  /**
   * One hash (hex) over path relative to `root`, kind, mode, link target and content of each file, in the order given.
   * A missing file counts as such. Unchanged files are not read.
   */
  hashFiles(root: string, paths: readonly string[], ctx: Context): Promise<string>;
  read(key: string, ctx: Context): Promise<BuildResultRecord | undefined>;
  write(key: string, record: BuildResultRecord, ctx: Context): Promise<void>;
  /** Writes what was learnt about files. */
  flush(ctx: Context): Promise<void>;
}

/** The results kept in a store. */
export function openBuildResults(store: Store): BuildResults {
  return {
    hashFiles: (root, paths, ctx) => hashFiles(root, paths, ctx.system.files, store.fingerprints(root)),
    read: (key) => store.results.get(key),
    write: (key, record) => store.results.set(key, record),
    flush: () => store.flush(),
  };
}

async function hashFiles(
  root: string,
  paths: readonly string[],
  files: Files,
  fingerprints: Fingerprints,
): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(JSON.stringify([relative(root, path), ...(await describe(path, root, files, fingerprints))]));
  }
  return hash.digest('hex');
}

async function describe(
  path: string,
  root: string,
  files: Files,
  fingerprints: Fingerprints,
): Promise<readonly (string | number)[]> {
  const info = await files.lstat(path);
  if (info === undefined) return ['missing'];
  if (info.kind === 'link') return [info.kind, await files.readlink(path)];
  if (info.kind === 'file') return [info.kind, info.mode, await fingerprints.of(relative(root, path), info)];
  return [info.kind, info.mode];
}
