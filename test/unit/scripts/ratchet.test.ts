import { expect, test } from 'vitest';

interface Judgement {
  readonly passed: number;
  readonly complaints: readonly string[];
}
interface Ratchet {
  readIds(text: string): readonly string[];
  judge(
    results: readonly { readonly id: string; readonly ok: boolean }[],
    notPassing: ReadonlySet<string>,
    differences: ReadonlySet<string>,
  ): Judgement;
}
const { readIds, judge } = (await import(
  new URL('../../../scripts/testing/ratchet.mjs', import.meta.url).href
)) as Ratchet;

test('ids are read without comments, blanks and remarks', () => {
  expect(readIds('# remark\n\nrender/a\nrender/b  because of this\n  tags/c\n')).toEqual([
    'render/a',
    'render/b',
    'tags/c',
  ]);
});

test('a case that passes and is not listed, or fails and is listed, is no complaint', () => {
  const results = [
    { id: 'a', ok: true },
    { id: 'b', ok: false },
    { id: 'c', ok: false },
  ];
  expect(judge(results, new Set(['b']), new Set(['c']))).toEqual({ passed: 1, complaints: [] });
});

test('a failing case that is not listed is a complaint', () => {
  expect(judge([{ id: 'a', ok: false }], new Set(), new Set()).complaints).toEqual(['a: fails']);
});

test('a listed case that passes has to leave its list', () => {
  const results = [
    { id: 'a', ok: true },
    { id: 'b', ok: true },
  ];
  const { complaints } = judge(results, new Set(['a']), new Set(['b']));
  expect(complaints).toEqual([
    expect.stringMatching(/^a: .*not-passing/),
    expect.stringMatching(/^b: .*deliberate-differences/),
  ]);
});

test('an id in both lists is a complaint, run or not', () => {
  expect(judge([], new Set(['a']), new Set(['a'])).complaints).toHaveLength(1);
});
