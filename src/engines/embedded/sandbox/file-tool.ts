/**
 * Work on a sandbox's files by whoever sees them with the sandbox's ids: this process where it is root, else a helper
 * inside the user namespace, to whom files of other users and unreadable modes are no obstacle.
 */
import { lstatSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Spool } from '../spool.ts';
import { type Change, readChanges } from './changes.ts';
import { extractTar } from './extract.ts';
import type { SandboxKind } from './kinds.ts';
import { sizeOf } from './size.ts';
import { changesOptions, snapshotOf } from './snapshot.ts';

export interface FileTool {
  /** Unpacks a plain tar into an existing directory. */
  extract(stream: AsyncIterable<Uint8Array>, directory: string, whiteouts: boolean): Promise<void>;
  /** What an upper directory holds; the working directory of process `pid` is the tree as it looks with everything below. */
  changes(directory: string, pid: string, spool: Spool): Promise<Iterable<Change>>;
  /** Notes what a tree is now, in a file. */
  snapshot(directory: string, file: string): Promise<void>;
  /** What is other in a tree than a snapshot says, besides some paths. */
  changesSince(directory: string, file: string, except: readonly string[], spool: Spool): Promise<Iterable<Change>>;
  remove(path: string): Promise<void>;
  /** Renames a directory, also one that may not be written to: its parent's name is part of it. */
  move(from: string, to: string): Promise<void>;
  /** Bytes on disk of everything at and below each path. */
  sizes(paths: readonly string[]): Promise<readonly number[]>;
  /** Milliseconds since the epoch; 0 for what is not there. */
  modifiedAt(path: string): Promise<number>;
}

/** The tool of a sandbox of this kind. */
export async function openFileTool(kind: SandboxKind, signal: AbortSignal): Promise<FileTool> {
  if (kind.handle === undefined) return ownTool(kind);
  const { helperTool } = await import('./helper-client.ts');
  return { ...ownTool(kind), ...helperTool(kind.handle, kind, signal) };
}

function ownTool({ ids }: SandboxKind): FileTool {
  return {
    extract: (stream, directory, whiteouts) => extractTar(stream, directory, { owners: ids === 'all', whiteouts }),
    changes: async (directory, pid) => readChanges(directory, { merged: `/proc/${pid}/cwd` }),
    snapshot: async (directory, file) => snapshotOf(directory, file),
    changesSince: async (directory, file, except) => readChanges(directory, changesOptions(directory, file, except)),
    remove: (path) => rm(path, { recursive: true, force: true }),
    move: rename,
    sizes: async (paths) => paths.map(sizeOf),
    modifiedAt: async (path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  };
}
