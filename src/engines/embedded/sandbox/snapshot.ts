/** What a copied tree was before a command ran in it: a line for each entry with all that changes when the entry does. */
import { lstatSync, readdirSync, readFileSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadOptions } from './changes.ts';

/** Writes the state of everything below a directory to a file. */
export function snapshotOf(directory: string, file: string): void {
  const states: Record<string, string> = {};
  const visit = (prefix: string): void => {
    for (const name of readdirSync(join(directory, prefix))) {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const info = lstatSync(join(directory, path));
      states[path] = stateOf(info);
      if (info.isDirectory()) visit(path);
    }
  };
  visit('');
  writeFileSync(file, JSON.stringify(states));
}

/** Tells for a path whether it is other than in a snapshot's text. */
function unlike(text: string): (path: string, info: Stats) => boolean {
  const states = new Map(Object.entries(JSON.parse(text) as Record<string, string>));
  return (path, info) => states.get(path) !== stateOf(info);
}

/** The change time tells every write, and every new mode, owner or link; nothing can set it back. */
function stateOf({ ino, mode, uid, gid, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${mode} ${uid} ${gid} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** How to read a copied tree for what differs from its snapshot. */
export function changesOptions(directory: string, file: string, except: readonly string[]): ReadOptions {
  const isChanged = unlike(readFileSync(file, 'utf8'));
  const left = new Set(except);
  return {
    merged: directory,
    isChanged: (path, info) => !left.has(path) && isChanged(path, info),
    enter: (path) => !left.has(path),
  };
}
