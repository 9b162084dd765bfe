import { sprint } from '../template/format.ts';
import { GoFailure, type GoValue, int64, listOf } from '../template/values.ts';
import { atoi, toFloat, toInteger } from './convert.ts';
import { type FunctionTable, onAll, onAny, onString } from './define.ts';

/** sprig's arithmetic: all of it on `int64`, overflowing silently. */
export const numberFunctions: FunctionTable = {
  atoi: onString(atoi),
  int: onAny(1, toInteger),
  int64: onAny(1, (value) => int64(toInteger(value))),
  float64: onAny(1, toFloat),
  toDecimal: onAny(1, (value) => int64(fromOctal(sprint([value])))),
  add: onAll(0, (...values) => int64(values.reduce<bigint>((sum, value) => sum + toInteger(value), 0n))),
  add1: onAny(1, (value) => int64(toInteger(value) + 1n)),
  sub: onAny(2, (left, right) => int64(toInteger(left) - toInteger(right))),
  mul: onAll(1, (...values) => int64(values.reduce<bigint>((product, value) => product * toInteger(value), 1n))),
  div: onAny(2, (left, right) => int64(toInteger(left) / divisor(right))),
  mod: onAny(2, (left, right) => int64(toInteger(left) % divisor(right))),
  max: onAll(1, (...values) => int64(extreme(values, (value, best) => value > best))),
  biggest: onAll(1, (...values) => int64(extreme(values, (value, best) => value > best))),
  min: onAll(1, (...values) => int64(extreme(values, (value, best) => value < best))),
  floor: onAny(1, (value) => Math.floor(toFloat(value))),
  ceil: onAny(1, (value) => Math.ceil(toFloat(value))),
  round: { parameters: ['interface {}', 'int'], rest: 'float64', call: round },
  until: { parameters: ['int'], call: (count) => series(0n, count as bigint, (count as bigint) < 0n ? -1n : 1n) },
  untilStep: {
    parameters: ['int', 'int', 'int'],
    call: (start, stop, step) => series(start as bigint, stop as bigint, step as bigint),
  },
};

/** Octal digits as a number; 0 for anything else and for what does not fit. */
function fromOctal(text: string): bigint {
  const [, sign = '', digits] = /^([+-]?)([0-7]+)$/.exec(text) ?? [];
  const value = digits === undefined ? 0n : BigInt(`0o${digits}`) * (sign === '-' ? -1n : 1n);
  return value === BigInt.asIntN(64, value) ? value : 0n;
}

function divisor(value: GoValue): bigint {
  const number = toInteger(value);
  if (number === 0n) throw new GoFailure('runtime error: integer divide by zero');
  return number;
}

function extreme(values: readonly GoValue[], isBetter: (value: bigint, best: bigint) => boolean): bigint {
  return values.map(toInteger).reduce((best, value) => (isBetter(value, best) ? value : best));
}

function round(value: GoValue, places: GoValue, roundOn: GoValue = 0.5): GoValue {
  const power = 10 ** Number(places as bigint);
  const digit = power * toFloat(value);
  const fraction = digit - Math.trunc(digit);
  return (fraction >= (roundOn as number) ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** Most numbers a series may have: more are a mistake that would only fill memory. */
const longestSeries = 1_000_000n;

function series(start: bigint, stop: bigint, step: bigint): GoValue {
  const goesThere = stop < start ? step < 0n : step > 0n;
  if (!goesThere) return listOf([], 'int');
  if ((stop - start) / step > longestSeries)
    throw new GoFailure(`a series of more than ${longestSeries} numbers is not supported`);
  const items: bigint[] = [];
  for (let value = start; stop < start ? value > stop : value < stop; value += step) items.push(value);
  return listOf(items, 'int');
}
