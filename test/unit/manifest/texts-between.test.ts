import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textsBetween } from '../../../src/manifest/texts-between.ts';
import { timed } from '../../support/timed.ts';

const texts = (characters: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength });

test('is what the groups of a regular expression match', () => {
  const literals = fc.array(texts(['a', 'b'], 2), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(literals, texts(['a', 'b', 'c', '\n', '\u2028'], 14), (parts, value) => {
      const [, ...groups] = new RegExp(parts.join('(.*)')).exec(value) ?? [];
      expect(textsBetween(parts, value)).toEqual(groups);
    }),
    { numRuns: 5000 },
  );
});

test.each<readonly [string, readonly string[], string]>([
  ['on one line', Array(300).fill('a'), 'a'.repeat(299)],
  ['on one long line', [...Array(300).fill('a'), 'b'], 'a'.repeat(500_000)],
  ['on many lines', [...Array(30).fill('a'), 'b'], 'aaaaaaaa\n'.repeat(50_000)],
])('many gaps %s take no time', (_name, literals, value) => {
  expect(timed(() => textsBetween(literals, value))).toEqual([]);
});
