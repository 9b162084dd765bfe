import { describe, expect, test } from 'vitest';
import { compileRe2, patternMatches } from '../../../src/config/profiles/regular-expression.ts';

describe('RE2 expressions', () => {
  test.each([
    ['(?i)PROD', 'my-prod-1', true],
    ['^gke_[[:alpha:]]+_\\d+$', 'gke_ab_12', true],
    ['[[:digit:][:space:]]x', ' x', true],
    ['(?P<name>a)b', 'ab', true],
    ['\\Aab\\z', 'ab', true],
    ['ab\\z', 'ab\n', false],
    ['a{', 'a{', true],
    ['a}', 'a}', true],
    ['a{2}', 'aa', true],
    ['\\@x', '@x', true],
    ['a|b', 'xb', true],
    ['\\x41', 'A', true],
    ['[a-c]-', 'b-', true],
  ])('%s in %j: %s', (pattern, value, matches) => {
    expect(patternMatches(pattern, value)).toBe(matches);
  });

  test.each(['(', '[', 'a(?=b)', 'a(?!b)', '(a)\\1', '(?<=a)b', '*'])('%s is refused', (pattern) => {
    expect(compileRe2(pattern)).toBeUndefined();
  });

  test('what is no expression still matches itself', () => {
    expect(patternMatches('a(b', 'a(b')).toBe(true);
    expect(patternMatches('!a(b', 'a(b')).toBe(false);
    expect(patternMatches('!a(b', 'c')).toBe(true);
  });
});
