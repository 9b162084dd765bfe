import { formatBinaryFloat, formatHexadecimalFloat } from './float-binary.ts';
import { formatFloat } from './float-format.ts';
import { pad, type Spec } from './format-spec.ts';

const defaultPrecision: Readonly<Record<string, number | undefined>> = { e: 6, f: 6 };

/** A `float64` by a `printf` verb; undefined when the verb does not fit. */
export function formatNumber(value: number, spec: Spec): string | undefined {
  const verb = spec.verb === 'v' ? 'g' : spec.verb;
  const lower = verb === 'F' ? 'f' : verb.toLowerCase();
  const isKnown = 'efgx'.includes(lower) || verb === 'b';
  if (!isKnown) return undefined;
  const plain = digitsOf(value, lower, spec.precision ?? defaultPrecision[lower]);
  const finite = Number.isFinite(value);
  const text = spec.sharp && lower !== 'b' && finite ? withPoint(plain, verb, spec.precision) : plain;
  return padNumber(finite && verb !== lower && verb !== 'F' ? text.toUpperCase() : text, value, spec);
}

function digitsOf(value: number, verb: string, precision: number | undefined): string {
  if (!Number.isFinite(value)) return formatFloat(value, 'g', undefined);
  if (verb === 'x') return formatHexadecimalFloat(value, precision);
  return verb === 'b' ? formatBinaryFloat(value) : formatFloat(value, verb as 'e' | 'f' | 'g', precision);
}

/** What `#` adds: a decimal point, and with `g` and `x` the zeros at the end, 6 digits in all when no number is given. */
function withPoint(text: string, verb: string, precision: number | undefined): string {
  const isHexadecimal = verb === 'x' || verb === 'X';
  const tailStart = text.search(isHexadecimal ? /p/ : /e/);
  const number = tailStart < 0 ? text : text.slice(0, tailStart);
  const tail = tailStart < 0 ? '' : text.slice(tailStart);
  const significant = number.replace(/[-.]/g, '').replace(/^0+/, '').length;
  const loneZero = /^-?0$/.test(number) ? 1 : 0;
  const wanted = 'gGx'.includes(verb) ? (precision ?? 6) : 0;
  const zeros = '0'.repeat(Math.max(wanted - significant - loneZero, 0));
  return number + (number.includes('.') ? '' : '.') + zeros + tail;
}

/** Sign and padding: zeros come after the sign, infinities and NaN are never filled with zeros. */
function padNumber(text: string, value: number, spec: Spec): string {
  const finite = Number.isFinite(value);
  const unsigned = text.replace(/^[+-]/, '');
  const sign = text.startsWith('-') ? '-' : spec.plus ? '+' : spec.space ? ' ' : text.startsWith('+') ? '+' : '';
  if (!spec.zero || spec.minus || !finite) return pad(sign + unsigned, { ...spec, zero: false });
  return sign + unsigned.padStart((spec.width ?? 0) - sign.length, '0');
}
