import { formatDuration, roundDuration, truncateDuration } from '../duration.ts';
import { type GoFunction, type GoInteger, type GoObject, type GoValue, int64, listOf } from '../template/values.ts';
import { formatTime, type GoTime, monthNames, partsOf, weekdayNames } from '../time.ts';
import { addDate, addDuration, durationBetween, inZone, nanosecondsOf } from '../time-math.ts';
import { utc, type Zone } from '../zone.ts';

/** A zone by name. */
export type ZoneLookup = (name: string) => Zone;

const getter = (call: () => GoValue): GoFunction => ({ parameters: [], call });
const unusable = (why: string): GoFunction => ({ parameters: [], call: () => undefined, unusable: why });

/** The time behind a `time.Time`. */
export function timeFrom(value: GoValue): GoTime {
  return (value as GoObject).inner as unknown as GoTime;
}

/** A `time.Time` as templates see it. */
export function timeObject(time: GoTime, zones: ZoneLookup): GoObject {
  const again = (moved: GoTime): GoObject => timeObject(moved, zones);
  return {
    kind: 'object',
    type: 'time.Time',
    reflected: 'struct',
    text: textOf(time),
    json: `"${formatTime(time, '2006-01-02T15:04:05.999999999Z07:00')}"`,
    methods: new Map([...partMethods(time), ...comparisons(time), ...changes(time, again, zones), ...inaccessible]),
    inner: { ...time },
  };
}

function textOf(time: GoTime): string {
  const text = formatTime(time, '2006-01-02 15:04:05.999999999 -0700 MST');
  if (time.monotonic === undefined) return text;
  const magnitude = time.monotonic < 0n ? -time.monotonic : time.monotonic;
  const seconds = `${magnitude / 1_000_000_000n}.${String(magnitude % 1_000_000_000n).padStart(9, '0')}`;
  return `${text} m=${time.monotonic < 0n ? '-' : '+'}${seconds}`;
}

/** Methods whose several results templates cannot take. */
const inaccessible: readonly (readonly [string, GoFunction])[] = [
  ...['Zone', 'ISOWeek'].map((name): [string, GoFunction] => [
    name,
    unusable(`invalid function signature for ${name}: second return value should be error; is int`),
  ]),
  ...['Date', 'Clock'].map((name): [string, GoFunction] => [
    name,
    unusable(`function ${name} has 3 return values; should be 1 or 2`),
  ]),
];

/** The multiple of the step at or below the value. */
function floorTo(value: bigint, step: bigint): bigint {
  return value - (((value % step) + step) % step);
}

function partMethods(time: GoTime): readonly (readonly [string, GoFunction])[] {
  const parts = partsOf(time);
  const number = (value: number): GoFunction => getter(() => BigInt(value));
  const total = (unit: bigint): GoFunction => getter(() => int64(floorTo(nanosecondsOf(time), unit) / unit));
  return [
    ['Year', number(parts.year)],
    ['Month', getter(() => namedInteger('time.Month', parts.month, monthNames[parts.month - 1]))],
    ['Weekday', getter(() => namedInteger('time.Weekday', parts.weekday, weekdayNames[parts.weekday]))],
    ['Day', number(parts.day)],
    ['YearDay', number(parts.yearDay)],
    ['Hour', number(parts.hour)],
    ['Minute', number(parts.minute)],
    ['Second', number(parts.second)],
    ['Nanosecond', number(parts.nanoseconds)],
    ['Unix', total(1_000_000_000n)],
    ['UnixMilli', total(1_000_000n)],
    ['UnixMicro', total(1000n)],
    ['UnixNano', total(1n)],
  ];
}

function comparisons(time: GoTime): readonly (readonly [string, GoFunction])[] {
  const withOther = (call: (order: bigint, other: GoTime) => GoValue): GoFunction => ({
    parameters: ['time.Time'],
    call: (other) => call(nanosecondsOf(time) - nanosecondsOf(timeFrom(other)), timeFrom(other)),
  });
  return [
    ['Before', withOther((order) => order < 0n)],
    ['After', withOther((order) => order > 0n)],
    ['Equal', withOther((order) => order === 0n)],
    ['Compare', withOther((order) => (order < 0n ? -1n : order > 0n ? 1n : 0n))],
    ['Sub', withOther((_, other) => durationValue(durationBetween(other, time)))],
    ['IsZero', getter(() => time.unix === zeroUnix && time.nanoseconds === 0)],
  ];
}

/** The first of January of the year 1, Go's zero time. */
export const zeroUnix = -62_135_596_800;

function changes(
  time: GoTime,
  again: (moved: GoTime) => GoObject,
  zones: ZoneLookup,
): readonly (readonly [string, GoFunction])[] {
  const rounded = (round: (value: bigint, step: bigint) => bigint): GoFunction => ({
    parameters: ['time.Duration'],
    call: (step) => {
      const since = nanosecondsOf(time) - BigInt(zeroUnix) * 1_000_000_000n;
      return again(inZone(addDuration(time, round(since, (step as GoInteger).value) - since), time.zone));
    },
  });
  const text = (layout: string): string => formatTime(time, layout);
  return [
    ['Format', { parameters: ['string'], call: (layout) => text(layout as string) }],
    ['String', getter(() => textOf(time))],
    ['MarshalText', getter(() => bytesOf(text('2006-01-02T15:04:05.999999999Z07:00')))],
    ['UTC', getter(() => again(inZone(time, utc)))],
    ['Local', getter(() => again(inZone(time, zones('Local'))))],
    ['Location', getter(() => locationOf(time.zone))],
    ['In', { parameters: ['*time.Location'], call: (zone) => again(inZone(time, zoneFrom(zone))) }],
    ['Add', { parameters: ['time.Duration'], call: (step) => again(addDuration(time, (step as GoInteger).value)) }],
    [
      'AddDate',
      {
        parameters: ['int', 'int', 'int'],
        call: (years, months, days) => again(addDate(time, Number(years), Number(months), Number(days))),
      },
    ],
    ['Truncate', rounded((value, step) => (step <= 0n ? value : floorTo(value, step)))],
    ['Round', rounded((value, step) => (step <= 0n ? value : floorTo(value + step / 2n + (step % 2n), step)))],
  ];
}

function bytesOf(text: string): GoValue {
  return listOf(
    [...Buffer.from(text)].map((byte): GoInteger => ({ kind: 'integer', type: 'uint8', value: BigInt(byte) })),
    'uint8',
  );
}

function zoneFrom(value: GoValue): Zone {
  return ((value as GoObject | null)?.inner as { readonly zone: Zone } | undefined)?.zone ?? utc;
}

function locationOf(zone: Zone): GoObject {
  return {
    kind: 'object',
    type: '*time.Location',
    reflected: 'ptr',
    text: zone.name,
    json: '{}',
    methods: new Map([['String', getter(() => zone.name)]]),
    inner: { zone },
  };
}

function namedInteger(type: string, value: number, name: string = ''): GoInteger {
  return {
    kind: 'integer',
    type,
    reflected: 'int',
    value: BigInt(value),
    text: name,
    methods: new Map([['String', getter(() => name)]]),
  };
}

const nanosecondsIn: readonly (readonly [string, bigint])[] = [
  ['Nanoseconds', 1n],
  ['Microseconds', 1000n],
  ['Milliseconds', 1_000_000n],
];
const fractionsOf: readonly (readonly [string, number])[] = [
  ['Seconds', 1e9],
  ['Minutes', 6e10],
  ['Hours', 3.6e12],
];

/** A `time.Duration` as templates see it. */
function durationValue(duration: bigint): GoInteger {
  const stepped = (change: (value: bigint, step: bigint) => bigint): GoFunction => ({
    parameters: ['time.Duration'],
    call: (step) => durationValue(change(duration, (step as GoInteger).value)),
  });
  return {
    kind: 'integer',
    type: 'time.Duration',
    reflected: 'int64',
    value: duration,
    text: formatDuration(duration),
    methods: new Map<string, GoFunction>([
      ['String', getter(() => formatDuration(duration))],
      ['Abs', getter(() => durationValue(duration < 0n ? -duration : duration))],
      ['Round', stepped(roundDuration)],
      ['Truncate', stepped(truncateDuration)],
      ...nanosecondsIn.map(([name, unit]) => [name, getter(() => int64(duration / unit))] as const),
      ...fractionsOf.map(([name, unit]) => [name, getter(() => partsIn(duration, unit))] as const),
    ]),
  };
}

/** Whole units and the rest apart, as Go adds them up in floating point. */
function partsIn(duration: bigint, unit: number): number {
  return Number(duration / BigInt(unit)) + Number(duration % BigInt(unit)) / unit;
}
