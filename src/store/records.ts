/**
 * Small facts on disk: one file for each, so that two processes never overwrite each other's. A file begins with a
 * checksum of the rest; whatever does not fit it is dropped with a warning and counts as never having been there.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { StoreParts } from './parts.ts';
import { markUse } from './uses.ts';

/** A table of facts of one kind. Keys are any text. */
export interface Records<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  remove(key: string): Promise<void>;
}

/**
 * Opens a table in a directory of its own, which is made when something is first written.
 *
 * @param read Checks a value read from disk and gives it its type; undefined for what is none.
 */
export function openRecords<T>(
  directory: string,
  read: (value: unknown) => T | undefined,
  parts: StoreParts,
): Records<T> {
  const { files, warn } = parts;
  const pathOf = (key: string): string => join(directory, hexOf(key));
  const remove = (key: string): Promise<void> => files.remove(pathOf(key));
  return {
    remove,
    get: async (key) => {
      const info = await files.stat(pathOf(key));
      const bytes = info === undefined ? undefined : await files.readIfExists(pathOf(key));
      if (info === undefined || bytes === undefined) return undefined;
      await markUse(pathOf(key), info, parts);
      const value = decode(key, bytes);
      const record = value === undefined ? undefined : read(value);
      if (record !== undefined) return record;
      warn(`the record ${pathOf(key)} is damaged and was dropped`);
      await remove(key);
      return undefined;
    },
    set: async (key, value) => {
      const json = JSON.stringify({ key, value });
      await files.mkdir(directory);
      await files.writeAtomic(pathOf(key), encode(json));
    },
  };
}

function encode(json: string): string {
  return `${hexOf(json)}\n${json}\n`;
}

function decode(key: string, bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  const json = text.slice(65, -1);
  if (text !== encode(json)) return undefined;
  const record = JSON.parse(json) as { readonly key: string; readonly value: unknown };
  return record.key === key ? record.value : undefined;
}

function hexOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
