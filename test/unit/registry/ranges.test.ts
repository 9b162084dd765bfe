import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseContentRange, parseRange } from '../../../src/registry/ranges.ts';

test.each([
  ['bytes=0-9', { start: 0, end: 10 }],
  ['BYTES= 5-', { start: 5, end: 100 }],
  ['bytes=90-200', { start: 90, end: 100 }],
  ['bytes=-1', { start: 99, end: 100 }],
  ['bytes=-200', { start: 0, end: 100 }],
  ['bytes=99-99', { start: 99, end: 100 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=100-200', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-8', undefined],
  ['bytes=0-1,5-6', undefined],
  ['bytes=x-', undefined],
  ['bytes=-', undefined],
  ['items=0-1', undefined],
  [undefined, undefined],
])('of 100 bytes, %s is %j', (header, expected) => expect(parseRange(header, 100)).toEqual(expected));

test('nothing of an empty blob can be asked for', () => {
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-5']) expect(parseRange(header, 0)).toBe('unsatisfiable');
});

test('a satisfiable range lies within the content', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (first, last, size) => {
      const range = parseRange(`bytes=${first}-${last}`, size);
      if (range === undefined || range === 'unsatisfiable') return;
      expect(range.start).toBe(first);
      expect(range.start < range.end && range.end <= size).toBe(true);
    }),
  );
});

test.each([
  ['0-0', { start: 0, end: 1 }],
  ['5-9', { start: 5, end: 10 }],
  ['9-5', undefined],
  ['5-', undefined],
  ['bytes 5-9/10', undefined],
  [' 5-9', undefined],
  ['0-99999999999999999999', undefined],
])('the chunk %s is %j', (header, expected) => expect(parseContentRange(header)).toEqual(expected));
