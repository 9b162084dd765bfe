import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileDoublestar, globDoublestar } from '../../../src/go/doublestar.ts';
import { createFiles } from '../../../src/system/files.ts';

/** What the library in Go makes of the same patterns; `fixtures/doublestar.go` records it. */
const recorded = JSON.parse(readFileSync(new URL('fixtures/doublestar.json', import.meta.url), 'utf8')) as {
  readonly names: readonly string[];
  readonly matches: Readonly<Record<string, readonly string[]>>;
  readonly tree: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly globs: Readonly<Record<string, readonly string[]>>;
};

describe('compileDoublestar', () => {
  test.each(Object.entries(recorded.matches))('%s matches what it matches in Go', (pattern, expected) => {
    expect(recorded.names.filter(compileDoublestar(pattern))).toEqual(expected);
  });

  test.each(['[', 'a/[', '{a', '{a,{b}', 'a/{b', '[-a]', 'a\\', '{a[,]b}'])('%s is malformed', (pattern) => {
    expect(() => compileDoublestar(pattern)).toThrowError(expect.objectContaining({ code: 'CONFIG_VALIDATION_ERR' }));
  });

  test('an alternative that ends counts beside one that goes on, which the library forgets', () => {
    expect(recorded.names.filter(compileDoublestar('{**/a,b}'))).toEqual(['b', 'b/a', 'x/a', '.x/a']);
  });

  test('names without special characters match themselves only', () => {
    const name = fc.stringMatching(/^[a-z.]{1,4}(\/[a-z.]{1,4}){0,3}$/);
    fc.assert(fc.property(name, name, (a, b) => compileDoublestar(a)(b) === (a === b)));
  });

  test('** takes in what any chain of * takes in', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,3}){0,4}$/);
    fc.assert(
      fc.property(name, (path) => compileDoublestar('**')(path) && compileDoublestar(`**/${path}`)(`x/${path}`)),
    );
  });
});

describe('globDoublestar', () => {
  const files = createFiles(tmpdir());
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'doublestar-[x]-'));
    for (const path of recorded.tree) {
      const full = join(root, path);
      mkdirSync(path.endsWith('/') ? full : dirname(full), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(full, path);
    }
    for (const [path, target] of Object.entries(recorded.links)) symlinkSync(target, join(root, path));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const found = async (pattern: string, from = root): Promise<string[]> =>
    (await globDoublestar(from, pattern, files)).map((path) => relative(root, path));

  test.each(Object.entries(recorded.globs))('%s finds what it finds in Go', async (pattern, expected) => {
    expect(await found(pattern)).toEqual(expected);
  });

  test('the directory itself', async () => {
    expect(await found('.')).toEqual(['']);
    expect(await found('src/..')).toEqual(['']);
    expect(await found('/')).toEqual(['']);
  });

  test('a pattern may leave the directory', async () => {
    expect(await found('../*.txt', join(root, 'src'))).toEqual(['a.txt', 'link.txt']);
    expect(await found('..', join(root, 'src'))).toEqual(['']);
    expect(await found('../../docs/*.md', join(root, 'src/lib'))).toEqual(['docs/x.md']);
  });

  test('links that lead back are not followed', async () => {
    const circle = mkdtempSync(join(tmpdir(), 'doublestar-circle-'));
    mkdirSync(join(circle, 'a'));
    mkdirSync(join(circle, 'b'));
    writeFileSync(join(circle, 'a/f'), '');
    symlinkSync('..', join(circle, 'a/up'));
    symlinkSync('../b', join(circle, 'a/b'));
    symlinkSync('../a', join(circle, 'b/a'));
    const paths = (await globDoublestar(circle, '**/f', files)).map((path) => relative(circle, path));
    rmSync(circle, { recursive: true });
    expect(paths).toEqual(['a/b/a/f', 'a/f', 'b/a/f']);
  });

  test('a malformed pattern is refused even where nothing could match', async () => {
    await expect(globDoublestar('/none', '{a', files)).rejects.toMatchObject({ code: 'CONFIG_VALIDATION_ERR' });
  });
});
