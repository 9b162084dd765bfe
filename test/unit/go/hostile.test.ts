import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDoublestar } from '../../../src/go/doublestar.ts';
import { matchPattern } from '../../../src/go/glob.ts';
import { executeTemplate, parseTemplate } from '../../../src/go/template/template.ts';

/** In milliseconds of CPU time. */
const longest = 1_000;

function timed<T>(work: () => T): T {
  const started = process.cpuUsage();
  try {
    return work();
  } finally {
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(longest);
  }
}

describe('templates that would not end', () => {
  const called = Array.from({ length: 20 }, (_, index) => {
    const calls = `{{template "a${index}"}}`.repeat(10);
    return `{{define "a${index + 1}"}}${calls}{{end}}`;
  }).join('');

  test.each([
    ['a range of a large number', '{{range 1000000000}}{{end}}'],
    ['ranges in ranges', '{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}'],
    ['templates that call ten others each', `{{define "a0"}}x{{end}}${called}{{template "a20"}}`],
    ['a text that doubles', '{{$x := "x"}}{{range 64}}{{$x = printf "%s%s" $x $x}}{{end}}{{len $x}}'],
    ['templates that call themselves', '{{define "x"}}{{template "x"}}{{template "x"}}{{end}}{{template "x"}}'],
  ])('%s', (_, text) => {
    const run = (): string => executeTemplate(parseTemplate(text, { name: 't' }), null);
    expect(() => timed(run)).toThrow(expect.objectContaining({ code: 'TEMPLATE_ERR' }));
  });

  test('a long template without loops is no such thing', () => {
    const text = '{{1}}'.repeat(20_000);
    expect(timed(() => executeTemplate(parseTemplate(text, { name: 't' }), null))).toBe('1'.repeat(20_000));
  });
});

describe('file patterns', () => {
  test('many stars', () => {
    expect(timed(() => matchPattern(`${'a*'.repeat(20)}b`, 'a'.repeat(255)))).toBe(false);
    expect(timed(() => matchPattern(`${'a*'.repeat(20)}b`, `${'a'.repeat(254)}b`))).toBe(true);
    expect(timed(() => matchPattern('*'.repeat(200), `${'a'.repeat(255)}/`))).toBe(false);
  });

  test('many double stars', () => {
    expect(timed(() => compileDoublestar(`${'**/a/'.repeat(15)}b`)('a/'.repeat(40).concat('c')))).toBe(false);
    expect(timed(() => compileDoublestar(`${'**/a/'.repeat(15)}b`)('a/'.repeat(40).concat('b')))).toBe(true);
  });

  test('braces that multiply are refused', () => {
    const refused = expect.objectContaining({ code: 'CONFIG_VALIDATION_ERR' });
    expect(() => timed(() => compileDoublestar('{a,b}'.repeat(40)))).toThrow(refused);
    expect(() => timed(() => compileDoublestar('{a,b}/'.repeat(40)))).toThrow(refused);
  });

  /** As slow and plain as the rule reads. */
  function plainMatch(pattern: string, name: string): boolean {
    const [first, ...rest] = [...pattern];
    if (first === undefined) return name === '';
    const others = rest.join('');
    if (first === '*') return plainMatch(others, name) || (/^[^/]/.test(name) && plainMatch(pattern, name.slice(1)));
    return (first === '?' ? /^[^/]/.test(name) : name.startsWith(first)) && plainMatch(others, name.slice(1));
  }

  test('stars match what they match one by one', () => {
    const text = (characters: readonly string[]): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...characters), { maxLength: 9 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text(['*', '*', '?', 'a', 'b', '/', '.']), text(['a', 'b', '/', '.']), (pattern, name) => {
        expect(matchPattern(pattern, name)).toBe(plainMatch(pattern, name));
      }),
      { numRuns: 20_000, seed: 7 },
    );
  });
});
