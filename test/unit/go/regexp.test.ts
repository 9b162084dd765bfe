import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRegexp, replaceAll, splitBy } from '../../../src/go/regexp.ts';
import { GoFailure } from '../../../src/go/template/values.ts';

/** What Go made of random expressions and texts; made by the Go program beside the file. */
const recorded = JSON.parse(readFileSync(new URL('fixtures/regexps.json', import.meta.url), 'utf8')) as readonly {
  readonly pattern: string;
  readonly text: string;
  readonly matches?: readonly (readonly string[])[];
  readonly replaced?: string;
  readonly split?: readonly string[];
  readonly error?: string;
}[];

test.each(recorded.map((entry) => [entry.pattern, entry.text, entry] as const))(
  'as Go: %j in %j',
  (pattern, text, { matches, replaced, split, error }) => {
    if (error !== undefined) {
      expect(() => compileRegexp(pattern)).toThrow(expect.objectContaining({ name: 'GoFailure', message: error }));
      return;
    }
    const expression = compileRegexp(pattern);
    expect(expression.findAll(text).map(({ groups }) => groups.map((group) => group ?? ''))).toEqual(matches);
    expect(replaceAll(expression, text, '<$0|${1}>')).toBe(replaced);
    expect(splitBy(expression, text, 3)).toEqual(split);
  },
);

describe('no pattern hangs', () => {
  const elapsed = (work: () => unknown): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };

  test.each([
    '(a+)+$',
    '(a|aa)+$',
    '(a*)*b',
    '(.*)(.*)(.*)(.*)x',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(a?){50}a{50}b',
    '(x+x+)+y',
    '(?i)(a|A|á)*c',
  ])('%s over a long text', (pattern) => {
    const expression = compileRegexp(pattern);
    expect(elapsed(() => expression.find(`${'a'.repeat(5000)}!`))).toBeLessThan(3000);
  });

  test('a search that would take minutes is given up', () => {
    const expression = compileRegexp('(a{0,1000}b?){1}c'.repeat(20));
    const search = (): unknown => expression.find('a'.repeat(1_000_000));
    expect(elapsed(() => expect(search).toThrow(GoFailure))).toBeLessThan(10_000);
  });

  test('huge patterns are refused or compiled at once', () => {
    for (const pattern of [
      'a{1000}'.repeat(10_000),
      '('.repeat(50_000),
      `${'('.repeat(5000)}${')'.repeat(5000)}`,
      'a|'.repeat(50_000),
      `[${'a-z'.repeat(50_000)}]`,
      '\\'.repeat(99_999),
    ]) {
      const compile = (): void => {
        try {
          compileRegexp(pattern);
        } catch (error) {
          expect(error).toBeInstanceOf(GoFailure);
        }
      };
      expect(elapsed(compile)).toBeLessThan(3000);
    }
  });
});

test('whatever a pattern says, it is compiled or refused', () => {
  const piece = fc.constantFrom(
    ...'()[]{}|*+?.^$\\abcdiPpQExzUms-:<>=!,012é😀'.split(''),
    '(?',
    '[[:',
    ':]',
    '\\p{',
    '(?P<',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.string({ maxLength: 12 }), (pieces, text) => {
      try {
        compileRegexp(pieces.join('')).findAll(text);
      } catch (error) {
        expect(error).toBeInstanceOf(GoFailure);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a plain text finds itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, text) => {
      const quoted = text.replaceAll('\\E', '\\E\\\\E\\Q');
      const match = compileRegexp(`\\Q${quoted}`).find(before + text);
      expect(match?.start).toBe((before + text).indexOf(text));
      expect(match?.groups).toEqual([text]);
    }),
  );
});
