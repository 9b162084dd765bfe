/**
 * What the inputs of a build come to: one hash over path, kind, mode, link target and content.
 *
 * Looking at unchanged inputs must cost no more than listing them. So beside what single files hashed to, the result for a
 * whole list is kept, under a hash of everything `lstat` says of it: as long as that is the same, nothing else is looked at.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { InputEntry } from '../core/plugins.ts';
import type { FileInfo, Files } from '../core/ports.ts';
import { type Fingerprints, isSettled } from './fingerprints.ts';
import type { StoreParts } from './parts.ts';
import type { Records } from './records.ts';

/**
 * One input: its path, what it is (a letter for the kind, then the mode in octal where it counts), and what it holds (the
 * sha256 of a file, the target of a link). Kinds: `f` file, `d` directory, `l` link, `o` other, `m` missing, `i` instructions,
 * `n` a note, which is no part of the hash.
 */
export type InputRow = readonly [path: string, what: string, holds: string];

/** The inputs of one build. */
export interface HashedInputs {
  /** sha256 (hex) over all rows but notes. */
  readonly hash: string;
  /** sha256 (hex) over the notes. */
  readonly notes: string;
  /** How many entries were looked at, and how many files had to be read for it. */
  readonly entries: number;
  readonly filesRead: number;
  rows(): Promise<readonly InputRow[]>;
}

/** A list of inputs that did not change: what `lstat` said, hashed, and the hash of what they hold. */
export interface Snapshot {
  readonly state: string;
  readonly hash: string;
  readonly notes: string;
}

/** Where the parts of a hash come from. */
export interface InputStorage {
  readonly snapshots: Records<Snapshot>;
  readonly fingerprints: Fingerprints;
  readonly parts: StoreParts;
}

/**
 * Hashes inputs.
 *
 * @param name tells lists of the same root apart: whose inputs they are.
 * @param entries sorted by path.
 */
export async function hashInputs(
  root: string,
  name: string,
  entries: readonly InputEntry[],
  storage: InputStorage,
): Promise<HashedInputs> {
  const { snapshots, fingerprints, parts } = storage;
  const now = parts.clock.now().getTime();
  const key = JSON.stringify([root, name]);
  const state = stateOf(entries);
  const known = await snapshots.get(key);
  let filesRead = 0;
  const rowsOf = async (): Promise<readonly InputRow[]> => {
    const before = fingerprints.reads();
    const rows = await describeAll(root, entries, fingerprints, parts.files);
    filesRead += fingerprints.reads() - before;
    return rows;
  };
  if (known?.state === state)
    return { hash: known.hash, notes: known.notes, entries: entries.length, filesRead, rows: rowsOf };
  const rows = await rowsOf();
  const hash = hashRows(rows.filter(([, what]) => what !== 'n'));
  const notes = hashRows(rows.filter(([, what]) => what === 'n'));
  // An entry written to just now may change again without a trace.
  if (entries.every(({ info }) => info === undefined || info.kind === 'directory' || isSettled(info, now)))
    await snapshots.set(key, { state, hash, notes });
  return { hash, notes, entries: entries.length, filesRead, rows: async () => rows };
}

/** sha256 (hex) over rows. No path, mode or target holds a zero byte. */
function hashRows(rows: readonly InputRow[]): string {
  return createHash('sha256')
    .update(rows.map((row) => row.join('\0')).join('\0'))
    .digest('hex');
}

const numbersPerEntry = 6;
const kinds = { file: 0, directory: 1, link: 2, other: 3 } as const;
const roles = { content: 0, instructions: 16, note: 32 } as const;
const nothing = 15;

function stateOf(entries: readonly InputEntry[]): string {
  const numbers = new Float64Array(entries.length * numbersPerEntry);
  const paths: string[] = [];
  let at = 0;
  for (const { path, info, role } of entries) {
    paths.push(path);
    numbers[at] = roles[role] + (info === undefined ? nothing : kinds[info.kind]);
    if (info !== undefined) {
      numbers[at + 1] = info.mode;
      // What a directory holds is in the list: its own size and times change with things that do not count.
      if (info.kind !== 'directory') setTimes(numbers, at + 2, info);
    }
    at += numbersPerEntry;
  }
  const hash = createHash('sha256').update(paths.join('\0'));
  return hash.update(new Uint8Array(numbers.buffer)).digest('hex');
}

function setTimes(numbers: Float64Array, at: number, { size, modifiedAt, changedAt, inode }: FileInfo): void {
  numbers[at] = size;
  numbers[at + 1] = modifiedAt;
  numbers[at + 2] = changedAt;
  numbers[at + 3] = inode;
}

async function describeAll(
  root: string,
  entries: readonly InputEntry[],
  fingerprints: Fingerprints,
  files: Files,
): Promise<readonly InputRow[]> {
  const rows: InputRow[] = [];
  for (const { path, info, role } of entries) {
    rows.push(info === undefined ? [path, 'm', ''] : await describe(root, path, info, role, fingerprints, files));
  }
  return rows;
}

async function describe(
  root: string,
  path: string,
  info: FileInfo,
  role: InputEntry['role'],
  fingerprints: Fingerprints,
  files: Files,
): Promise<InputRow> {
  if (role !== 'content') return [path, role === 'note' ? 'n' : 'i', await fingerprints.of(path, info)];
  const mode = info.mode.toString(8);
  switch (info.kind) {
    case 'file':
      return [path, `f${mode}`, await fingerprints.of(path, info)];
    case 'link':
      return [path, 'l', await files.readlink(join(root, path))];
    case 'directory':
      return [path, `d${mode}`, ''];
    case 'other':
      return [path, `o${mode}`, ''];
    default:
      return info.kind satisfies never;
  }
}

/** Checks a record read from disk. */
export function readSnapshot(value: unknown): Snapshot | undefined {
  const record = value as Partial<Snapshot> | null;
  const texts = [record?.state, record?.hash, record?.notes];
  return texts.every((text) => typeof text === 'string') ? (record as Snapshot) : undefined;
}
