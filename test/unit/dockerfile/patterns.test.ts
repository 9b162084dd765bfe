import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIgnoreFile } from '../../../src/dockerfile/ignore.ts';
import { type PatternPiece, patternOf } from '../../../src/dockerfile/path-matcher.ts';
import { compilePattern } from '../../../src/dockerfile/pattern.ts';
import { replacePattern, trimPattern } from '../../../src/dockerfile/shell-pattern.ts';
import { timed } from '../../support/timed.ts';

/** The regular expression of a shell pattern without escapes. */
function expressionOf(pattern: string, star: string, flags: string): RegExp {
  const source = [...pattern].map((character) => (character === '*' ? star : character === '?' ? '[^\\n]' : character));
  return new RegExp(source.join(''), flags);
}

const reversed = (text: string): string => [...text].reverse().join('');
const texts = (characters: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength });
const values = texts(['a', 'b', '\n', '😀'], 12);
const patterns = texts(['a', 'b', '*', '*', '?', '\n'], 6).filter((text) => !/^[#%]/.test(text));

describe('patterns of variables match as regular expressions do', () => {
  test('prefixes and suffixes', () => {
    fc.assert(
      fc.property(values, patterns, (value, pattern) => {
        const prefix = (text: string, part: string, star: string): number =>
          expressionOf(`^${part}`, star, 'u').exec(text)?.[0].length ?? 0;
        const [short, long] = ['[^\\n]*?', '[^\\n]*'];
        expect(trimPattern(value, '#', pattern)).toBe(value.slice(prefix(value, pattern, short)));
        expect(trimPattern(value, '#', `#${pattern}`)).toBe(value.slice(prefix(value, pattern, long)));
        const [back, backPattern] = [reversed(value), reversed(pattern)];
        const suffix = (star: string): string => reversed(back.slice(prefix(back, backPattern, star)));
        expect(trimPattern(value, '%', pattern)).toBe(suffix(short));
        expect(trimPattern(value, '%', `%${pattern}`)).toBe(suffix(long));
      }),
      { numRuns: 3000 },
    );
  });

  test('replacements', () => {
    fc.assert(
      fc.property(values, patterns, (value, pattern) => {
        expect(replacePattern(value, pattern, '-', false)).toBe(
          value.replace(expressionOf(pattern, '[^\\n]*', 'u'), '-'),
        );
        let end = -1;
        const all = value.replace(expressionOf(pattern, '[^\\n]*', 'gu'), (match: string, offset: number) => {
          const isSecond = match === '' && offset === end;
          end = offset + match.length;
          return isSecond ? '' : '-';
        });
        expect(replacePattern(value, pattern, '-', true)).toBe(all);
      }),
      { numRuns: 3000 },
    );
  });

  test.each<readonly [string, () => string]>([
    ['a prefix', () => trimPattern('a'.repeat(100_000), '#', `${'*a'.repeat(400)}b`)],
    ['a suffix', () => trimPattern('a'.repeat(100_000), '%', `b${'a*'.repeat(400)}`)],
    ['a replacement', () => replacePattern('a'.repeat(100_000), `${'a*'.repeat(400)}b`, 'x', true)],
    ['replacements on many lines', () => replacePattern('aa\n'.repeat(50_000), 'a*a*b', 'x', true)],
  ])('%s of many stars takes no time', (_name, work) => {
    expect(timed(work)).toMatch(/^a/);
  });

  test('a pattern has an end', () => {
    expect(() => trimPattern('x', '#', 'a'.repeat(1001))).toThrow('1001');
  });
});

describe('patterns of paths', () => {
  const pieces = fc.constantFrom<PatternPiece>(
    { kind: 'name', source: '[^/]*' },
    { kind: 'directories', source: '(?:[^]*/)?' },
    { kind: 'rest', source: '[^]*' },
    { kind: 'character', source: 'a', literal: 'a' },
    { kind: 'character', source: '\\/', literal: '/' },
    { kind: 'character', source: '[^/]' },
    { kind: 'character', source: '[^a]' },
  );

  test('match as regular expressions do', () => {
    const paths = fc.array(texts(['a', 'b', '/', '😀', '\n'], 10), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), paths, (pattern, names) => {
        const expression = new RegExp(`^${pattern.map(({ source }) => source).join('')}$`, 'u');
        const matcher = patternOf(pattern);
        expect(names.filter((name) => matcher.test(name))).toEqual(names.filter((name) => expression.test(name)));
      }),
      { numRuns: 3000 },
    );
  });

  const deep = `${'a/'.repeat(2000)}b`;
  test.each<readonly [string, string, string]>([
    ['stars', `${'*a'.repeat(120)}b`, 'a'.repeat(250)],
    ['double stars', `${'**/a/'.repeat(200)}c`, deep],
    ['double stars within names', `${'**a'.repeat(200)}c`, deep],
  ])('%s in any number take no time', (_name, pattern, path) => {
    const rules = parseIgnoreFile(pattern, '.dockerignore');
    expect(timed(() => rules.ignores(path.slice(-300)))).toBe(false);
    expect(timed(() => compilePattern(pattern, true)?.test(path))).toBe(false);
    expect(timed(() => compilePattern(pattern, false)?.test(path))).toBe(false);
  });

  test('are no longer than paths', () => {
    expect(compilePattern('a'.repeat(4097), true)).toBeUndefined();
    expect(timed(() => compilePattern('['.repeat(4096), true))).toBeUndefined();
    const ignored = (): unknown => parseIgnoreFile('[a]'.repeat(300_000), '.dockerignore');
    expect(() => timed(ignored)).toThrow(expect.objectContaining({ code: 'BUILD_USER_ERROR' }));
    expect(() => ignored()).toThrow(/^.{1,200}$/);
  });
});
