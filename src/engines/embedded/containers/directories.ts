/** The directories that programs of a group share. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SharedDirectory } from '../../../core/containers.ts';
import type { Context } from '../../../core/ports.ts';
import { openCache } from '../sandbox/caches.ts';
import type { FileTool } from '../sandbox/file-tool.ts';
import { tarOf } from '../sandbox/tar-stream.ts';
import type { Ground } from '../sandbox/types.ts';

export interface GroupDirectories {
  /** Where a shared directory lies on this machine, absolute. */
  source(path: string): string;
  /** Where a file of a shared directory lies, or undefined for one of no shared directory. */
  find(path: string): string | undefined;
  /** Lets others use those that are kept. */
  release(): Promise<void>;
}

interface DirectoryParts {
  readonly ground: Ground;
  /** The group's own directory, absolute. */
  readonly own: string;
  readonly tool: FileTool;
  readonly ctx: Context;
}

/** Makes all directories ready. */
export async function openDirectories(
  directories: readonly SharedDirectory[],
  parts: DirectoryParts,
): Promise<GroupDirectories> {
  const sources = new Map<string, string>();
  const releases: (() => Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    for (const one of releases.splice(0)) await one();
  };
  const scratch = join(parts.own, 'directories');
  await mkdir(scratch, { mode: 0o755 });
  try {
    for (const directory of directories) {
      const { keptAs, path } = directory;
      if (keptAs === undefined) sources.set(path, await makeDirectory(directory, scratch, parts));
      else sources.set(path, await keptDirectory(directory, keptAs, releases, parts));
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    source: (path) => sources.get(path) ?? '',
    find: (path) => {
      const source = sources.get(dirname(path));
      return source === undefined ? undefined : join(source, basename(path));
    },
    release,
  };
}

/** The content's paths begin with the directory's own. */
async function makeDirectory(
  { path, owner, content }: SharedDirectory,
  scratch: string,
  { tool }: DirectoryParts,
): Promise<string> {
  await tool.extract(content?.() ?? emptyDirectory(path.replace(/^\//, ''), owner), scratch, false);
  return join(scratch, path);
}

function emptyDirectory(path: string, { uid, gid }: SharedDirectory['owner']): AsyncGenerator<Uint8Array> {
  return tarOf([{ entry: { path, kind: 'directory', mode: 0o755, uid, gid, size: 0, modifiedAt: 0 } }]);
}

async function keptDirectory(
  { owner, isCleared }: SharedDirectory,
  keptAs: string,
  releases: (() => Promise<void>)[],
  { ground, own, tool, ctx }: DirectoryParts,
): Promise<string> {
  const { directory, release } = await openCache(
    { id: `containers ${keptAs}`, sharing: 'locked', mode: 0o755, ...owner, base: '', contents: async () => [] },
    {
      root: join(ground.directory, ground.kind.storeName, 'caches'),
      scratch: own,
      tool,
      clock: ctx.system.clock,
      signal: ctx.signal,
    },
  );
  releases.push(release);
  if (isCleared === true) {
    await tool.remove(directory);
    await tool.extract(emptyDirectory(basename(directory), owner), dirname(directory), false);
  }
  return directory;
}
