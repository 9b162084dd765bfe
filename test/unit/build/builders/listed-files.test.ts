import { describe, expect, test } from 'vitest';
import { listedFiles } from '../../../../src/build/builders/listed-files.ts';
import { fakeFiles } from '../../../support/fake-files.ts';

const content = Object.fromEntries(
  [
    'a.txt',
    'main.go',
    '.env',
    'src/a.go',
    'src/a_test.go',
    'src/lib/b.go',
    'src/node_modules/m/i.js',
    'node_modules/n/i.js',
    'docs/x.md',
  ].map((path) => [`/w/app/${path}`, path]),
);
const files = fakeFiles({ ...content, '/w/shared/s.go': '' });

async function listed(paths: readonly string[], ignore: readonly string[] = []): Promise<readonly string[]> {
  return (await listedFiles('/w/app', paths, ignore, files)).map((path) => path.replace('/w/app/', ''));
}

describe('listedFiles', () => {
  test.each<[string[], string[], string[]]>([
    [['a.txt'], [], ['a.txt']],
    [['src'], [], ['src/a.go', 'src/a_test.go', 'src/lib/b.go', 'src/node_modules/m/i.js']],
    [['*.go', 'src/lib'], [], ['main.go', 'src/lib/b.go']],
    [['**/*.go'], ['**/*_test.go'], ['main.go', 'src/a.go', 'src/lib/b.go']],
    [['src', 'src/lib', 'src/a.go'], ['src/node_modules'], ['src/a.go', 'src/a_test.go', 'src/lib/b.go']],
    [['.'], ['**/node_modules', 'docs/**', 'src', '.env'], ['a.txt', 'main.go']],
    [['.'], ['**/node_modules/**', 'src/**', '*'], []],
    [['../shared', 'a.txt'], [], ['a.txt', '/w/shared/s.go']],
    [[], [], []],
  ])('%j without %j', async (paths, ignore, expected) => {
    expect(await listed(paths, ignore)).toEqual(expected);
  });

  test('. is everything', async () => {
    expect(await listed(['.'])).toEqual(Object.values(content).sort());
    expect(await listed(['**'])).toEqual(Object.values(content).sort());
  });

  test('an ignored directory is not gone into, but what is named by itself stays', async () => {
    expect(await listed(['docs'], ['docs'])).toEqual([]);
    expect(await listed(['docs', 'docs/x.md'], ['docs'])).toEqual(['docs/x.md']);
    expect(await listed(['docs/**'], ['docs'])).toEqual(['docs/x.md']);
    expect(await listed(['docs/x.md'], ['docs/x.md'])).toEqual([]);
  });

  test('links are listed as themselves, directories that links name are gone into', async () => {
    const linked = fakeFiles({ '/w/a/f': '', '/w/real/g': '' });
    await linked.symlink('../real', '/w/a/link');
    await linked.symlink('nowhere', '/w/a/dangling');
    const list = (paths: readonly string[]): Promise<readonly string[]> => listedFiles('/w', paths, [], linked);
    expect(await list(['a'])).toEqual(['/w/a/dangling', '/w/a/f', '/w/a/link']);
    expect(await list(['a/link'])).toEqual(['/w/a/link/g']);
    expect(await list(['a/dang*'])).toEqual(['/w/a/dangling']);
  });

  test.each([['none'], ['*.rs'], ['a.txt/*'], ['src/**/*.py']])(
    '%s matches nothing, which is an error',
    async (pattern) => {
      const failure = listed(['a.txt', pattern]);
      await expect(failure).rejects.toMatchObject({
        code: 'BUILD_USER_ERROR',
        message: expect.stringContaining(`"${pattern}"`),
      });
    },
  );

  test.each([
    [['['], []],
    [['.'], ['{a']],
  ])('%j without %j is malformed', async (paths, ignore) => {
    await expect(listed(paths, ignore)).rejects.toMatchObject({ code: 'CONFIG_VALIDATION_ERR' });
  });
});
