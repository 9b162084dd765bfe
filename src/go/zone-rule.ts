/** What a rule says about one moment. */
interface Moment {
  readonly offset: number;
  readonly abbreviation: string;
}

/** A day of the year at which something changes, with the second of that day. */
interface Change {
  readonly month: number;
  /** From 1 to 5; 5 is the last one of the month. */
  readonly week: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly second: number;
}

const day = 86_400;

/**
 * Reads the rule for times after a zone file's last change: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX `TZ`).
 *
 * @returns undefined for an empty rule, and for ones by day of the year, which no zone uses.
 */
export function parseZoneRule(text: string): ((unix: number) => Moment) | undefined {
  const name = '(<[^>]+>|[A-Za-z]{3,})';
  const offset = '([+-]?\\d{1,3}(?::\\d+){0,2})';
  const match = new RegExp(`^${name}${offset}(?:${name}${offset}?,([^,]+),([^,]+))?$`).exec(text);
  if (match === null) return undefined;
  const [, standardName = '', standardOffset = '', summerName, summerOffset, start = '', end = ''] = match;
  const standard: Moment = { abbreviation: plain(standardName), offset: -seconds(standardOffset) };
  if (summerName === undefined) return () => standard;
  const summer: Moment = {
    abbreviation: plain(summerName),
    offset: summerOffset === undefined ? standard.offset + 3600 : -seconds(summerOffset),
  };
  const [starts, ends] = [parseChange(start), parseChange(end)];
  if (starts === undefined || ends === undefined) return undefined;
  return (unix) => {
    const year = new Date((unix + standard.offset) * 1000).getUTCFullYear();
    const from = changeAt(starts, year) - standard.offset;
    const to = changeAt(ends, year) - summer.offset;
    const isSummer = from < to ? unix >= from && unix < to : unix >= from || unix < to;
    return isSummer ? summer : standard;
  };
}

const plain = (name: string): string => name.replace(/[<>]/g, '');

function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const total = hours * 3600 + minutes * 60 + rest;
  return text.startsWith('-') ? -total : total;
}

function parseChange(text: string): Change | undefined {
  const match = /^M(\d+)\.(\d)\.(\d)(?:\/([+-]?[\d:]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, month, week, weekday, time = '2'] = match;
  return { month: Number(month), week: Number(week), weekday: Number(weekday), second: seconds(time) };
}

/** Seconds since 1970 of a change in a year, by the clock of that place. */
function changeAt({ month, week, weekday, second }: Change, year: number): number {
  const first = Date.UTC(year, month - 1, 1) / 1000;
  const firstWeekday = new Date(first * 1000).getUTCDay();
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  let date = 1 + ((weekday - firstWeekday + 7) % 7) + (week - 1) * 7;
  if (date > days) date -= 7;
  return first + (date - 1) * day + second;
}
