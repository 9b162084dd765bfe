import { describe, expect, test } from 'vitest';
import { lineIndex } from '../../../src/yaml/lines.ts';

describe('lineIndex', () => {
  const lines = lineIndex('ab\ncd\r\n\nef');

  test.each([
    [0, 1, [1, 1, 1, 2]],
    [2, 3, [1, 3, 2, 1]],
    [3, 5, [2, 1, 2, 3]],
    [7, 7, [3, 1, 3, 1]],
    [8, 10, [4, 1, 4, 3]],
    [10, 10, [4, 3, 4, 3]],
    [99, 120, [4, 3, 4, 3]],
    [-5, 1, [1, 1, 1, 2]],
    [5, 2, [2, 3, 2, 3]],
  ])('offsets %i to %i', (start, end, [line, column, endLine, endColumn]) => {
    expect(lines.range('f.yaml', start, end)).toEqual({ file: 'f.yaml', line, column, endLine, endColumn });
  });

  test('an excerpt has whole lines, without the last line break', () => {
    expect(lines.excerpt(lines.range('f', 1, 2))).toBe('ab');
    expect(lines.excerpt(lines.range('f', 4, 4))).toBe('cd');
    expect(lines.excerpt(lines.range('f', 1, 4))).toBe('ab\ncd');
    expect(lines.excerpt(lines.range('f', 9, 9))).toBe('ef');
  });

  test('an excerpt has at most three lines', () => {
    const long = lineIndex('1\n2\n3\n4\n5');
    expect(long.excerpt(long.range('f', 0, 9))).toBe('1\n2\n3');
  });

  test('an empty text has one line', () => {
    const empty = lineIndex('');
    expect(empty.range('f', 0, 0)).toMatchObject({ line: 1, column: 1 });
    expect(empty.excerpt(empty.range('f', 0, 0))).toBe('');
  });
});
