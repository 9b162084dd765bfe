import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOf, daysInMonth, daysTo } from '../../../src/go/calendar.ts';
import { formatDuration, parseDuration, roundDuration, second } from '../../../src/go/duration.ts';

test('days and dates are each other’s inverse, and those of JavaScript where it has them', () => {
  fc.assert(
    fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), (days) => {
      const date = dateOf(days);
      expect(daysTo(date.year, date.month, date.day)).toBe(days);
      const known = new Date(days * 86_400_000);
      expect(date).toEqual({
        year: known.getUTCFullYear(),
        month: known.getUTCMonth() + 1,
        day: known.getUTCDate(),
      });
    }),
  );
});

test('months and days beyond their range count on', () => {
  expect(daysTo(2020, 14, 1)).toBe(daysTo(2021, 2, 1));
  expect(daysTo(2020, 0, 31)).toBe(daysTo(2019, 12, 31));
  expect(daysTo(2020, 3, 0)).toBe(daysTo(2020, 2, 29));
  expect([daysInMonth(2023, 2), daysInMonth(2024, 2), daysInMonth(1900, 2), daysInMonth(2000, 2)]).toEqual([
    28, 29, 28, 29,
  ]);
});

test('a duration can be read as it is printed', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (duration) => {
      expect(parseDuration(formatDuration(duration))).toBe(duration);
    }),
  );
});

test('durations are rounded away from zero at the half', () => {
  expect(
    [1_499n, 1_500n, -1_500n, -1_499n].map((milliseconds) => roundDuration(milliseconds * 1_000_000n, second)),
  ).toEqual([1n, 2n, -2n, -1n].map((seconds) => seconds * second));
});
