import type { ScalarValue } from './resolve.ts';

const largestUnsigned = 0xffff_ffff_ffff_ffffn;
const largestSigned = 0x7fff_ffff_ffff_ffffn;
const mostNegative = -0x8000_0000_0000_0000n;

const plainInteger = /^[-+]?(?:0|[1-9][0-9]{0,14})$/;
const decimal = /^([-+]?)(0|[1-9][0-9]*)$/;
const prefixed = /^([-+]?)0(?:[xX]([0-9a-fA-F]+)|[oO]([0-7]+)|[bB]([01]+)|([0-7]+))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * Reads an integer (64 bits, signed or unsigned; decimal, `0x`, `0o`, `0b`, or octal after a bare `0`) or a float as
 * gopkg.in/yaml.v3 does. `_` may stand anywhere; in what starts with a point only between digits. Undefined for other text.
 */
export function resolveNumber(text: string): ScalarValue | undefined {
  if (plainInteger.test(text)) return { kind: 'integer', value: BigInt(Number(text)) };
  const digits = text.charCodeAt(0) === 0x2e ? text.replace(/(?<=\d)_(?=\d)/g, '') : text.replaceAll('_', '');
  return readInteger(digits) ?? readFloat(digits);
}

function readInteger(text: string): ScalarValue | undefined {
  const match = decimal.exec(text);
  if (match !== null) return integer(match[1] ?? '', magnitudeOf('', match[2] ?? '0'));
  const [, sign = '', hexadecimal, octal, binary, bareOctal] = prefixed.exec(text) ?? [];
  if (hexadecimal !== undefined) return integer(sign, magnitudeOf('0x', hexadecimal));
  const eight = octal ?? bareOctal;
  if (eight !== undefined) return integer(sign, magnitudeOf('0o', eight));
  return binary === undefined ? undefined : integer(sign, magnitudeOf('0b', binary));
}

/** No number of 64 bits has more digits, and reading others takes time that grows faster than they do. */
const mostDigits = 64;

/** The digits with the prefix of their base, or zeroes only in front of them, as a number; undefined for too many. */
function magnitudeOf(prefix: string, digits: string): bigint | undefined {
  const significant = digits.length > mostDigits ? digits.replace(/^0+/, '') : digits;
  return significant.length > mostDigits ? undefined : BigInt(`${prefix}${significant === '' ? '0' : significant}`);
}

/** Undefined where 64 bits do not hold it: it is tried as a float then. A sign means a signed integer. */
function integer(sign: string, magnitude: bigint | undefined): ScalarValue | undefined {
  if (magnitude === undefined) return undefined;
  const value = sign === '-' ? -magnitude : magnitude;
  const largest = sign === '' ? largestUnsigned : largestSigned;
  return value < mostNegative || value > largest ? undefined : { kind: 'integer', value };
}

/** A number too large for a double stays a string. */
function readFloat(text: string): ScalarValue | undefined {
  if (!float.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}
