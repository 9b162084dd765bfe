import { describe, expect, test } from 'vitest';
import type { YamlScalar } from '../../../src/core/yaml-node.ts';
import { resolveScalar, type ScalarValue } from '../../../src/yaml/resolve.ts';

const scalar = (text: string, parts: Partial<YamlScalar> = {}): YamlScalar => ({
  kind: 'scalar',
  style: 'plain',
  text,
  start: 0,
  end: 0,
  ...parts,
});
const plain = (text: string): ScalarValue => resolveScalar(scalar(text));
const tagged = (tag: string, text: string, style: YamlScalar['style'] = 'plain'): ScalarValue =>
  resolveScalar(scalar(text, { style, tag: tag.replace('!!', 'tag:yaml.org,2002:') }));

describe('plain scalars', () => {
  test.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
    expect(plain(text)).toEqual({ kind: 'null' });
  });

  test.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('%s is %s', (text, value) => {
    expect(plain(text)).toEqual({ kind: 'boolean', value });
  });

  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['12', 12n],
    ['+12', 12n],
    ['-12', -12n],
    ['0644', 420n],
    ['010', 8n],
    ['0_7', 7n],
    ['-017', -15n],
    ['0o644', 420n],
    ['-0o17', -15n],
    ['0x1F', 31n],
    ['-0x1f', -31n],
    ['0b11', 3n],
    ['1_000', 1000n],
    ['1__2', 12n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
  ])('%s is the integer %s', (text, value) => {
    expect(plain(text)).toEqual({ kind: 'integer', value });
  });

  test.each([
    ['1.5', 1.5],
    ['.5', 0.5],
    ['.5_0', 0.5],
    ['-.5', -0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['5.e3', 5000],
    ['1E+3', 1000],
    ['0888', 888],
    ['08', 8],
    ['+9223372036854775808', 2 ** 63],
    ['18446744073709551616', 2 ** 64],
    ['.inf', Number.POSITIVE_INFINITY],
    ['+.INF', Number.POSITIVE_INFINITY],
    ['-.Inf', Number.NEGATIVE_INFINITY],
    ['.NaN', Number.NaN],
  ])('%s is the float %s', (text, value) => {
    expect(plain(text)).toEqual({ kind: 'float', value });
  });

  test.each([
    ['2024-01-02', '2024-01-02T00:00:00Z'],
    ['2024-1-2', '2024-01-02T00:00:00Z'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14T21:59:43.1-05:00'],
    ['2001-12-14 21:59:43.10', '2001-12-14T21:59:43.1Z'],
    ['2001-12-14T1:2:3Z', '2001-12-14T01:02:03Z'],
    ['2001-12-14T21:59:43,5Z', '2001-12-14T21:59:43.5Z'],
    ['2001-12-14T21:59:43.123456789123Z', '2001-12-14T21:59:43.123456789Z'],
    ['2001-12-14T21:59:43+00:00', '2001-12-14T21:59:43Z'],
    ['2001-12-14T21:59:43+24:60', '2001-12-14T21:59:43+25:00'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
  ])('%s is the timestamp %s', (text, value) => {
    expect(plain(text)).toEqual({ kind: 'timestamp', value });
  });

  test.each([
    ...[
      'yes',
      'no',
      'on',
      'off',
      'y',
      'N',
      'nul',
      'tRue',
      'NaN',
      'inf',
      '0o8',
      '0b2',
      '0x',
      '+',
      '-',
      '.',
      '1:30',
      '12e',
      '_1',
    ],
    ...[
      '1e400',
      '-1e400',
      '1,5',
      '2001-02-30',
      '1900-02-29',
      '2024-13-01',
      '2024-01-02T03:04Z',
      '2024-01-02T24:00:00Z',
      '._5',
      '123abc',
      'a',
    ],
  ])('%s is a string', (text) => {
    expect(plain(text)).toEqual({ kind: 'string', value: text });
  });

  test('<< is the merge key', () => {
    expect(plain('<<')).toEqual({ kind: 'merge' });
  });
});

describe('quotes and tags', () => {
  test.each(['single-quoted', 'double-quoted', 'literal', 'folded'] as const)('%s text is a string', (style) => {
    expect(resolveScalar(scalar('12', { style }))).toEqual({ kind: 'string', value: '12' });
    expect(resolveScalar(scalar('12', { style, tag: '!' }))).toEqual({ kind: 'string', value: '12' });
  });

  test('a tag decides over quotes', () => {
    expect(tagged('!!int', '12', 'double-quoted')).toEqual({ kind: 'integer', value: 12n });
    expect(tagged('!!float', '12')).toEqual({ kind: 'float', value: 12 });
    expect(tagged('!!str', '12')).toEqual({ kind: 'string', value: '12' });
    expect(tagged('!!bool', 'true')).toEqual({ kind: 'boolean', value: true });
    expect(tagged('!!null', '')).toEqual({ kind: 'null' });
    expect(tagged('!!timestamp', '2024-1-2', 'double-quoted')).toMatchObject({ kind: 'timestamp' });
    expect(tagged('!mine', '12')).toEqual({ kind: 'string', value: '12' });
    expect(tagged('!', '12')).toEqual({ kind: 'integer', value: 12n });
  });

  test('binary is decoded, line breaks inside do not matter', () => {
    expect(tagged('!!binary', 'aGVs\nbG8=')).toEqual({ kind: 'binary', value: Buffer.from('hello') });
  });

  test.each([
    ['!!int', 'abc'],
    ['!!int', '1.5'],
    ['!!bool', 'yes'],
    ['!!float', 'x'],
    ['!!null', 'x'],
    ['!!timestamp', 'x'],
    ['!!binary', 'a b'],
    ['!!binary', 'abc'],
  ])('%s does not allow %s', (tag, text) => {
    expect(tagged(tag, text)).toMatchObject({ kind: 'invalid' });
  });
});
