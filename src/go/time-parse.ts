import { daysInMonth, isLeapYear } from './calendar.ts';
import { elementAt, type GoTime } from './time.ts';
import { inZone, timeAt } from './time-math.ts';
import { type Reading, readers } from './time-readers.ts';
import { utc, type Zone } from './zone.ts';

/**
 * Reads a time by a Go layout, as `time.ParseInLocation` does.
 *
 * @param local the zone of texts that name none, and of those whose offset or abbreviation is in force there at that time.
 * @returns undefined when the text does not fit the layout or names no time.
 */
export function parseTime(layout: string, text: string, local: Zone): GoTime | undefined {
  const reading: Reading = {
    rest: text,
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    half: undefined,
    isUtc: false,
    offset: undefined,
    zoneName: '',
  };
  const pieces = piecesOf(layout);
  for (const [index, { literal, element }] of pieces.entries()) {
    if (!skipLiteral(reading, literal)) return undefined;
    if (element === undefined) return reading.rest === '' ? settle(reading, local) : undefined;
    const read = readers.get(element) ?? readers.get(element.slice(1, 2) === '0' ? '.0' : '.9');
    if (read?.(reading, element, pieces[index + 1]?.element) !== true) return undefined;
  }
  return undefined;
}

interface Piece {
  /** What stands before the element. */
  readonly literal: string;
  /** Undefined at the end. */
  readonly element: string | undefined;
}

function piecesOf(layout: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  for (let position = 0; position < layout.length; ) {
    const element = elementAt(layout, position);
    position += element?.length ?? 1;
    if (element === undefined) literal += layout[position - 1];
    else {
      const isYear = element === '_2006';
      pieces.push({ literal: literal + (isYear ? '_' : ''), element: isYear ? '2006' : element });
      literal = '';
    }
  }
  return [...pieces, { literal, element: undefined }];
}

/** Takes a literal; any number of blanks, none at the end of the text, fit any number of them. */
function skipLiteral(reading: Reading, literal: string): boolean {
  for (const part of literal.match(/ +|[^ ]+/g) ?? []) {
    const isBlank = part[0] === ' ';
    if (isBlank && reading.rest !== '' && reading.rest[0] !== ' ') return false;
    if (!isBlank && !reading.rest.startsWith(part)) return false;
    reading.rest = isBlank ? reading.rest.replace(/^ +/, '') : reading.rest.slice(part.length);
  }
  return true;
}

function settle(reading: Reading, local: Zone): GoTime | undefined {
  const date = reading.yearDay === undefined ? dateFrom(reading) : dateFromYearDay(reading, reading.yearDay);
  if (date === undefined || date.day < 1 || date.day > daysInMonth(reading.year, date.month)) return undefined;
  const { year, minute, second, nanoseconds } = reading;
  const wall = { year, ...date, hour: hourOf(reading), minute, second, nanoseconds };
  if (reading.isUtc) return timeAt(wall, utc);
  if (reading.offset !== undefined) return withOffset(timeAt(wall, utc), reading.offset, reading.zoneName, local);
  return reading.zoneName === '' ? timeAt(wall, local) : withName(timeAt(wall, utc), reading.zoneName, local);
}

function hourOf({ half, hour }: Reading): number {
  if (half === 'PM' && hour < 12) return hour + 12;
  return half === 'AM' && hour === 12 ? 0 : hour;
}

interface MonthAndDay {
  readonly month: number;
  readonly day: number;
}

function dateFrom({ month = 1, day = 1 }: Reading): MonthAndDay {
  return { month, day };
}

/** Month and day of a day of the year, which must agree with those that were read. */
function dateFromYearDay({ year, month, day }: Reading, yearDay: number): MonthAndDay | undefined {
  if (yearDay < 1 || yearDay > (isLeapYear(year) ? 366 : 365)) return undefined;
  const found = { month: 1, day: yearDay };
  while (found.day > daysInMonth(year, found.month)) found.day -= daysInMonth(year, found.month++);
  const fits = (month ?? found.month) === found.month && (day ?? found.day) === found.day;
  return fits ? found : undefined;
}

function fixedZone(abbreviation: string, offset: number): Zone {
  return { name: abbreviation, at: () => ({ offset, abbreviation }) };
}

function withOffset(shown: GoTime, offset: number, zoneName: string, local: Zone): GoTime {
  const time = { ...shown, unix: shown.unix - offset };
  const there = local.at(time.unix);
  const isLocal = there.offset === offset && (zoneName === '' || there.abbreviation === zoneName);
  return inZone(time, isLocal ? local : fixedZone(zoneName, offset));
}

/** An abbreviation has the local zone's offset for it; otherwise it is only a name. Go shows `GMT+3` three hours later and takes the time for UTC. */
function withName(shown: GoTime, zoneName: string, local: Zone): GoTime {
  const known = namedOffset(shown.unix, zoneName, local);
  if (known !== undefined) return inZone({ ...shown, unix: shown.unix - known }, local);
  const offset = /^GMT./.test(zoneName) ? Number(zoneName.slice(3)) * 3600 : 0;
  return inZone(shown, fixedZone(zoneName, offset));
}

const halfYear = 182 * 86_400;

/** The offset that has this name in the zone: the one in force then, or else the first that ever was. */
function namedOffset(shown: number, zoneName: string, local: Zone): number | undefined {
  const states = local.states ?? [shown, shown - halfYear, shown + halfYear].map((moment) => local.at(moment));
  const known = states.filter(({ abbreviation }) => abbreviation === zoneName);
  const inForce = known.find(({ offset }) => local.at(shown - offset).abbreviation === zoneName);
  return (inForce ?? known[0])?.offset;
}
