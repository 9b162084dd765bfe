import { formatPlain } from '../template/format.ts';
import { parseFloat64 } from '../template/number.ts';
import {
  GoFailure,
  type GoList,
  type GoMap,
  type GoValue,
  integerOf,
  isComposite,
  sameObject,
} from '../template/values.ts';

/** sprig's `strval`: any value as text. */
export function toText(value: GoValue): string {
  return typeof value === 'string' ? value : formatPlain(value);
}

/** sprig's `strslice`: a list's elements as texts without nils; anything else is a list of one. */
export function toTexts(value: GoValue): readonly string[] {
  if (isComposite(value) && value.kind === 'list')
    return value.items.filter((item) => item !== null && item !== undefined).map(toText);
  return value === null || value === undefined ? [] : [toText(value)];
}

/** What counts as empty for `default`, `empty` and `coalesce`: zero, nil, and texts, lists and maps with nothing in them. */
export function isEmpty(value: GoValue): boolean {
  if (value === null || value === undefined || value === '' || value === false || value === 0 || value === 0n)
    return true;
  if (!isComposite(value)) return false;
  if (value.kind === 'list') return value.items.length === 0;
  if (value.kind === 'map') return value.entries.size === 0;
  return value.kind === 'integer' && value.value === 0n;
}

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);
const largestUnsigned = 2n ** 64n - 1n;

/** sprig's `toInt64`: what cannot be a number is 0. */
export function toInteger(value: GoValue): bigint {
  if (typeof value === 'string') {
    const parsed = /^[+-]?\d+$/.test(value) ? BigInt(value) : 0n;
    return parsed > largest || parsed < smallest ? 0n : parsed;
  }
  if (typeof value === 'number') return truncate(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return integerOf(value) ?? 0n;
}

/** Go's conversion of a `float64` to `int64`; what does not fit becomes the smallest one (amd64). */
function truncate(value: number): bigint {
  if (!Number.isFinite(value)) return smallest;
  const whole = BigInt(Math.trunc(value));
  return whole > largest || whole < smallest ? smallest : whole;
}

/** sprig's `toFloat64`. */
export function toFloat(value: GoValue): number {
  if (typeof value === 'string') return parseFloat64(value) ?? specialFloat(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return Number(integerOf(value) ?? 0n);
}

/** Infinities and NaN by their names; 0 for anything else. */
function specialFloat(text: string): number {
  if (/^nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  if (sign === undefined) return 0;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * Go's `strconv.Atoi` without its error: 0 for what is no number, the nearest one for what is too large. It stops reading where a
 * number gets too large for 64 bits.
 */
export function atoi(text: string): bigint {
  const [digits = '', sign] = /^([+-]?)0*\d{0,21}/.exec(text) ?? [];
  const start = digits === '' || digits === sign ? 0n : BigInt(digits.replace(/^[+-]/, ''));
  const isHuge = start > largestUnsigned;
  if (!isHuge && !/^[+-]?\d+$/.test(text)) return 0n;
  const value = isHuge ? largestUnsigned : start;
  if (sign === '-') return value > largest ? smallest : -value;
  return value > largest ? largest : value;
}

/** Go's name for the kind of a value. */
export function kindOf(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      return isComposite(value) ? compositeKind(value) : 'invalid';
  }
}

function compositeKind(value: Extract<GoValue, { kind: string }>): string {
  switch (value.kind) {
    case 'list':
      return 'slice';
    case 'map':
      return 'map';
    case 'integer':
      return value.reflected ?? value.type;
    case 'object':
      return value.reflected;
    default:
      return 'struct';
  }
}

/** The list a function works on; `verb` names the function in the message for other values. */
export function requireList(value: GoValue, message: (kind: string) => string): GoList {
  if (value === null || value === undefined)
    throw new GoFailure('runtime error: invalid memory address or nil pointer dereference');
  if (isComposite(value) && value.kind === 'list') return value;
  throw new GoFailure(message(kindOf(value)));
}

/** Go's `reflect.DeepEqual`: same types, same contents. */
export function deepEqual(left: GoValue, right: GoValue): boolean {
  if (left === right) return true;
  if ((left ?? null) === null && (right ?? null) === null) return true;
  if (!isComposite(left) || !isComposite(right) || left.kind !== right.kind) return false;
  if (left.kind === 'list' && right.kind === 'list') return equalLists(left, right);
  if (left.kind === 'map' && right.kind === 'map') return equalMaps(left, right);
  if (left.kind === 'object' && right.kind === 'object') return sameObject(left, right);
  return left.kind === 'integer' && right.kind === 'integer' && left.type === right.type && left.value === right.value;
}

function equalLists(left: GoList, right: GoList): boolean {
  if (left.element !== right.element || left.items.length !== right.items.length || left.isNil !== right.isNil)
    return false;
  return left.items.every((item, index) => deepEqual(item, right.items[index]));
}

function equalMaps(left: GoMap, right: GoMap): boolean {
  if (left.element !== right.element || left.entries.size !== right.entries.size || left.isNil !== right.isNil)
    return false;
  return [...left.entries].every(([key, value]) => right.entries.has(key) && deepEqual(value, right.entries.get(key)));
}
