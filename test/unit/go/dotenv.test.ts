import { describe, expect, test } from 'vitest';
import { parseDotenv } from '../../../src/go/dotenv.ts';

const read = (text: string): Record<string, string> => Object.fromEntries(parseDotenv(text, 'x.env'));

describe('parseDotenv', () => {
  test.each([
    ['', {}],
    ['A=1\nB=2', { A: '1', B: '2' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['# c\n\n  A = x y  # why\n', { A: 'x y' }],
    ['A=x#y', { A: 'x#y' }],
    ['A=x # y # z', { A: 'x # y' }],
    ['A=', { A: '' }],
    ['A=\nB=2', { A: '', B: '2' }],
    ['export A=1', { A: '1' }],
    ['exported=1', { exported: '1' }],
    ['A: yaml', { A: 'yaml' }],
    ['A.b_2=1', { 'A.b_2': '1' }],
    ['A="x\\ny" # c', { A: 'x\ny' }],
    ["A='x\\ny $B'", { A: 'x\\ny $B' }],
    ['A="two\nlines"', { A: 'two\nlines' }],
    ['A="say \\"hi\\""', { A: 'say "hi"' }],
    ['A=1\nB=${A}2\nC=$A$X', { A: '1', B: '12', C: '1' }],
    ['A=1\nB="$A"\nC=\\$A\nD=$(A)', { A: '1', B: '1', C: '$A', D: '(A)' }],
    ['A=1=2', { A: '1=2' }],
    ['A=1\nA=2', { A: '2' }],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['A=1\nnonsense\n', 'x.env:2:'],
    ['A-B=1', 'x.env:1:'],
    ['A="open', 'x.env:1:'],
  ])('%j is refused', (text, place) => {
    expect(() => read(text)).toThrowError(
      expect.objectContaining({ code: 'CONFIG_FILE_PARSING_ERR', message: expect.stringContaining(place) }),
    );
  });
});
