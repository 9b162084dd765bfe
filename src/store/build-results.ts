/** What was built from exactly these inputs before: the build cache's memory on disk. */
import type { InputEntry } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { HashedInputs } from './build-inputs.ts';
import type { LastBuild } from './last-builds.ts';
import type { BuildResultRecord } from './results.ts';
import type { Store } from './store.ts';

/** Hashes inputs and remembers results. */
export interface BuildResults {
  /** One hash over the entries (sorted by path) of what `name` is built from. Unchanged files are not read. */
  hashInputs(root: string, name: string, entries: readonly InputEntry[], ctx: Context): Promise<HashedInputs>;
  read(key: string, ctx: Context): Promise<BuildResultRecord | undefined>;
  write(key: string, record: BuildResultRecord, ctx: Context): Promise<void>;
  /** What an artifact was made of when it was last there, and what stands for all of that, which is quicker to read. */
  lastBuild(artifact: string, ctx: Context): Promise<LastBuild | undefined>;
  lastMark(artifact: string, ctx: Context): Promise<string | undefined>;
  setLastBuild(artifact: string, build: LastBuild, mark: string, ctx: Context): Promise<void>;
  /** A secret of this store, under which values are hashed that nobody is to see. */
  secret(ctx: Context): Promise<string>;
  /** Writes what was learnt about files. */
  flush(ctx: Context): Promise<void>;
}

/** The results kept in a store. */
export function openBuildResults(store: Store): BuildResults {
  return {
    hashInputs: (root, name, entries) => store.hashInputs(root, name, entries),
    read: (key) => store.results.get(key),
    write: (key, record) => store.results.set(key, record),
    lastBuild: (artifact) => store.lastBuilds.get(artifact),
    lastMark: (artifact) => store.lastMarks.get(artifact),
    setLastBuild: async (artifact, build, mark) => {
      await store.lastBuilds.set(artifact, build);
      await store.lastMarks.set(artifact, mark);
    },
    secret: (ctx) => store.secret(ctx.system.random),
    flush: () => store.flush(),
  };
}
