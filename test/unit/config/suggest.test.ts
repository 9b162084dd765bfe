import { expect, test } from 'vitest';
import { nearest } from '../../../src/config/suggest.ts';

test.each([
  ['artifact', ['artifacts', 'hooks'], 'artifacts'],
  ['iamge', ['image', 'context'], 'image'],
  ['BUILDARGS', ['buildArgs', 'target'], 'buildArgs'],
  ['dockerFile', ['dockerfile', 'docker'], 'dockerfile'],
  ['x', ['image', 'context'], undefined],
  ['tag', ['tagPolicy', 'target'], undefined],
])('%s is meant to be %o', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});

test('a word of a million letters means nothing', () => {
  expect(nearest('k'.repeat(1_000_000), ['image'])).toBeUndefined();
});

test('the limit may be closer', () => {
  expect(nearest('abcxyz', ['abcdef'], 3)).toBe('abcdef');
  expect(nearest('abcxyz', ['abcdef'], 2)).toBeUndefined();
});
