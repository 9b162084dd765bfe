/**
 * What the files of a workspace hashed to, so that an unchanged file is never read twice. A record counts as long as
 * path, size, modification time, change time and inode are what they were.
 *
 * A file written to again within the resolution of its own timestamps would look unchanged; so a file whose timestamps
 * are too young is hashed but not recorded (git calls such entries racy).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileInfo } from '../core/ports.ts';
import type { StoreParts } from './parts.ts';

/** The records of one workspace. */
export interface Fingerprints {
  /** sha256 (hex) of a regular file's content. `path` is relative to the workspace, `info` its lstat. */
  of(path: string, info: FileInfo): Promise<string>;
  /** Makes the next question about a file read it. */
  forget(path: string): void;
  /** How many files were read so far. */
  reads(): number;
  /** Writes what was learnt, if anything was. */
  flush(): Promise<void>;
}

interface Fingerprint {
  /** Size, times and inode in one text: equal texts mean an unchanged file. */
  readonly state: string;
  readonly sha256: string;
}

const header = 'slipway-fingerprints 1';
/** FAT counts in steps of two seconds; what counts finer than that goes by the ticks of the kernel, 10 ms at most. */
const racyMilliseconds = { coarse: 2000, fine: 200 };
/** Files larger than this are hashed in pieces. */
const largeFile = 4 * 1024 * 1024;

/** Whether a change after `now` (milliseconds since the epoch) would show in what `lstat` said then. */
export function isSettled({ modifiedAt, changedAt }: FileInfo, now: number): boolean {
  const isFine = modifiedAt % 1000 !== 0 || changedAt % 1000 !== 0;
  return now - Math.max(modifiedAt, changedAt) >= (isFine ? racyMilliseconds.fine : racyMilliseconds.coarse);
}

/** Opens the records of the workspace `root`, kept in `directory` under a name derived from its path. */
export function openFingerprints(directory: string, root: string, parts: StoreParts): Fingerprints {
  const file = join(directory, createHash('sha256').update(root).digest('hex'));
  const learnt = new Map<string, Fingerprint>();
  const used = new Set<string>();
  const forgotten = new Set<string>();
  let reads = 0;
  let loading: Promise<Map<string, Fingerprint>> | undefined;
  const known = (): Promise<Map<string, Fingerprint>> => {
    loading ??= load(file, parts);
    return loading;
  };
  return {
    of: async (path, info) => {
      const state = stateOf(info);
      const record = forgotten.has(path) ? undefined : (learnt.get(path) ?? (await known()).get(path));
      used.add(path);
      if (record?.state === state) return record.sha256;
      const now = parts.clock.now().getTime();
      const sha256 = await hashFile(join(root, path), info.size, parts);
      reads += 1;
      if (isSettled(info, now)) learnt.set(path, { state, sha256 });
      forgotten.delete(path);
      return sha256;
    },
    reads: () => reads,
    forget: (path) => {
      learnt.delete(path);
      forgotten.add(path);
    },
    flush: async () => {
      if (learnt.size === 0) return;
      // Another process may have written since; what it learnt is kept.
      const merged = new Map([...(await load(file, parts)), ...learnt]);
      learnt.clear();
      loading = Promise.resolve(merged);
      await parts.files.mkdir(directory);
      await parts.files.writeAtomic(file, encode(pruned(merged, used)));
    },
  };
}

function stateOf(info: FileInfo): string {
  return `${info.size} ${info.modifiedAt} ${info.changedAt} ${info.inode}`;
}

async function hashFile(path: string, size: number, { files }: StoreParts): Promise<string> {
  const hash = createHash('sha256');
  if (size <= largeFile) return hash.update(await files.read(path)).digest('hex');
  for await (const piece of files.readStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** Files that are gone would pile up; once they outnumber the others by far, only what this run used is kept. */
function pruned(
  records: ReadonlyMap<string, Fingerprint>,
  used: ReadonlySet<string>,
): ReadonlyMap<string, Fingerprint> {
  if (records.size < 1000 || records.size < 4 * used.size) return records;
  return new Map([...records].filter(([path]) => used.has(path)));
}

/** A line for each file, its own checksum first: one damaged line costs one file's record. */
function encode(records: ReadonlyMap<string, Fingerprint>): string {
  const lines = [...records].map(([path, { state, sha256 }]) => {
    const line = `${sha256} ${state} ${JSON.stringify(path)}`;
    return `${crc32(line).toString(16)} ${line}`;
  });
  return `${[header, ...lines].join('\n')}\n`;
}

const linePattern = /^([0-9a-f]+) (([0-9a-f]{64}) (\S+ \S+ \S+ \S+) (".*"))$/;

async function load(file: string, { files, warn }: StoreParts): Promise<Map<string, Fingerprint>> {
  const records = new Map<string, Fingerprint>();
  const bytes = await files.readIfExists(file);
  if (bytes === undefined) return records;
  const [first, ...lines] = Buffer.from(bytes).toString('utf8').split('\n');
  // A newer version's file is not damaged, only not ours to read.
  if (first !== header && first?.startsWith('slipway-fingerprints ') === true) return records;
  let damaged = first === header && lines.at(-1) === '' ? 0 : 1;
  for (const line of lines.slice(0, -1)) {
    const [, sum, body, sha256, state, path] = linePattern.exec(line) ?? [];
    if (sum === undefined || body === undefined || crc32(body).toString(16) !== sum) damaged += 1;
    else records.set(JSON.parse(path ?? '""') as string, { state: state ?? '', sha256: sha256 ?? '' });
  }
  if (damaged > 0) warn(`${damaged} entries of ${file} are damaged and were dropped`);
  return records;
}
