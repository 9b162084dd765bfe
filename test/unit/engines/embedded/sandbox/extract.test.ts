import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { contentOf, type Node } from '../../../../../src/engines/embedded/node.ts';
import { readChanges } from '../../../../../src/engines/embedded/sandbox/changes.ts';
import { extractTar } from '../../../../../src/engines/embedded/sandbox/extract.ts';
import { layerOf } from '../../../../../src/engines/embedded/sandbox/layer-changes.ts';
import { tarOf } from '../../../../../src/engines/embedded/sandbox/tar-stream.ts';
import type { LayerEntry, LayerSource } from '../../../../../src/image/layer.ts';
import { applyLayer, newDirectory, walkTree } from '../../../../../src/image/layer-tree.ts';
import { readTar } from '../../../../../src/image/tar-reader.ts';

let home: string;
let root: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipway-extract-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  root = join(home, 'root');
  mkdirSync(root);
  mkdirSync(join(home, 'outside'));
  writeFileSync(join(home, 'outside/file'), 'untouched');
});

const nowhere = (): NonNullable<Node['origin']> => ({ at: 'content', content: contentOf(new Uint8Array(0)) });
const values = { mode: 0o644, uid: 0, gid: 0, size: 0, modifiedAt: 1000 };
const file = (path: string, text: string): LayerSource => ({
  entry: { ...values, path, kind: 'file', size: text.length },
  content: contentOf(Buffer.from(text)),
});
const other = (path: string, kind: LayerEntry['kind'], more: Partial<LayerEntry> = {}): LayerSource => ({
  entry: { ...values, path, kind, ...more },
});
const extract = (sources: readonly LayerSource[]): Promise<void> =>
  extractTar(tarOf(sources), root, { owners: false, whiteouts: false });

test('files get their modes and times, directories keep theirs though files are put into them', async () => {
  await extract([
    other('d', 'directory', { mode: 0o750 }),
    file('d/f', 'text'),
    other('d/l', 'symlink', { target: 'f' }),
  ]);
  expect(readFileSync(join(root, 'd/l'), 'utf8')).toBe('text');
  expect(statSync(join(root, 'd')).mode & 0o7777).toBe(0o750);
  expect([statSync(join(root, 'd')).mtimeMs, statSync(join(root, 'd/f')).mtimeMs]).toEqual([1_000_000, 1_000_000]);
});

test('nothing is written through a link that an archive brings, absolute or relative, and none is linked to', async () => {
  await extract([
    other('abs', 'symlink', { target: join(home, 'outside') }),
    file('abs/file', 'replaced'),
    other('rel', 'symlink', { target: '../outside' }),
    file('rel/file', 'replaced'),
    other('leaf', 'symlink', { target: '../outside/file' }),
    file('leaf', 'replaced'),
    other('up', 'symlink', { target: '..' }),
    other('hard', 'hardlink', { target: 'up/outside/file' }),
  ]);
  expect(readFileSync(join(home, 'outside/file'), 'utf8')).toBe('untouched');
  expect(readdirSync(join(home, 'outside'))).toEqual(['file']);
  expect(lstatSync(join(root, 'abs')).isDirectory()).toBe(true);
  expect(lstatSync(join(root, 'leaf')).isFile()).toBe(true);
  expect(readdirSync(root)).not.toContain('hard');
});

test('a path that leaves the archive is refused', async () => {
  await expect(extract([file('a/../../outside/file', 'x')])).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  expect(readFileSync(join(home, 'outside/file'), 'utf8')).toBe('untouched');
});

test('an archive with more entries than fit into memory is refused before they are read', async () => {
  const read = readTar(tarOf([file('a', '1'), file('b', '2'), file('c', '3')]), 'it', 2);
  const seen: string[] = [];
  const all = (async () => {
    for await (const { entry } of read) seen.push(entry.path);
  })();
  await expect(all).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
  expect(seen).toEqual(['a', 'b']);
});

test('devices and pipes are left out', async () => {
  await extract([other('disk', 'block', { device: { major: 8, minor: 0 } }), other('pipe', 'fifo'), file('f', 'x')]);
  expect(readdirSync(root)).toEqual(['f']);
});

test('a second archive adds to what the first one made', async () => {
  await extract([file('d/one', '1')]);
  await extract([file('d/two', '2')]);
  expect(readdirSync(join(root, 'd'))).toEqual(['one', 'two']);
});

test('changes become entries, with whiteouts for what is gone and one opaque marker where all is', async () => {
  const tree: Node = newDirectory();
  const before = ['etc/a', 'etc/b', 'old/x', 'old/y', 'kept', 'gone'].map((path) => file(path, path).entry);
  applyLayer(tree, before, nowhere);
  const merged = join(home, 'merged');
  for (const directory of [root, merged]) {
    mkdirSync(join(directory, 'etc'), { recursive: true });
    mkdirSync(join(directory, 'old'));
    writeFileSync(join(directory, 'etc/new'), 'new');
    writeFileSync(join(directory, 'old/z'), 'z');
  }
  for (const path of ['etc/b', 'kept']) writeFileSync(join(merged, path), '');
  const layer = await layerOf(readChanges(root, { merged }), tree, { keepOwners: false, latest: 5 });
  expect(layer.map(({ entry }) => entry.path)).toEqual([
    '.wh.gone',
    'etc',
    'etc/.wh.a',
    'etc/new',
    'old',
    'old/.wh..wh..opq',
    'old/z',
  ]);
  expect(layer.every(({ entry }) => entry.modifiedAt <= 5)).toBe(true);
  applyLayer(
    tree,
    layer.map(({ entry }) => entry),
    nowhere,
  );
  expect([...walkTree(tree)].map(([path]) => path)).toEqual(['etc', 'etc/b', 'etc/new', 'kept', 'old', 'old/z']);
});
