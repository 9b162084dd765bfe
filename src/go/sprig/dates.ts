import { type GoFunction, type GoObject, type GoValue, int64, integerOf, isComposite } from '../template/values.ts';
import { formatTime, type GoTime, monthNames, partsOf, timeOf, weekdayNames } from '../time.ts';
import { utc, type Zone } from '../zone.ts';
import type { FunctionTable } from './define.ts';

/** What the functions on dates need from outside. */
export interface DateSources {
  readonly now: () => Date;
  /** A zone by name, `Local` included; UTC for an unknown one. May throw to be called again once the zone is there. */
  readonly zone: (name: string) => Zone;
}

/** sprig's functions on dates. */
export function dateFunctions(sources: DateSources): FunctionTable {
  const inZone = (layout: GoValue, date: GoValue, zone: string): string =>
    formatTime({ ...asTime(date, sources), zone: sources.zone(zone) }, layout as string);
  const date = (layout: string): GoFunction => ({
    parameters: ['interface {}'],
    call: (value) => inZone(layout, value, 'Local'),
  });
  const dateInZone: GoFunction = {
    parameters: ['string', 'interface {}', 'string'],
    call: (layout, value, zone) => inZone(layout, value, zone as string),
  };
  return {
    now: { parameters: [], call: () => timeObject(timeOf(sources.now(), sources.zone('Local'))) },
    date: { parameters: ['string', 'interface {}'], call: (layout, value) => inZone(layout, value, 'Local') },
    dateInZone,
    date_in_zone: dateInZone,
    htmlDate: date('2006-01-02'),
    htmlDateInZone: {
      parameters: ['interface {}', 'string'],
      call: (value, zone) => inZone('2006-01-02', value, zone as string),
    },
    unixEpoch: { parameters: ['time.Time'], call: (value) => String(asTime(value, sources).unix) },
  };
}

/** A time, or seconds since 1970; anything else stands for now. */
function asTime(value: GoValue, { now }: DateSources): GoTime {
  if (isComposite(value) && value.kind === 'object' && value.type === 'time.Time') return value.inner as GoTime;
  const unix = integerOf(value);
  return unix === undefined ? timeOf(now(), utc) : { unix: Number(unix), nanoseconds: 0, zone: utc };
}

const getter = (call: () => GoValue): GoFunction => ({ parameters: [], call });

/** A time as templates see it. It prints without Go's reading of the monotonic clock. */
function timeObject(time: GoTime): GoObject {
  const parts = partsOf(time);
  const named = (type: string, text: string): GoObject => ({
    kind: 'object',
    type,
    text,
    methods: new Map(),
    inner: text,
  });
  const methods = new Map<string, GoFunction>([
    ['Format', { parameters: ['string'], call: (layout) => formatTime(time, layout as string) }],
    ['Unix', getter(() => int64(BigInt(time.unix)))],
    ['UTC', getter(() => timeObject({ ...time, zone: utc }))],
    ['Year', getter(() => BigInt(parts.year))],
    ['Month', getter(() => named('time.Month', monthNames[parts.month - 1] ?? ''))],
    ['Weekday', getter(() => named('time.Weekday', weekdayNames[parts.weekday] ?? ''))],
    ['Day', getter(() => BigInt(parts.day))],
    ['YearDay', getter(() => BigInt(parts.yearDay))],
    ['Hour', getter(() => BigInt(parts.hour))],
    ['Minute', getter(() => BigInt(parts.minute))],
    ['Second', getter(() => BigInt(parts.second))],
    ['Nanosecond', getter(() => BigInt(parts.nanoseconds))],
  ]);
  return {
    kind: 'object',
    type: 'time.Time',
    text: formatTime(time, '2006-01-02 15:04:05.999999999 -0700 MST'),
    methods,
    inner: time,
  };
}
