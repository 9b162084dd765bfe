/** Keeping what builds leave on disk within bounds: what was not used for longest goes first. */
import { dirname, join } from 'node:path';
import { oldestRun } from './leases.ts';
import type { StoreParts } from './parts.ts';
import { useResolution } from './uses.ts';

export interface PruneOptions {
  /** Bytes that may stay. */
  readonly maxBytes: number;
  /** Milliseconds without use after which something goes in any case; 0 for never. */
  readonly maxAge: number;
  /** Only count. */
  readonly dryRun: boolean;
  /** What others keep in the store's directory. Asked for only when something is pruned. */
  readonly trees?: () => Promise<readonly KeptTree[]>;
}

/** A directory that is kept or removed as a whole, and counts as one file. */
export interface KeptTree {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  /** Removes it, unless it was used meanwhile; tells whether it is gone. */
  remove(): Promise<boolean>;
}

/** What pruning came to. Sizes in bytes. */
export interface Pruned {
  readonly removedFiles: number;
  readonly removedBytes: number;
  readonly keptFiles: number;
  readonly keptBytes: number;
}

/** The directories of the store whose files may go at any time: whatever needs one that is gone makes it anew. */
const prunable = [
  'bases',
  'fingerprints',
  'images',
  'indexes',
  'last-builds',
  'last-marks',
  'layers',
  'origins',
  'renders',
  'results',
  'snapshots',
];

/**
 * Removes what is too old, then what was not used for longest until the rest fits. What a run under way used or made since it
 * began stays.
 */
export async function pruneStore(store: string, options: PruneOptions, parts: StoreParts): Promise<Pruned> {
  const { clock } = parts;
  const began = await oldestRun(store, parts);
  const untouchable = began === undefined ? Number.POSITIVE_INFINITY : began - useResolution;
  const kept = [...(await entriesOf(store, parts)), ...((await options.trees?.()) ?? [])];
  const entries = kept.sort((left, right) => left.usedAt - right.usedAt);
  let left = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const oldest = options.maxAge === 0 ? 0 : clock.now().getTime() - options.maxAge;
  const removed: KeptTree[] = [];
  for (const entry of entries) {
    if (entry.usedAt >= oldest && left <= options.maxBytes) break;
    if (entry.usedAt >= untouchable) break;
    if (!options.dryRun && !(await entry.remove())) continue;
    left -= entry.bytes;
    removed.push(entry);
  }
  const removedBytes = removed.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    removedFiles: removed.length,
    removedBytes,
    keptFiles: entries.length - removed.length,
    keptBytes: left,
  };
}

/** Somebody may have begun to use it meanwhile. */
async function removeUnused(path: string, usedAt: number, { files }: StoreParts): Promise<boolean> {
  const info = await files.lstat(path);
  if (info !== undefined && info.modifiedAt > usedAt) return false;
  await files.remove(path);
  return true;
}

async function entriesOf(store: string, parts: StoreParts): Promise<KeptTree[]> {
  const { files } = parts;
  const blobs = join(store, 'blobs');
  const algorithms = (await files.stat(blobs)) === undefined ? [] : await files.list(blobs);
  const directories = [
    ...algorithms.map(({ name }) => join(blobs, name)),
    ...prunable.map((name) => join(store, name)),
  ];
  const entries: KeptTree[] = [];
  for (const directory of directories) {
    if ((await files.stat(directory))?.kind !== 'directory') continue;
    for (const { path, info } of await files.walk(directory)) {
      if (info.kind !== 'file') continue;
      const { size, modifiedAt } = info;
      const remove = (): Promise<boolean> => removeUnused(join(directory, path), modifiedAt, parts);
      entries.push({ bytes: size, usedAt: modifiedAt, remove });
    }
  }
  return entries;
}

const betweenPrunes = 24 * 60 * 60 * 1000;

/** Prunes where that was not done for a day; the first time only begins to count. */
export async function pruneDaily(store: string, options: PruneOptions, parts: StoreParts): Promise<void> {
  const { files, clock } = parts;
  const marker = join(store, 'pruned');
  const info = await files.stat(marker);
  if (info !== undefined && clock.now().getTime() - info.modifiedAt < betweenPrunes) return;
  await files.mkdir(dirname(marker));
  await files.writeAtomic(marker, '');
  if (info !== undefined) await pruneStore(store, options, parts);
}
