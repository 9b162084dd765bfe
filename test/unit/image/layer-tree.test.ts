import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../../src/image/layer.ts';
import {
  applyLayer,
  newDirectory,
  nodeAt,
  resolveLinks,
  type TreeNode,
  walkTree,
} from '../../../src/image/layer-tree.ts';

const values = { mode: 0o644, uid: 0, gid: 0, size: 0, modifiedAt: 0 } as const;
const file = (path: string, mode = 0o644): LayerEntry => ({ ...values, path, kind: 'file', mode });
const directory = (path: string, mode = 0o755): LayerEntry => ({ ...values, path, kind: 'directory', mode });
const symlink = (path: string, target: string): LayerEntry => ({ ...values, path, kind: 'symlink', target });

function tree(...layers: readonly (readonly LayerEntry[])[]): TreeNode<string> {
  const root = newDirectory<string>();
  for (const [index, entries] of layers.entries()) applyLayer(root, entries, (path) => `${index}:${path}`);
  return root;
}

const paths = (root: TreeNode<string>): string[] => [...walkTree(root)].map(([path]) => path);

describe('applyLayer', () => {
  test('later layers replace and add', () => {
    const root = tree([directory('a'), file('a/x'), file('a/y')], [file('a/x', 0o600), file('b')]);
    expect(paths(root)).toEqual(['a', 'a/x', 'a/y', 'b']);
    expect(nodeAt(root, ['a', 'x'])).toMatchObject({ mode: 0o600, origin: '1:a/x' });
    expect(nodeAt(root, ['a', 'y'])).toMatchObject({ origin: '0:a/y' });
  });

  test('a directory over a directory changes its mode and keeps what it holds', () => {
    const root = tree([directory('a', 0o700), file('a/x')], [directory('a', 0o711)]);
    expect(paths(root)).toEqual(['a', 'a/x']);
    expect(nodeAt(root, ['a'])?.mode).toBe(0o711);
  });

  test('whiteouts remove, a file replaces a directory and the other way round', () => {
    const root = tree([directory('d'), file('d/x'), file('f'), file('g')], [file('d'), directory('f'), file('.wh.g')]);
    expect([...walkTree(root)].map(([path, { kind }]) => `${path} ${kind}`)).toEqual(['d file', 'f directory']);
  });

  test('an opaque marker hides lower layers only, wherever it stands among its own', () => {
    const lower = [directory('d'), file('d/old')];
    for (const upper of [
      [directory('d'), file('d/.wh..wh..opq'), file('d/new')],
      [directory('d'), file('d/new'), file('d/.wh..wh..opq')],
    ]) {
      expect(paths(tree(lower, upper))).toEqual(['d', 'd/new']);
    }
  });

  test('directories that are only implied are made for root with mode 0755', () => {
    expect(nodeAt(tree([file('a/b/c', 0o600)]), ['a', 'b'])).toMatchObject({ kind: 'directory', mode: 0o755, uid: 0 });
  });

  test('a hard link is the file it links to', () => {
    const root = tree([file('a', 0o640), { ...values, path: 'b', kind: 'hardlink', target: 'a' }]);
    expect(nodeAt(root, ['b'])).toMatchObject({ kind: 'file', mode: 0o640, origin: '0:a' });
  });
});

describe('resolveLinks', () => {
  const root = tree([
    directory('usr/bin'),
    file('usr/bin/sh'),
    symlink('bin', 'usr/bin'),
    symlink('abs', '/usr'),
    symlink('out', '../../../etc'),
    symlink('usr/up', '..'),
    symlink('loop', 'loop2'),
    symlink('loop2', 'loop'),
    symlink('dangling', 'missing/place'),
  ]);
  const resolved = (path: string): string => resolveLinks(root, path).parts.join('/');

  test.each([
    ['/bin/sh', 'usr/bin/sh'],
    ['abs/bin/sh', 'usr/bin/sh'],
    ['/bin/../x', 'usr/x'],
    ['/../../bin', 'usr/bin'],
    ['out/passwd', 'etc/passwd'],
    ['usr/up/usr/up/bin', 'usr/bin'],
    ['dangling/file', 'missing/place/file'],
    ['no/such/thing', 'no/such/thing'],
    ['/', ''],
    ['.', ''],
  ])('%s is /%s', (path, expected) => {
    expect(resolved(path)).toBe(expected);
  });

  test('tells what is there', () => {
    expect(resolveLinks(root, 'bin/sh').node?.kind).toBe('file');
    expect(resolveLinks(root, 'bin/none').node).toBeUndefined();
    expect(resolveLinks(root, 'bin', { keepLast: true }).node?.kind).toBe('symlink');
  });

  test('links that go round in circles are an error', () => {
    expect(() => resolveLinks(root, 'loop/x')).toThrow(expect.objectContaining({ code: 'BUILD_USER_ERROR' }));
  });
});
