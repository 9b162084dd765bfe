import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openCache } from '../../../../../src/engines/embedded/sandbox/caches.ts';
import { openFileTool } from '../../../../../src/engines/embedded/sandbox/file-tool.ts';
import { kindsFor } from '../../../../../src/engines/embedded/sandbox/kinds.ts';
import { sandboxTrees } from '../../../../../src/engines/embedded/sandbox/upkeep.ts';
import { noteUse, useMarker } from '../../../../../src/engines/embedded/sandbox/uses.ts';
import { beginRun } from '../../../../../src/store/leases.ts';
import { type Pruned, pruneStore } from '../../../../../src/store/prune.ts';
import { createSystem } from '../../../../../src/system/node.ts';

const hour = 3_600_000;
const isRoot = process.getuid?.() === 0;
const kind = kindsFor(isRoot).find(({ ids }) => isRoot || ids === 'one');
const { signal } = new AbortController();

let store: string;
let own: string;
let warnings: string[];
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'slipway-upkeep-'));
  onTestFinished(() => rmSync(store, { recursive: true, force: true }));
  own = join(store, 'sandbox', kind?.storeName ?? '');
  warnings = [];
});

const system = createSystem({ env: process.env, cwd: tmpdir() });
const context = {
  system,
  signal,
  emit: (event: { readonly type: string; readonly message?: string }): void => void warnings.push(event.message ?? ''),
};

/** A tree with one file of 100 kB, last used so many hours ago. */
async function tree(path: string, hours: number): Promise<string> {
  const full = join(own, path);
  mkdirSync(join(full, 'd'), { recursive: true });
  writeFileSync(join(full, 'd/f'), Buffer.alloc(100_000, 1));
  await noteUse(full);
  const used = new Date(Date.now() - hours * hour);
  utimesSync(useMarker(full), used, used);
  return full;
}

async function prune(maxBytes: number, maxAge = 0, dryRun = false): Promise<Pruned> {
  const parts = { files: system.files, clock: system.clock, warn: (): void => undefined };
  return pruneStore(store, { maxBytes, maxAge, dryRun, trees: () => sandboxTrees(store, dryRun, context) }, parts);
}

test('layers and caches not used for longest go first, until the rest fits', async () => {
  const [old, newer] = [await tree('layers/a', 9), await tree('layers/b', 3)];
  const [cache, fresh] = [await tree('caches/k/data', 6), await tree('caches/k/data1', 1)];
  expect(await prune(250_000, 0, true)).toMatchObject({ removedFiles: 2, keptFiles: 2 });
  expect(existsSync(old)).toBe(true);
  const { removedBytes, keptBytes } = await prune(250_000);
  expect([old, newer, cache, fresh].map((path) => existsSync(path))).toEqual([false, true, false, true]);
  expect(removedBytes).toBeGreaterThanOrEqual(200_000);
  expect(keptBytes).toBeGreaterThanOrEqual(200_000);
  expect(existsSync(useMarker(old))).toBe(false);
  expect([existsSync(join(store, 'sandbox/runs/x')), warnings]).toEqual([false, []]);
});

test('what is too old goes though there is room; locks stay', async () => {
  const paths = [await tree('layers/a', 50), await tree('plain/p', 50), await tree('caches/k/data', 2)];
  symlinkSync('nobody-1-2', join(own, 'caches/k/lock0'));
  await prune(1e9, 24 * hour);
  expect(paths.map((path) => existsSync(path))).toEqual([false, false, true]);
  await prune(0);
  expect(existsSync(paths[2] ?? '')).toBe(false);
  expect(statSync(join(own, 'caches/k')).isDirectory()).toBe(true);
});

test('what a build under way used stays', async () => {
  const [idle, used] = [await tree('layers/idle', 9), await tree('layers/used', 9)];
  const end = await beginRun(store, system.random, { ...system, warn: () => undefined });
  await noteUse(used);
  await prune(0);
  expect([existsSync(idle), existsSync(used)]).toEqual([false, true]);
  await end();
  await prune(0);
  expect(existsSync(used)).toBe(false);
});

test('what a build begins to use while it is looked at stays', async () => {
  const path = await tree('layers/a', 9);
  const [entry] = await sandboxTrees(store, false, context);
  await noteUse(path);
  expect(await entry?.remove()).toBe(false);
  expect(existsSync(join(path, 'd/f'))).toBe(true);
});

test('a tree without a note of its use counts from when it was made; a note without a tree goes', async () => {
  const path = await tree('layers/a', 9);
  rmSync(useMarker(path));
  await noteUse(join(own, 'layers/gone'));
  await prune(1e9, hour);
  expect([existsSync(path), existsSync(useMarker(join(own, 'layers/gone')))]).toEqual([true, false]);
});

test('a cache is used when it is opened, and made anew after it went', async () => {
  if (kind === undefined) throw new Error('there is no kind of sandbox');
  const tool = await openFileTool(kind, signal);
  const scratch = join(store, 'scratch');
  mkdirSync(scratch);
  const parts = { root: join(own, 'caches'), scratch, tool, clock: system.clock, signal };
  const request = {
    id: 'x',
    sharing: 'shared',
    mode: 0o755,
    uid: 0,
    gid: 0,
    base: '',
    contents: async () => [],
  } as const;
  const { directory } = await openCache(request, parts);
  expect(statSync(useMarker(directory)).mtimeMs).toBeGreaterThan(Date.now() - hour);
  await prune(0);
  expect(existsSync(directory)).toBe(false);
  expect((await openCache(request, parts)).directory).toBe(directory);
  expect(existsSync(directory)).toBe(true);
});
