import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildOutcome } from '../../../src/core/artifact.ts';
import type { Digest, ImageId } from '../../../src/core/names.ts';
import type { Context } from '../../../src/core/ports.ts';
import { openBuildResults } from '../../../src/store/build-results.ts';
import { cacheDirectory } from '../../../src/store/location.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createSystem } from '../../../src/system/node.ts';
import { type TestParts, testParts } from './support.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;

function open(parts: TestParts = testParts()): {
  readonly store: Store;
  readonly ctx: Context;
  readonly parts: TestParts;
} {
  const system = { ...createSystem({ env: {}, cwd: parts.directory }), clock: parts.clock };
  const emit: Context['emit'] = (event) => void (event.type === 'log' && parts.warnings.push(event.message));
  const ctx: Context = { system, emit, signal: new AbortController().signal };
  return { store: openStore(join(parts.directory, 'store'), ctx), ctx, parts };
}

test.each([
  [{ SLIPWAY_CACHE_DIR: '/own', XDG_CACHE_HOME: '/xdg' }, '/own'],
  [{ SLIPWAY_CACHE_DIR: 'own' }, '/work/own'],
  [{ SLIPWAY_CACHE_DIR: '', XDG_CACHE_HOME: '/xdg' }, '/xdg/slipway'],
  [{ XDG_CACHE_HOME: 'relative' }, '/home/me/.cache/slipway'],
  [{}, '/home/me/.cache/slipway'],
])('the store for %j lies in %s', (env, expected) => {
  expect(cacheDirectory({ env, cwd: '/work', homeDirectory: '/home/me' })).toBe(expected);
});

test('a place where nothing can be kept: the way out is another one', async () => {
  const parts = testParts();
  writeFileSync(join(parts.directory, 'store'), '');
  const { store } = open(parts);
  const kept = store.blobs.put(Buffer.from('x'));
  await expect(kept).rejects.toMatchObject({
    code: 'FILE_WRITE_ERR',
    suggestions: [{ code: 'SET_CACHE_DIRECTORY' }],
  });
});

test('opening a store makes nothing', () => {
  const { parts } = open();
  expect(existsSync(join(parts.directory, 'store'))).toBe(false);
});

test('every table keeps what it is for and drops what is not', async () => {
  const { store, parts } = open();
  await store.layers.set('k', { digest: digest('a'), diffId: digest('b'), size: 5 });
  await store.layers.set('nothing', 'empty');
  await store.origins.set(digest('a'), [{ registry: 'r', repository: 'p' }]);
  await store.bases.set('r/p:v1', digest('c'));
  await store.images.set('r/p:v1', { digest: digest('d'), id: digest('e') as string as ImageId });
  const again = open(parts).store;
  expect(await again.layers.get('k')).toEqual({ digest: digest('a'), diffId: digest('b'), size: 5 });
  expect(await again.layers.get('nothing')).toBe('empty');
  expect(await again.origins.get(digest('a'))).toEqual([{ registry: 'r', repository: 'p' }]);
  expect(await again.bases.get('r/p:v1')).toBe(digest('c'));
  expect(await again.images.get('r/p:v1')).toEqual({ digest: digest('d'), id: digest('e') });

  await store.bases.set('bad', 'latest' as Digest);
  await store.layers.set('bad', { digest: digest('a'), diffId: digest('b'), size: 1.5 });
  expect([await again.bases.get('bad'), await again.layers.get('bad')]).toEqual([undefined, undefined]);
  expect(parts.warnings.length).toBe(2);
});

test('temporary files of killed processes are removed after an hour, fresh ones and blobs are not', async () => {
  const { store, parts } = open();
  const blob = await store.blobs.put(Buffer.from('x'));
  const blobs = join(parts.directory, 'store', 'blobs', 'sha256');
  const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000);
  writeFileSync(join(blobs, '.slipway-1-a-0.tmp'), 'half');
  utimesSync(join(blobs, '.slipway-1-a-0.tmp'), twoHoursAgo, twoHoursAgo);
  utimesSync(join(blobs, blob.slice(7)), twoHoursAgo, twoHoursAgo);
  writeFileSync(join(blobs, '.slipway-2-a-0.tmp'), 'half');
  await store.sweep();
  expect(existsSync(join(blobs, '.slipway-1-a-0.tmp'))).toBe(false);
  expect(existsSync(join(blobs, '.slipway-2-a-0.tmp'))).toBe(true);
  expect(await store.blobs.has(blob, 1)).toBe(true);
});

test('results of builds come back; anything else does not', async () => {
  const { store, ctx } = open();
  const results = openBuildResults(store);
  const outcomes: readonly BuildOutcome[] = [
    { at: 'store', digest: digest('a'), id: digest('b') as string as ImageId },
    { at: 'registry', digest: digest('a') },
    { at: 'daemon', id: digest('b') as string as ImageId },
  ];
  for (const [index, outcome] of outcomes.entries()) {
    await results.write(String(index), { outcome, pushed: digest('c') }, ctx);
    expect(await results.read(String(index), ctx)).toEqual({ outcome, pushed: digest('c') });
  }
  await results.write('bad', { outcome: { at: 'moon' } as unknown as BuildOutcome }, ctx);
  expect(await results.read('bad', ctx)).toBeUndefined();
});

test('the hash of inputs tells names, kinds, modes, targets and contents apart', async () => {
  const { store, ctx, parts } = open();
  const root = join(parts.directory, 'w');
  mkdirSync(root);
  writeFileSync(join(root, 'a'), '1');
  writeFileSync(join(root, 'b'), '1');
  writeFileSync(join(root, 'x'), '1', { mode: 0o755 });
  mkdirSync(join(root, 'd'));
  symlinkSync('a', join(root, 'l'));
  symlinkSync('b', join(root, 'm'));
  const results = openBuildResults(store);
  const hash = async (...names: readonly string[]): Promise<string> => {
    const entries = names.map(async (path) => ({
      path,
      info: await parts.files.lstat(join(root, path)),
      role: 'content' as const,
    }));
    return (await results.hashInputs(root, 'app', await Promise.all(entries), ctx)).hash;
  };
  const all = await Promise.all([
    hash('a'),
    hash('b'),
    hash('x'),
    hash('d'),
    hash('l'),
    hash('m'),
    hash('none'),
    hash('a', 'b'),
    hash('b', 'a'),
    hash(),
  ]);
  expect(new Set(all).size).toBe(all.length);
  expect(await hash('a', 'l')).toBe(await hash('a', 'l'));
  writeFileSync(join(root, 'a'), '2');
  expect(await hash('a')).not.toBe(all[0]);
});
