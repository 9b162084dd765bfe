import { describe, expect, test } from 'vitest';
import { patternMatches } from '../../../src/config/profiles/regular-expression.ts';

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

  test.each([
    ['(', 'a(b'],
    ['[', 'a[b'],
    ['a(?=b)', 'ab'],
    ['a(?!b)', 'ac'],
    ['(a)\\1', 'aa'],
    ['(?<=a)b', 'ab'],
    ['*', 'a*b'],
    ['[a-z', 'a'],
    ['(?:', 'a'],
  ])('%s is no expression, and does not match %s', (pattern, value) => {
    expect(patternMatches(pattern, value)).toBe(false);
    expect(patternMatches(pattern, pattern)).toBe(true);
  });

  test('what is no expression still matches itself', () => {
    expect(patternMatches('a(b', 'a(b')).toBe(true);
    expect(patternMatches('!a(b', 'a(b')).toBe(false);
    expect(patternMatches('!a(b', 'c')).toBe(true);
  });

  test.each([
    ['(a+)+$', `${'a'.repeat(100_000)}b`],
    ['(a|a)*$', `${'a'.repeat(100_000)}b`],
    ['(.*a){20}', 'a'.repeat(20_000)],
    ['a?'.repeat(30) + 'a'.repeat(30), 'a'.repeat(30)],
    ['((a{100}){10})*b', 'a'.repeat(10_000)],
    ['[a-z]'.repeat(150_000), 'a'],
    ['a|'.repeat(400_000), 'b'],
    ['(?i)é+$', 'É'.repeat(100_000)],
  ])('%.40s is compared or refused at once', (pattern, value) => {
    const before = process.cpuUsage().user;
    try {
      patternMatches(pattern, value);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_APPLY_PROFILES_ERR' });
    }
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(1500);
  });
});
