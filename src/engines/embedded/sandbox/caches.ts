/**
 * Directories of `RUN --mount=type=cache`: kept between builds, by id and what they begin with. `shared` ones are used by
 * several commands at once, `locked` ones by one after another, `private` ones are made anew while another is in use.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../core/ports.ts';
import type { LayerSource } from '../../../image/layer.ts';
import type { FileTool } from './file-tool.ts';
import { isAlive, processIdentity } from './runs.ts';
import { tarOf } from './tar-stream.ts';
import { noteUse } from './uses.ts';

export interface CacheRequest {
  readonly id: string;
  readonly sharing: 'shared' | 'private' | 'locked';
  /** Of its root directory when it is made. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Names what it begins with; empty for nothing. */
  readonly base: string;
  /** What it begins with: entries relative to its root. */
  readonly contents: () => Promise<readonly LayerSource[]>;
}

export interface CacheParts {
  /** Where the caches of one kind of sandbox lie. */
  readonly root: string;
  /** A directory of this run on the same file system. */
  readonly scratch: string;
  readonly tool: FileTool;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface OpenCache {
  readonly directory: string;
  release(): Promise<void>;
}

const pollMilliseconds = 100;

/** Makes a cache's directory ready, and its own where the sharing asks for that. */
export async function openCache(request: CacheRequest, parts: CacheParts): Promise<OpenCache> {
  const key = createHash('sha256')
    .update(JSON.stringify([request.id, request.base]))
    .digest('hex')
    .slice(0, 20);
  const place = join(parts.root, key);
  await mkdir(place, { recursive: true, mode: 0o700 });
  if (request.sharing === 'shared') return { directory: await ensure(join(place, 'data'), request, parts), release };
  for (let number = 0; ; number += 1) {
    const lock = join(place, `lock${number}`);
    if (!(await take(lock, request.sharing === 'locked', parts))) continue;
    const free = (): Promise<void> => rm(lock, { force: true });
    try {
      const directory = join(place, number === 0 ? 'data' : `data${number}`);
      return { directory: await ensure(directory, request, parts), release: free };
    } catch (error) {
      await free();
      throw error;
    }
  }
}

const release = async (): Promise<void> => undefined;

/** A lock is a link that names its holder; one whose holder is gone is taken away. */
async function take(lock: string, wait: boolean, { clock, signal }: CacheParts): Promise<boolean> {
  for (;;) {
    try {
      await symlink(processIdentity(), lock);
      return true;
    } catch {
      const holder = await readlink(lock).catch(() => undefined);
      if (holder !== undefined && !isAlive(holder)) await rm(lock, { force: true });
      else if (wait) await clock.sleep(pollMilliseconds, signal);
      else return false;
    }
  }
}

async function ensure(directory: string, request: CacheRequest, { tool, scratch }: CacheParts): Promise<string> {
  await noteUse(directory);
  if (existsSync(directory)) return directory;
  const { mode, uid, gid } = request;
  const aside = join(scratch, 'cache');
  await tool.remove(aside);
  await mkdir(aside, { recursive: true });
  const top = { path: 'data', kind: 'directory', mode, uid, gid, size: 0, modifiedAt: 0 } as const;
  const contents = (await request.contents()).map((source) => below('data', source));
  await tool.extract(tarOf([{ entry: top }, ...contents]), aside, false);
  try {
    await tool.move(join(aside, 'data'), directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

function below(directory: string, { entry, ...rest }: LayerSource): LayerSource {
  const target = entry.kind === 'hardlink' ? { target: `${directory}/${entry.target}` } : {};
  return { ...rest, entry: { ...entry, ...target, path: `${directory}/${entry.path}` } };
}
