import { quote, unquoteCharacter } from './quote.ts';
import { GoFailure } from './values.ts';

/** What a number in a template can be taken for. */
export interface NumberMeanings {
  readonly integer: bigint | undefined;
  readonly unsigned: bigint | undefined;
  readonly float: number;
}

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);
const largestUnsigned = 2n ** 64n - 1n;

/**
 * Reads a number or character constant by the rules of Go's literals.
 *
 * @throws {GoFailure} in Go's words, when it is none, does not fit into 64 bits, or is complex (not supported).
 */
export function parseNumber(text: string): NumberMeanings {
  if (text.startsWith("'")) return parseCharacter(text);
  if (text.endsWith('i') && !/^[+-]?0[xX]/.test(text)) throw new GoFailure(`complex number ${text} is not supported`);
  const whole = parseInteger(text);
  if (whole !== undefined) {
    const integer = whole <= largest && whole >= smallest ? whole : undefined;
    const isUnsigned = whole <= largestUnsigned && whole >= 0n && (!/^[+-]/.test(text) || whole === 0n);
    if (integer !== undefined || isUnsigned)
      return { integer, unsigned: isUnsigned ? whole : undefined, float: Number(whole) };
  }
  return parseFraction(text);
}

function parseFraction(text: string): NumberMeanings {
  const float = parseFloat64(text);
  if (float === undefined) throw new GoFailure(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new GoFailure(`integer overflow: ${quote(text)}`);
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  return {
    integer: whole !== undefined && whole <= largest && whole >= smallest ? whole : undefined,
    unsigned: whole !== undefined && whole <= largestUnsigned && whole >= 0n ? whole : undefined,
    float,
  };
}

function parseCharacter(text: string): NumberMeanings {
  const piece = unquoteCharacter(text.slice(1), "'");
  if (piece === undefined) throw new GoFailure('invalid syntax');
  if (text.slice(1 + piece.length) !== "'") throw new GoFailure(`malformed character constant: ${text}`);
  return { integer: BigInt(piece.code), unsigned: BigInt(piece.code), float: piece.code };
}

/** A whole number with base prefix and underscores as `strconv.ParseInt` reads them with base 0; any size. */
function parseInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const isInteger =
    /^(?:0|[1-9](?:_?[0-9])*|0(?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/.test(digits);
  if (!isInteger) return undefined;
  const plain = digits.replaceAll('_', '');
  const value = BigInt(/^0[0-7]/.test(plain) ? `0o${plain}` : plain.toLowerCase());
  return sign === '-' ? -value : value;
}

/** A `float64` as `strconv.ParseFloat` reads it, hexadecimal ones and underscores included; undefined when it is none. */
export function parseFloat64(text: string): number | undefined {
  const strayUnderscore = /^[+-]?0[xX]/.test(text) ? /(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])/ : /(?<!\d)_|_(?!\d)/;
  if (strayUnderscore.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(plain);
  if (hexadecimal !== null) {
    const [, sign, whole = '', fraction = '', exponent] = hexadecimal;
    if (whole + fraction === '') return undefined;
    const magnitude = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === '-' ? -magnitude : magnitude;
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
