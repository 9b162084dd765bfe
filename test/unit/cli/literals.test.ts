import { describe, expect, test } from 'vitest';
import { parseBool, parseDecimal, parseDuration, parseInteger } from '../../../src/cli/parse/literals.ts';
import { quote } from '../../../src/go/template/quote.ts';

describe('booleans', () => {
  test.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('%s is true', (text) => expect(parseBool(text)).toBe(true));
  test.each(['0', 'f', 'F', 'false', 'FALSE', 'False'])('%s is false', (text) => expect(parseBool(text)).toBe(false));
  test.each(['', 'yes', 'tRUE', ' true'])('%j is neither', (text) => {
    expect(() => parseBool(text)).toThrow(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  });
});

describe('integers', () => {
  test.each<[text: string, value: number]>([
    ['0', 0],
    ['-1', -1],
    ['+7', 7],
    ['0x1F', 31],
    ['-0b101', -5],
    ['0o17', 15],
    ['017', 15],
    ['1_000', 1000],
    ['0x_ff', 255],
  ])('%s', (text, value) => expect(parseInteger(text)).toBe(value));

  test.each(['', 'two', '1.5', '08', '1__0', '_1', '1_', '0x', ' 1'])('%j is none', (text) => {
    expect(() => parseInteger(text)).toThrow(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  });

  test('more than 64 bits', () => {
    expect(() => parseInteger('9223372036854775808')).toThrow('value out of range');
    expect(parseInteger('-9223372036854775808')).toBe(Number(-(2n ** 63n)));
  });

  test('ports are decimal', () => {
    expect(parseDecimal('0123')).toBe(123);
    expect(() => parseDecimal('0x1')).toThrow('strconv.Atoi: parsing "0x1": invalid syntax');
  });
});

describe('durations', () => {
  test.each<[text: string, milliseconds: number]>([
    ['0', 0],
    ['2s', 2000],
    ['1m0s', 60_000],
    ['1h15m30.5s', 4_530_500],
    ['-1.5h', -5_400_000],
    ['.5s', 500],
    ['100ms', 100],
    ['250us', 0.25],
  ])('%s', (text, milliseconds) => expect(parseDuration(text)).toBeCloseTo(milliseconds, 9));

  test.each<[text: string, message: string]>([
    ['', 'time: invalid duration ""'],
    ['soon', 'time: invalid duration "soon"'],
    ['5', 'time: missing unit in duration "5"'],
    ['5y', 'time: unknown unit "y" in duration "5y"'],
    ['.s', 'time: invalid duration ".s"'],
    ['1h2', 'time: missing unit in duration "1h2"'],
  ])('%j is none', (text, message) => expect(() => parseDuration(text)).toThrow(message));
});
