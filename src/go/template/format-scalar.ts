import { formatNumber } from './format-number.ts';
import { pad, quoteFor, type Spec } from './format-spec.ts';
import { isPrintable, quoteCharacter } from './quote.ts';
import type { GoInteger } from './values.ts';

/** A scalar by a `printf` verb; undefined when the verb does not fit. */
export function formatScalar(value: string | boolean | bigint | number | GoInteger, spec: Spec): string | undefined {
  switch (typeof value) {
    case 'string':
      return formatString(value, spec);
    case 'boolean':
      return spec.verb === 't' || spec.verb === 'v' ? pad(String(value), spec) : undefined;
    case 'number':
      return formatNumber(value, spec);
    case 'bigint':
      return formatInteger(value, spec);
    default:
      if (value.text !== undefined && 'vsqxX'.includes(spec.verb) && !spec.sharpV)
        return formatString(value.text, spec);
      return formatInteger(
        value.value,
        value.type === 'uint8' && spec.sharpV ? { ...spec, verb: 'x', sharp: true } : spec,
      );
  }
}

function formatString(text: string, spec: Spec): string | undefined {
  const cut = spec.precision === undefined ? text : [...text].slice(0, spec.precision).join('');
  switch (spec.verb) {
    case 'v':
      return spec.sharpV ? pad(quoteFor(cut, { ...spec, sharp: spec.sharp ?? false }), spec) : pad(cut, spec);
    case 's':
      return pad(cut, spec);
    case 'q':
      return pad(quoteFor(cut, spec), spec);
    case 'x':
    case 'X':
      return pad(hexadecimal(text, spec), spec);
    default:
      return undefined;
  }
}

/** The bytes in hexadecimal; `#` puts 0x in front, a blank separates them. */
function hexadecimal(text: string, spec: Spec): string {
  const bytes = [...Buffer.from(text).subarray(0, spec.precision)].map((byte) => byte.toString(16).padStart(2, '0'));
  const prefix = spec.sharp ? '0x' : '';
  const joined = spec.space
    ? bytes.map((byte) => prefix + byte).join(' ')
    : (bytes.length > 0 ? prefix : '') + bytes.join('');
  return spec.verb === 'X' ? joined.toUpperCase() : joined;
}

const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function formatInteger(value: bigint, spec: Spec): string | undefined {
  const base = bases[spec.verb];
  if (base !== undefined) return formatDigits(value, base, spec);
  const inRange = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value < 0xe000n);
  const character = inRange ? String.fromCodePoint(Number(value)) : '\ufffd';
  switch (spec.verb) {
    case 'c':
      return pad(character, spec);
    case 'q':
      return pad(quoteCharacter(character, spec.plus), spec);
    case 'U':
      return pad(unicodeName(value, inRange ? character : '', spec), { ...spec, zero: false });
    default:
      return undefined;
  }
}

function unicodeName(value: bigint, character: string, spec: Spec): string {
  const digits = BigInt.asUintN(64, value)
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(spec.precision ?? 4, 4), '0');
  return `U+${digits}${spec.sharp && isPrintable(character) ? ` '${character}'` : ''}`;
}

/** Digits in a base with sign and prefix; zeros fill up to the precision, or with `0` to the width. */
function formatDigits(value: bigint, base: number, spec: Spec): string {
  const { precision, width = 0 } = spec;
  if (precision === 0 && value === 0n) return pad('', { ...spec, zero: false });
  const sign = value < 0n ? '-' : spec.plus ? '+' : spec.space ? ' ' : '';
  const byZeros = precision === undefined && spec.zero && !spec.minus;
  const least = byZeros ? width - sign.length : (precision ?? 0);
  const digits = (value < 0n ? -value : value).toString(base).padStart(least, '0');
  const text = sign + prefixOf(base, digits, spec) + digits;
  return pad(spec.verb === 'X' ? text.toUpperCase() : text, { ...spec, zero: false });
}

function prefixOf(base: number, digits: string, { verb, sharp }: Spec): string {
  if (verb === 'O') return sharp && !digits.startsWith('0') ? '0o0' : '0o';
  if (!sharp) return '';
  if (base === 2) return '0b';
  if (base === 8) return digits.startsWith('0') ? '' : '0';
  return base === 16 ? '0x' : '';
}
