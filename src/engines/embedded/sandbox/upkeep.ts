/** What sandboxes keep between builds, for pruning: unpacked layers and the directories of `RUN --mount=type=cache`. */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { KeptTree } from '../../../store/prune.ts';
import { type FileTool, openFileTool } from './file-tool.ts';
import { kindsFor, type SandboxKind } from './kinds.ts';
import { makeRunDirectory, removeAbandoned } from './runs.ts';
import { lastUse, useMarker } from './uses.ts';

type UpkeepContext = Pick<Context, 'system' | 'signal' | 'emit'>;

/**
 * The trees of all kinds of sandbox below a store, and nothing where there are none. What killed processes left of runs is
 * removed on the way. Trees whose owners only another user's sandbox knows are left out with a warning.
 */
export async function sandboxTrees(
  storeDirectory: string,
  isDryRun: boolean,
  ctx: UpkeepContext,
): Promise<readonly KeptTree[]> {
  const directory = join(storeDirectory, 'sandbox');
  const runs = join(directory, 'runs');
  const trees: KeptTree[] = [];
  for (const name of namesIn(directory)) {
    if (name === 'runs') continue;
    try {
      const tool = await toolFor(name, ctx);
      if (tool === undefined) throw new ToolError('NOT_SUPPORTED', 'it belongs to another user');
      trees.push(...(await treesOf(join(directory, name), runs, tool, ctx)));
      if (!isDryRun) await removeAbandoned(runs, ctx.system.clock.now().getTime(), tool);
    } catch (error) {
      ctx.signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      ctx.emit({ type: 'log', level: 'warning', message: `${join(directory, name)} was not pruned: ${why}` });
    }
  }
  return trees;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Root sees all files as they are; others need the namespace that a kind of sandbox made them in. */
async function toolFor(name: string, { signal }: UpkeepContext): Promise<FileTool | undefined> {
  const isRoot = process.getuid?.() === 0;
  const kinds = kindsFor(isRoot).filter(({ storeName, handle }) =>
    isRoot ? handle === undefined : storeName === name,
  );
  for (const [index, kind] of kinds.entries()) {
    const tool = await openFileTool(kind, signal);
    if (index === kinds.length - 1 || (await works(tool, kind))) return tool;
  }
  return undefined;
}

async function works(tool: FileTool, { handle }: SandboxKind): Promise<boolean> {
  if (handle === undefined) return true;
  return tool.sizes([]).then(
    () => true,
    () => false,
  );
}

async function treesOf(
  directory: string,
  runs: string,
  tool: FileTool,
  ctx: UpkeepContext,
): Promise<readonly KeptTree[]> {
  const caches = join(directory, 'caches');
  const parents = [
    ...['layers', 'plain'].map((name) => join(directory, name)),
    ...namesIn(caches)
      .filter((key) => !key.endsWith('.uses'))
      .map((key) => join(caches, key)),
  ];
  const paths: string[] = [];
  for (const parent of parents) {
    const trees = namesIn(parent).filter((name) => !name.startsWith('lock'));
    paths.push(...trees.map((name) => join(parent, name)));
    await removeLooseMarkers(`${parent}.uses`, trees);
  }
  const sizes = paths.length === 0 ? [] : await tool.sizes(paths);
  return Promise.all(
    paths.map(async (path, index) => {
      const usedAt = await lastUse(path);
      return { bytes: sizes[index] ?? 0, usedAt, remove: () => discard(path, usedAt, runs, tool, ctx) };
    }),
  );
}

async function removeLooseMarkers(directory: string, trees: readonly string[]): Promise<void> {
  const known = new Set(trees);
  for (const name of namesIn(directory)) if (!known.has(name)) await rm(join(directory, name), { force: true });
}

/** Moves the tree away first: a build that begins to use it then either is noticed, or does not find it and makes it anew. */
async function discard(
  path: string,
  usedAt: number,
  runs: string,
  tool: FileTool,
  { system, emit }: UpkeepContext,
): Promise<boolean> {
  const run = await makeRunDirectory(runs, system.random.hex(6));
  const aside = join(run, basename(path));
  try {
    await tool.move(path, aside);
    const isUsed = (await lastUse(path)) > usedAt;
    if (isUsed) await tool.move(aside, path).catch(() => undefined);
    else await rm(useMarker(path), { force: true });
    return !isUsed;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    emit({ type: 'log', level: 'warning', message: `${path} could not be removed: ${why}` });
    return false;
  } finally {
    await tool.remove(run);
  }
}
