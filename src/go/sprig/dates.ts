import { formatDuration, parseDuration, roundDuration, second } from '../duration.ts';
import { type GoFunction, type GoValue, integerOf, isComposite } from '../template/values.ts';
import { formatTime, type GoTime, timeOf } from '../time.ts';
import { addDuration, durationBetween } from '../time-math.ts';
import { parseTime } from '../time-parse.ts';
import { utc, type Zone } from '../zone.ts';
import type { FunctionTable } from './define.ts';
import { timeFrom, timeObject, zeroUnix } from './time-values.ts';

/** What the functions on dates need from outside. */
export interface DateSources {
  readonly now: () => Date;
  /** Milliseconds since the program started. */
  readonly uptime: () => number;
  /** A zone by name, `Local` included; UTC for an unknown one. May throw to be called again once the zone is there. */
  readonly zone: (name: string) => Zone;
}

const htmlLayout = '2006-01-02';

/** sprig's functions on dates. */
export function dateFunctions(sources: DateSources): FunctionTable {
  const inNamedZone = (layout: GoValue, date: GoValue, zone: GoValue): string =>
    formatTime({ ...asTime(date, sources), zone: sources.zone(zone as string) }, layout as string);
  const dateInZone: GoFunction = { parameters: ['string', 'interface {}', 'string'], call: inNamedZone };
  const dateModify: GoFunction = {
    parameters: ['string', 'time.Time'],
    call: (duration, date) =>
      timeObject(addDuration(timeFrom(date), parseDuration(duration as string) ?? 0n), sources.zone),
  };
  return {
    now: { parameters: [], call: () => timeObject(currentTime(sources), sources.zone) },
    date: { parameters: ['string', 'interface {}'], call: (layout, date) => inNamedZone(layout, date, 'Local') },
    dateInZone,
    date_in_zone: dateInZone,
    htmlDate: { parameters: ['interface {}'], call: (date) => inNamedZone(htmlLayout, date, 'Local') },
    htmlDateInZone: {
      parameters: ['interface {}', 'string'],
      call: (date, zone) => inNamedZone(htmlLayout, date, zone),
    },
    dateModify,
    date_modify: dateModify,
    ago: {
      parameters: ['interface {}'],
      call: (date) =>
        formatDuration(roundDuration(durationBetween(asTime(date, sources), currentTime(sources)), second)),
    },
    toDate: {
      parameters: ['string', 'string'],
      call: (layout, text) => timeObject(dateFrom(layout as string, text as string, sources), sources.zone),
    },
    unixEpoch: { parameters: ['time.Time'], call: (date) => String(timeFrom(date).unix) },
  };
}

/** The time now, with the monotonic clock's reading that Go prints behind it. */
function currentTime({ now, uptime, zone }: DateSources): GoTime {
  return { ...timeOf(now(), zone('Local')), monotonic: BigInt(Math.round(uptime() * 1e6)) };
}

/** A time, or seconds since 1970; anything else stands for now. */
function asTime(value: GoValue, sources: DateSources): GoTime {
  if (isComposite(value) && value.kind === 'object' && value.type === 'time.Time') return timeFrom(value);
  const isSeconds =
    typeof value === 'bigint' || (isComposite(value) && value.kind === 'integer' && value.type === 'int64');
  if (!isSeconds) return currentTime(sources);
  return { unix: Number(integerOf(value)), nanoseconds: 0, zone: utc };
}

/** sprig's `toDate`: Go's zero time for what cannot be read. */
function dateFrom(layout: string, text: string, { zone }: DateSources): GoTime {
  return parseTime(layout, text, zone('Local')) ?? { unix: zeroUnix, nanoseconds: 0, zone: utc };
}
