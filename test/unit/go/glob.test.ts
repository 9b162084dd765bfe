import { describe, expect, test } from 'vitest';
import type { DirectoryEntry, FileInfo, Files } from '../../../src/core/ports.ts';
import { globFiles, matchPattern } from '../../../src/go/glob.ts';

describe('matchPattern', () => {
  test.each([
    ['a', 'a', true],
    ['*', '', true],
    ['*', 'abc', true],
    ['*', '.hidden', true],
    ['*', 'a/b', false],
    ['**', 'a/b', false],
    ['a*/b', 'abc/b', true],
    ['a*/b', 'a/c/b', false],
    ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^e-g]', 'abc', true],
    ['a[^b]c', 'a/c', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a?b', 'a🚀b', true],
    ['a[^a]b', 'a☺b', true],
    ['a???b', 'a☺b', false],
    ['[a-ζ]*', 'α', true],
    ['*[a-ζ]', 'A', false],
    ['a?b', 'a/b', false],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', 'x', true],
    ['[x\\-]', 'z', false],
    ['[z-a]', 'b', false],
    ['a.b', 'axb', false],
    ['{a,b}', 'a', false],
    ['{a,b}', '{a,b}', true],
    ['!a', '!a', true],
    ['a-b', 'a-b', true],
    ['*.y?ml', 'x.yaml', true],
    ['*.yml', 'x.YML', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchPattern(pattern, name)).toBe(expected);
  });

  test.each(['[]a]', '[-]', '[x-]', '[-x]', '[a-b-c]', '[', '[^', '[^bc', 'a[', 'a\\', '[a\\'])(
    '%s is malformed',
    (pattern) => {
      expect(() => matchPattern(pattern, 'ax')).toThrowError(
        expect.objectContaining({ code: 'CONFIG_VALIDATION_ERR' }),
      );
    },
  );
});

/** A file system of these files; directories follow from their paths. */
function filesOf(paths: readonly string[]): Files {
  const kindOf = (path: string): FileInfo['kind'] | undefined => {
    if (paths.includes(path)) return 'file';
    return path === '/' || paths.some((file) => file.startsWith(`${path}/`)) ? 'directory' : undefined;
  };
  const stat = async (path: string): Promise<FileInfo | undefined> => {
    const kind = kindOf(path);
    return kind && ({ kind } as FileInfo);
  };
  const list = async (directory: string): Promise<DirectoryEntry[]> => {
    const prefix = directory === '/' ? '/' : `${directory}/`;
    const inside = paths
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).split('/')[0]!);
    return [...new Set(inside)].sort().map((name) => ({ name, kind: kindOf(prefix + name) ?? 'other' }));
  };
  return { stat, lstat: stat, list } as unknown as Files;
}

describe('globFiles', () => {
  const files = filesOf([
    '/w/k8s/b.yml',
    '/w/k8s/a.yaml',
    '/w/k8s/.x.yaml',
    '/w/k8s/sub/d.yaml',
    '/w/other/a.yaml',
    '/w/a*b',
  ]);

  test.each([
    ['/w/k8s/a.yaml', ['/w/k8s/a.yaml']],
    ['/w/k8s/none.yaml', []],
    ['/w/k8s/*.yaml', ['/w/k8s/.x.yaml', '/w/k8s/a.yaml']],
    ['/w/k8s/*', ['/w/k8s/.x.yaml', '/w/k8s/a.yaml', '/w/k8s/b.yml', '/w/k8s/sub']],
    ['/w/*/a.yaml', ['/w/k8s/a.yaml', '/w/other/a.yaml']],
    ['/w/k8s/**/*.yaml', ['/w/k8s/sub/d.yaml']],
    ['/w/none/*', []],
    ['/w/k8s/a.yaml/*', []],
    ['/w/a\\*b', ['/w/a*b']],
    ['/*', ['/w']],
  ])('%s', async (pattern, expected) => {
    expect(await globFiles(pattern, files)).toEqual(expected);
  });

  test('a malformed pattern is refused even where nothing could match', async () => {
    await expect(globFiles('/none/[', files)).rejects.toMatchObject({ code: 'CONFIG_VALIDATION_ERR' });
  });
});
