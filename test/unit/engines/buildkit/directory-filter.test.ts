import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DirectoryFilter, filteredEntries } from '../../../../src/engines/buildkit/directory-filter.ts';
import { createFiles } from '../../../../src/system/files.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-filter-'));
  for (const path of ['a/one.txt', 'a/b/two.txt', 'a/b/two.go', 'a-c', 'c/deep/er/x', '#odd', 'd.go']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  mkdirSync(join(root, 'empty'));
  symlinkSync('a/b', join(root, 'link'));
  symlinkSync('/c/deep', join(root, 'a/absolute'));
  symlinkSync('../../outside', join(root, 'a/escape'));
  symlinkSync('loop', join(root, 'loop'));
  chmodSync(join(root, 'd.go'), 0o755);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const pathsFor = async (filter: Partial<DirectoryFilter>): Promise<readonly string[]> => {
  const entries = await filteredEntries(root, { include: [], exclude: [], follow: [], ...filter }, createFiles('/tmp'));
  return entries.map(({ path }) => path);
};

describe('without a filter', () => {
  test('everything, each directory right before what it holds, the rest by code point', async () => {
    expect(await pathsFor({})).toEqual([
      '#odd',
      'a',
      'a/absolute',
      'a/b',
      'a/b/two.go',
      'a/b/two.txt',
      'a/escape',
      'a/one.txt',
      'a-c',
      'c',
      'c/deep',
      'c/deep/er',
      'c/deep/er/x',
      'd.go',
      'empty',
      'link',
      'loop',
    ]);
  });

  test('but no sockets', async () => {
    const server = createServer().listen(join(root, 'socket'));
    await new Promise((resolve) => server.on('listening', resolve));
    expect(await pathsFor({})).not.toContain('socket');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('patterns', () => {
  test.each<[Partial<DirectoryFilter>, readonly string[]]>([
    [{ exclude: ['a', 'c', 'link', 'loop', 'empty', '#odd'] }, ['a-c', 'd.go']],
    [{ exclude: ['*', '!a/b/*.go'] }, ['a', 'a/b', 'a/b/two.go']],
    [
      { exclude: ['**/*.txt', 'c', '#odd', 'link', 'loop', 'a/absolute', 'a/escape'] },
      ['a', 'a/b', 'a/b/two.go', 'a-c', 'd.go', 'empty'],
    ],
    [{ include: ['**/*.go'] }, ['a', 'a/b', 'a/b/two.go', 'd.go']],
    [{ include: ['c/deep/er'] }, ['c', 'c/deep', 'c/deep/er', 'c/deep/er/x']],
    [{ include: ['c/*/er'] }, ['c', 'c/deep', 'c/deep/er', 'c/deep/er/x']],
    [{ include: ['empty'] }, ['empty']],
    [{ include: ['nothing/here'] }, []],
    [{ include: ['a'], exclude: ['a/b', 'a/absolute', 'a/escape'] }, ['a', 'a/one.txt']],
  ])('%j', async (filter, expected) => {
    expect(await pathsFor(filter)).toEqual(expected);
  });
});

describe('paths to follow', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['a/one.txt'], ['a', 'a/one.txt']],
    [['/d.go'], ['d.go']],
    [['*.go'], ['d.go']],
    [['link'], ['a', 'a/b', 'a/b/two.go', 'a/b/two.txt', 'link']],
    [['link/two.go'], ['a', 'a/b', 'a/b/two.go', 'link']],
    [['a/absolute/er'], ['a', 'a/absolute', 'c', 'c/deep', 'c/deep/er', 'c/deep/er/x']],
    // What leads out of the directory stays at its root, as in a container.
    [['a/escape'], ['a', 'a/escape']],
    [['a/escape/../../../etc'], []],
    [['loop'], ['loop']],
    [['lin?'], ['a', 'a/b', 'a/b/two.go', 'a/b/two.txt', 'link']],
    [['gone'], []],
  ])('%j', async (follow, expected) => {
    expect(await pathsFor({ follow })).toEqual(expected);
  });

  test('the directory itself restricts nothing', async () => {
    expect(await pathsFor({ follow: ['.', 'd.go'] })).toContain('c/deep/er/x');
    expect(await pathsFor({ follow: ['.'], exclude: ['*', '!d.go'] })).toEqual(['d.go']);
  });
});
