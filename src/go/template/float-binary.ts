/** A positive `float64` as mantissa times a power of two. */
interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const mantissaBits = 52n;

function binaryOf(magnitude: number): Binary {
  const bits = new BigUint64Array(new Float64Array([magnitude]).buffer)[0] ?? 0n;
  const biased = Number(bits >> mantissaBits) & 0x7ff;
  const fraction = bits & ((1n << mantissaBits) - 1n);
  // The smallest numbers have no leading bit of their own.
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << mantissaBits), exponent: biased - 1075 };
}

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');
const signed = (exponent: number): string => (exponent < 0 ? '-' : '+') + String(Math.abs(exponent));

/** A finite `float64` as Go's `strconv.FormatFloat` with `b`: `4503599627370496p-52`. */
export function formatBinaryFloat(value: number): string {
  const { mantissa, exponent } = binaryOf(Math.abs(value));
  return `${signOf(value)}${mantissa}p${signed(exponent)}`;
}

/**
 * A finite `float64` as Go's `strconv.FormatFloat` with `x`: `0x1.8p+01`.
 *
 * @param precision digits after the point; undefined for as many as it has.
 */
export function formatHexadecimalFloat(value: number, precision: number | undefined): string {
  const sign = signOf(value);
  const binary = binaryOf(Math.abs(value));
  if (binary.mantissa === 0n) return `${sign}0x0${precision ? `.${'0'.repeat(precision)}` : ''}p+00`;
  const shift = Number(mantissaBits) + 1 - binary.mantissa.toString(2).length;
  const exponent = binary.exponent - shift + Number(mantissaBits);
  const rounded = roundTo(binary.mantissa << BigInt(shift), precision);
  const hasGrown = rounded >> (mantissaBits + 1n) !== 0n;
  const mantissa = (hasGrown ? rounded >> 1n : rounded) & ((1n << mantissaBits) - 1n);
  const digits = mantissa.toString(16).padStart(13, '0');
  const fraction =
    precision === undefined ? digits.replace(/0+$/, '') : digits.padEnd(precision, '0').slice(0, precision);
  const power = exponent + (hasGrown ? 1 : 0);
  const tail = (power < 0 ? '-' : '+') + String(Math.abs(power)).padStart(2, '0');
  return `${sign}0x1${fraction === '' ? '' : `.${fraction}`}p${tail}`;
}

/** A mantissa of 53 bits with so many hexadecimal digits behind its first bit; halves go to the even one. */
function roundTo(mantissa: bigint, precision: number | undefined): bigint {
  if (precision === undefined || precision >= 13) return mantissa;
  const dropped = mantissaBits - 4n * BigInt(precision);
  const unit = 1n << dropped;
  const rest = mantissa & (unit - 1n);
  const kept = mantissa - rest;
  const isOdd = ((kept >> dropped) & 1n) === 1n;
  return rest * 2n > unit || (rest * 2n === unit && isOdd) ? kept + unit : kept;
}
