import { monthNames, weekdayNames } from './time.ts';

/** What has been read of a time so far. */
export interface Reading {
  /** What is left of the text. */
  rest: string;
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  /** `AM` or `PM`. */
  half: string | undefined;
  isUtc: boolean;
  /** Seconds east of UTC. */
  offset: number | undefined;
  zoneName: string;
}

/**
 * Takes an element from the start of the rest; `next` is the element of the layout after it.
 *
 * @returns false when the text does not fit, or the value is out of its range.
 */
type Reader = (reading: Reading, element: string, next: string | undefined) => boolean;

/** Takes what the expression, which is bound to the start, matches; its groups, the whole first. */
function take(reading: Reading, expression: RegExp): RegExpExecArray | undefined {
  const match = expression.exec(reading.rest);
  if (match === null) return undefined;
  reading.rest = reading.rest.slice(match[0].length);
  return match;
}

function takeName(reading: Reading, names: readonly string[], length?: number): number {
  const wanted = names.map((name) => name.slice(0, length));
  const index = wanted.findIndex((name) => reading.rest.slice(0, name.length).toLowerCase() === name.toLowerCase());
  reading.rest = reading.rest.slice(wanted[index]?.length ?? 0);
  return index;
}

type Part = 'month' | 'day' | 'hour' | 'minute' | 'second';

/** One or two digits, or exactly two. */
function number(part: Part, least: number, most: number, digits: RegExp = /^\d\d?/): Reader {
  return (reading) => {
    const [text] = take(reading, digits) ?? [];
    reading[part] = Number(text);
    return text !== undefined && Number(text) >= least && Number(text) <= most;
  };
}

const two = /^\d\d/;

function monthName(length?: number): Reader {
  return (reading) => {
    reading.month = takeName(reading, monthNames, length) + 1;
    return reading.month > 0;
  };
}

function weekdayName(length?: number): Reader {
  return (reading) => takeName(reading, weekdayNames, length) >= 0;
}

function yearDay(digits: RegExp): Reader {
  return (reading) => {
    const [text] = take(reading, digits) ?? [];
    reading.yearDay = Number(text);
    return text !== undefined;
  };
}

/** Seconds take a fraction too that the layout does not have. */
function seconds(read: Reader): Reader {
  return (reading, element, next) => {
    if (!read(reading, element, next)) return false;
    if (!/^[.,][09]/.test(next ?? '')) takeFraction(reading, /^[.,](\d+)/);
    return true;
  };
}

function takeFraction(reading: Reading, expression: RegExp): boolean {
  const [, digits] = take(reading, expression) ?? [];
  if (digits !== undefined) reading.nanoseconds = Number(digits.slice(0, 9).padEnd(9, '0'));
  return digits !== undefined;
}

function half(expression: RegExp): Reader {
  return (reading) => {
    reading.half = take(reading, expression)?.[0].toUpperCase();
    return reading.half !== undefined;
  };
}

function offset(expression: RegExp): Reader {
  return (reading, element) => {
    if (element.startsWith('Z') && reading.rest.startsWith('Z')) {
      reading.rest = reading.rest.slice(1);
      reading.isUtc = true;
      return true;
    }
    const [, sign, ...parts] = take(reading, expression) ?? [];
    if (sign === undefined) return false;
    const [hours = 0, minutes = 0, rest = 0] = parts.map(Number);
    reading.offset = (sign === '-' ? -1 : 1) * ((hours * 60 + minutes) * 60 + rest);
    return hours <= 24 && minutes <= 60 && rest <= 60;
  };
}

const abbreviation =
  /^(?:ChST|MeST|GMT(?:[+-](?:0*(?:1?\d|2[0-3]))(?!\d))?|[+-]0*(?:1?\d|2[0-3])(?!\d)|[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z]))/;

function zoneName(reading: Reading): boolean {
  if (reading.rest.startsWith('UTC')) {
    reading.rest = reading.rest.slice(3);
    reading.isUtc = true;
    return true;
  }
  reading.zoneName = take(reading, abbreviation)?.[0] ?? '';
  return reading.zoneName !== '';
}

const offsets: readonly (readonly [string, RegExp])[] = [
  ['07', /^([+-])(\d\d)/],
  ['0700', /^([+-])(\d\d)(\d\d)/],
  ['07:00', /^([+-])(\d\d):(\d\d)/],
  ['070000', /^([+-])(\d\d)(\d\d)(\d\d)/],
  ['07:00:00', /^([+-])(\d\d):(\d\d):(\d\d)/],
];

/** How each element of a layout is read. Fractions of seconds are `.0` (exactly so many digits) and `.9` (any number). */
export const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    '2006',
    (reading) => {
      const [text] = take(reading, /^\d{4}/) ?? [];
      reading.year = Number(text);
      return text !== undefined;
    },
  ],
  [
    '06',
    (reading) => {
      const [text] = take(reading, two) ?? [];
      reading.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000);
      return text !== undefined;
    },
  ],
  ['January', monthName()],
  ['Jan', monthName(3)],
  ['1', number('month', 1, 12)],
  ['01', number('month', 1, 12, two)],
  ['Monday', weekdayName()],
  ['Mon', weekdayName(3)],
  ['2', number('day', 0, 99)],
  ['_2', number('day', 0, 99, /^ ?\d\d?/)],
  ['02', number('day', 0, 99, two)],
  ['__2', yearDay(/^ {0,2}\d{1,3}/)],
  ['002', yearDay(/^\d{3}/)],
  ['15', number('hour', 0, 23)],
  ['3', number('hour', 0, 12)],
  ['03', number('hour', 0, 12, two)],
  ['4', number('minute', 0, 59)],
  ['04', number('minute', 0, 59, two)],
  ['5', seconds(number('second', 0, 59))],
  ['05', seconds(number('second', 0, 59, two))],
  ['PM', half(/^[AP]M/)],
  ['pm', half(/^[ap]m/)],
  ['MST', zoneName],
  ...offsets.flatMap(([form, expression]): (readonly [string, Reader])[] => [
    [`-${form}`, offset(expression)],
    [`Z${form}`, offset(expression)],
  ]),
  ['.0', (reading, element) => takeFraction(reading, new RegExp(`^[.,](\\d{${element.length - 1}})`))],
  ['.9', (reading) => takeFraction(reading, /^[.,](\d+)/) || true],
]);
