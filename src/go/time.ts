import { dateOf, daysTo } from './calendar.ts';
import type { Zone } from './zone.ts';

/** A moment, and the zone it is shown in. */
export interface GoTime {
  /** Whole seconds since 1970. */
  readonly unix: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
  readonly zone: Zone;
  /** What Go's monotonic clock said, in nanoseconds since the program started; only times that came from it have one. */
  readonly monotonic?: bigint;
}

export function timeOf(date: Date, zone: Zone): GoTime {
  const milliseconds = date.getTime();
  const unix = Math.floor(milliseconds / 1000);
  return { unix, nanoseconds: (milliseconds - unix * 1000) * 1_000_000, zone };
}

/** The parts of a time that layouts and methods show. */
export interface TimeParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 is the first of January. */
  readonly yearDay: number;
  readonly nanoseconds: number;
  readonly offset: number;
  readonly abbreviation: string;
}

export function partsOf({ unix, nanoseconds, zone }: GoTime): TimeParts {
  const { offset, abbreviation } = zone.at(unix);
  const shifted = unix + offset;
  const days = Math.floor(shifted / 86_400);
  const second = shifted - days * 86_400;
  const date = dateOf(days);
  return {
    ...date,
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysTo(date.year, 1, 1) + 1,
    nanoseconds,
    offset,
    abbreviation,
  };
}

export const monthNames: readonly string[] =
  'January February March April May June July August September October November December'.split(' ');
export const weekdayNames: readonly string[] = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');
const blank = (value: number, width: number): string => String(value).padStart(width, ' ');
const fourDigits = (year: number): string => (year < 0 ? '-' : '') + String(Math.abs(year)).padStart(4, '0');
const twelve = (hour: number): number => hour % 12 || 12;

/** What each element of a layout prints. Longer ones come before those they start with. */
const elements: readonly (readonly [string, (time: TimeParts) => string])[] = [
  ['January', ({ month }) => monthNames[month - 1] ?? ''],
  ['Jan', ({ month }) => (monthNames[month - 1] ?? '').slice(0, 3)],
  ['Monday', ({ weekday }) => weekdayNames[weekday] ?? ''],
  ['Mon', ({ weekday }) => (weekdayNames[weekday] ?? '').slice(0, 3)],
  ['MST', ({ abbreviation, offset }) => abbreviation || formatOffset(offset, '-0700')],
  ['002', ({ yearDay }) => String(yearDay).padStart(3, '0')],
  ['01', ({ month }) => two(month)],
  ['02', ({ day }) => two(day)],
  ['03', ({ hour }) => two(twelve(hour))],
  ['04', ({ minute }) => two(minute)],
  ['05', ({ second }) => two(second)],
  ['06', ({ year }) => two(Math.abs(year) % 100)],
  ['15', ({ hour }) => two(hour)],
  ['1', ({ month }) => String(month)],
  ['2006', ({ year }) => fourDigits(year)],
  ['2', ({ day }) => String(day)],
  ['_2006', ({ year }) => `_${fourDigits(year)}`],
  ['_2', ({ day }) => blank(day, 2)],
  ['__2', ({ yearDay }) => blank(yearDay, 3)],
  ['3', ({ hour }) => String(twelve(hour))],
  ['4', ({ minute }) => String(minute)],
  ['5', ({ second }) => String(second)],
  ['PM', ({ hour }) => (hour >= 12 ? 'PM' : 'AM')],
  ['pm', ({ hour }) => (hour >= 12 ? 'pm' : 'am')],
  ...['-07:00:00', '-07:00', '-070000', '-0700', '-07'].flatMap(
    (form): (readonly [string, (time: TimeParts) => string])[] => [
      [form, ({ offset }) => formatOffset(offset, form)],
      [form.replace('-', 'Z'), ({ offset }) => (offset === 0 ? 'Z' : formatOffset(offset, form))],
    ],
  ),
];

const formatters: ReadonlyMap<string, (time: TimeParts) => string> = new Map(elements);

/**
 * Formats a time by a Go layout, such as `2006-01-02_15-04-05.999_MST`: each element shows the part that Go's reference time
 * (Mon Jan 2 15:04:05 MST 2006) has there, everything else is printed as it is.
 */
export function formatTime(time: GoTime, layout: string): string {
  const parts = partsOf(time);
  let text = '';
  for (let position = 0; position < layout.length; ) {
    const element = elementAt(layout, position);
    const format = formatters.get(element ?? '');
    if (element === undefined) text += layout[position];
    else text += format === undefined ? formatFraction(time.nanoseconds, element) : format(parts);
    position += element?.length ?? 1;
  }
  return text;
}

/** The element of a layout that starts here, a fraction of seconds among them. */
export function elementAt(layout: string, position: number): string | undefined {
  fraction.lastIndex = position;
  const [digits] = fraction.exec(layout) ?? [];
  if (digits !== undefined) return digits;
  for (const [name] of elements) {
    if (!layout.startsWith(name, position)) continue;
    const isShortName = name === 'Jan' || name === 'Mon';
    if (!isShortName || !/^[a-z]/.test(layout[position + 3] ?? '')) return name;
  }
  return undefined;
}

const fraction = /[.,](0+|9+)(?!\d)/y;

/** `.000` always prints its digits, `.999` leaves out zeros at the end and itself when nothing is left. */
function formatFraction(nanoseconds: number, form: string): string {
  const digits = String(nanoseconds)
    .padStart(9, '0')
    .slice(0, form.length - 1)
    .padEnd(form.length - 1, '0');
  if (form[1] === '0') return (form[0] ?? '') + digits;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : (form[0] ?? '') + trimmed;
}

function formatOffset(offset: number, form: string): string {
  const magnitude = Math.abs(offset);
  const parts = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60].map(two);
  const count = form.replace(/[^0-9]/g, '').length / 2;
  return (offset < 0 ? '-' : '+') + parts.slice(0, count).join(form.includes(':') ? ':' : '');
}
