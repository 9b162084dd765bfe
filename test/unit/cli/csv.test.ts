import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../src/cli/parse/csv.ts';
import { ValueError } from '../../../src/cli/parse/literals.ts';

describe('lists', () => {
  test.each<[text: string, fields: readonly string[]]>([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    [',', ['', '']],
    [' a, b ', [' a', ' b ']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi"""', ['say "hi"']],
    ['"two\nlines",x', ['two\nlines', 'x']],
    ['a\nb,c', ['a']],
    ['""', ['']],
    ['k=v,k2=v=2', ['k=v', 'k2=v=2']],
  ])('%j', (text, fields) => {
    expect(parseCsv(text)).toEqual(fields);
  });

  test.each<[text: string, message: string]>([
    ['a"b', 'parse error on line 1, column 2: bare " in non-quoted field'],
    ['x,a"b', 'parse error on line 1, column 4: bare " in non-quoted field'],
    ['"a"b,c', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'],
    ['"a', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'],
    ['"a\nb', 'record on line 1; parse error on line 2, column 2: extraneous or missing " in quoted-field'],
    ['é"', 'parse error on line 1, column 3: bare " in non-quoted field'],
  ])('%j is refused', (text, message) => {
    expect(() => parseCsv(text)).toThrow(new ValueError(message));
  });

  test('every list survives being quoted', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), (fields) => {
        const text = fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');
        expect(parseCsv(text)).toEqual(fields);
      }),
    );
  });
});
