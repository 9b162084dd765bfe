import { quote } from '../../go/template/quote.ts';

/** A value that a flag cannot take; the message is the part after `invalid argument … flag: `. */
export class ValueError extends Error {}

const trueWords = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const falseWords = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** A boolean as Go's strconv.ParseBool reads it, or undefined where the text is none. */
export function readBool(text: string): boolean | undefined {
  if (trueWords.has(text)) return true;
  return falseWords.has(text) ? false : undefined;
}

/** As {@link readBool}. @throws {@link ValueError} */
export function parseBool(text: string): boolean {
  const value = readBool(text);
  if (value === undefined) throw new ValueError(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
  return value;
}

const integer = /^[+-]?(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;

/** A 64-bit integer as strconv.ParseInt reads it with base 0: `0x10`, `0b1`, `0o7`, `017`, `1_000`. @throws {@link ValueError} */
export function parseInteger(text: string): number {
  if (!integer.test(text)) throw new ValueError(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  const digits = text.replaceAll('_', '').replace(/^[+-]/, '');
  const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return inRange('strconv.ParseInt', text, text.startsWith('-') ? -magnitude : magnitude);
}

/** A decimal integer as strconv.Atoi reads it. @throws {@link ValueError} */
export function parseDecimal(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ValueError(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  const magnitude = BigInt(text.replace(/^[+-]/, ''));
  return inRange('strconv.Atoi', text, text.startsWith('-') ? -magnitude : magnitude);
}

function inRange(reader: string, text: string, value: bigint): number {
  if (value !== BigInt.asIntN(64, value)) throw new ValueError(`${reader}: parsing ${quote(text)}: value out of range`);
  return Number(value);
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration as Go's time.ParseDuration reads it (`1m30s`, `1.5h`, `0`), in milliseconds. @throws {@link ValueError} */
export function parseDuration(text: string): number {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)[^\d.]*)+$/.test(unsigned))
    throw new ValueError(`time: invalid duration ${quote(text)}`);
  let total = 0;
  for (const [, amount = '', unit = ''] of unsigned.matchAll(/(\d+\.?\d*|\.\d+)([^\d.]*)/g)) {
    total += Number(amount) * millisecondsOf(unit, text);
  }
  return text.startsWith('-') ? -total : total;
}

function millisecondsOf(unit: string, text: string): number {
  if (unit === '') throw new ValueError(`time: missing unit in duration ${quote(text)}`);
  const milliseconds = Object.hasOwn(unitMilliseconds, unit) ? unitMilliseconds[unit] : undefined;
  if (milliseconds === undefined) throw new ValueError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
  return milliseconds;
}
