/**
 * Who uses the store right now: a file for each run, so that pruning leaves alone what a run under way may count on. A run that was
 * killed leaves its file behind; it counts for nothing once its process is gone, or after half a day.
 */
import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Random } from '../core/ports.ts';
import type { StoreParts } from './parts.ts';

const longestRun = 12 * 60 * 60 * 1000;

const directoryOf = (store: string): string => join(store, 'running');

/**
 * Notes that a run begins; the returned function notes its end. A store that cannot be written to is not pruned either, so
 * nothing fails for it.
 */
export async function beginRun(
  store: string,
  random: Pick<Random, 'hex'>,
  parts: StoreParts,
): Promise<() => Promise<void>> {
  const { files } = parts;
  const file = join(directoryOf(store), random.hex(8));
  try {
    await files.mkdir(directoryOf(store));
    await files.writeAtomic(file, JSON.stringify(await ownProcess(parts)));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return async () => undefined;
  }
  return () => files.remove(file).catch(() => undefined);
}

/** A process as others on this machine can look for it; undefined where the system has no `/proc`. */
interface ProcessName {
  readonly id: string;
  /** Ids mean something only among processes that see the same ones. */
  readonly namespace: string;
}

async function ownProcess({ files }: StoreParts): Promise<ProcessName | undefined> {
  try {
    return { id: await files.readlink('/proc/self'), namespace: await files.readlink('/proc/self/ns/pid') };
  } catch {
    return undefined;
  }
}

/** When the oldest run began that still goes on, in milliseconds since the epoch. Files of runs that are over are removed. */
export async function oldestRun(store: string, parts: StoreParts): Promise<number | undefined> {
  const { files } = parts;
  const directory = directoryOf(store);
  if ((await files.stat(directory)) === undefined) return undefined;
  const here = await ownProcess(parts);
  let oldest: number | undefined;
  for (const { name } of await files.list(directory)) {
    const file = join(directory, name);
    const info = await files.stat(file);
    if (info === undefined) continue;
    if (await goesOn(file, info.modifiedAt, here, parts)) oldest = Math.min(oldest ?? info.modifiedAt, info.modifiedAt);
    else await files.remove(file);
  }
  return oldest;
}

async function goesOn(
  file: string,
  begun: number,
  here: ProcessName | undefined,
  { files, clock }: StoreParts,
): Promise<boolean> {
  if (clock.now().getTime() - begun > longestRun) return false;
  const bytes = await files.readIfExists(file);
  if (bytes === undefined) return false;
  const text = Buffer.from(bytes).toString('utf8');
  const named = /^\{"id":"(\d+)","namespace":"([^"]*)"\}$/.exec(text);
  if (named === null || here === undefined || named[2] !== here.namespace) return true;
  return (await files.stat(`/proc/${named[1]}`)) !== undefined;
}
