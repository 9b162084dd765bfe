import { formatPlain } from './format.ts';
import { sprintf } from './printf.ts';
import { compareStrings, GoFailure, type GoValue, integerOf, isComposite, sameObject, typeName } from './values.ts';

type BasicKind = 'bool' | 'integer' | 'float' | 'string' | undefined;

function basicKind(value: GoValue): BasicKind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'string';
  return integerOf(value) === undefined ? undefined : 'integer';
}

/**
 * Go's template function `eq`: whether the first value equals one of the others.
 *
 * @throws {GoFailure} when the types cannot be compared.
 */
export function equalsAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new GoFailure('missing argument for comparison');
  return others.some((other) => equals(first, other));
}

function equals(left: GoValue, right: GoValue): boolean {
  const kind = basicKind(left);
  if (kind !== basicKind(right)) {
    if (left === null || left === undefined || right === null || right === undefined) return false;
    throw incompatible(left, right);
  }
  if (kind === 'integer') return integerOf(left) === integerOf(right);
  return kind === undefined ? equalsOther(left, right) : left === right;
}

/** Values that are neither numbers, strings nor booleans: nil equals nil, the rest must be comparable. */
function equalsOther(left: GoValue, right: GoValue): boolean {
  const kinds = [left, right].map((value) => (isComposite(value) ? value.kind : undefined));
  if (kinds[0] !== kinds[1] && kinds[0] !== undefined && kinds[1] !== undefined) {
    throw new GoFailure(
      `non-comparable types ${reflected(left)}: ${typeName(left)}, ${typeName(right)}: ${formatPlain(right)}`,
    );
  }
  if (isNil(left) || isNil(right)) return isNil(left) && isNil(right);
  if (isComposite(right) && right.kind !== 'object')
    throw new GoFailure(`non-comparable type ${reflected(right)}: ${typeName(right)}`);
  return left === right || areEqualObjects(left, right);
}

/** Structs are equal when they hold the same, pointers when they are the same. */
function areEqualObjects(left: GoValue, right: GoValue): boolean {
  if (!isComposite(left) || !isComposite(right) || left.kind !== 'object' || right.kind !== 'object') return false;
  return left.reflected === 'struct' && sameObject(left, right);
}

function isNil(value: GoValue): boolean {
  if (!isComposite(value)) return true;
  return (value.kind === 'list' || value.kind === 'map') && value.isNil === true;
}

/** A `reflect.Value` printed with `%s`. */
const reflected = (value: GoValue): string => sprintf('%s', [value]);

/**
 * Go's template function `lt`.
 *
 * @throws {GoFailure} when the types have no order.
 */
export function isLess(left: GoValue, right: GoValue): boolean {
  const kind = basicKind(left);
  const other = basicKind(right);
  if (kind === undefined || other === undefined) throw new GoFailure('invalid type for comparison');
  if (kind !== other) throw incompatible(left, right);
  if (kind === 'bool') throw new GoFailure('invalid type for comparison');
  if (kind === 'integer') return (integerOf(left) ?? 0n) < (integerOf(right) ?? 0n);
  if (kind === 'string') return compareStrings(left as string, right as string) < 0;
  return (left as number) < (right as number);
}

function incompatible(left: GoValue, right: GoValue): GoFailure {
  return new GoFailure(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
}
