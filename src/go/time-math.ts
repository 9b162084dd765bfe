import { daysTo } from './calendar.ts';
import { clampDuration } from './duration.ts';
import { type GoTime, partsOf } from './time.ts';
import type { Zone } from './zone.ts';

/** A date and time of day as a clock on the wall shows it. Values beyond their range count on into the next or previous one. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanoseconds: number;
}

/** Go's `time.Date`. Times that a change of the clocks leaves out or repeats are taken as Go takes them. */
export function timeAt(wall: WallTime, zone: Zone): GoTime {
  const days = daysTo(wall.year, wall.month, wall.day);
  const shown = days * 86_400 + wall.hour * 3600 + wall.minute * 60 + wall.second;
  const { offset } = zone.at(shown);
  const unix = offset === 0 ? shown : shown - zone.at(shown - offset).offset;
  return { unix, nanoseconds: wall.nanoseconds, zone };
}

const billion = 1_000_000_000n;

/** Nanoseconds since 1970. */
export function nanosecondsOf({ unix, nanoseconds }: GoTime): bigint {
  return BigInt(unix) * billion + BigInt(nanoseconds);
}

/** Go's `Time.Add`. */
export function addDuration(time: GoTime, duration: bigint): GoTime {
  const total = nanosecondsOf(time) + duration;
  const nanoseconds = ((total % billion) + billion) % billion;
  const moved = { unix: Number((total - nanoseconds) / billion), nanoseconds: Number(nanoseconds), zone: time.zone };
  return time.monotonic === undefined ? moved : { ...moved, monotonic: time.monotonic + duration };
}

/** Go's `Time.Sub`: the nearest duration when it does not fit. */
export function durationBetween(earlier: GoTime, later: GoTime): bigint {
  return clampDuration(nanosecondsOf(later) - nanosecondsOf(earlier));
}

/** Go's `Time.AddDate`. */
export function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const parts = partsOf(time);
  return timeAt({ ...parts, year: parts.year + years, month: parts.month + months, day: parts.day + days }, time.zone);
}

/** A time without its reading of the monotonic clock, in a zone. */
export function inZone({ unix, nanoseconds }: GoTime, zone: Zone): GoTime {
  return { unix, nanoseconds, zone };
}
