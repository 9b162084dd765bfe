/** Decimal digits of a number: `0.DIGITS` times ten to the power `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/**
 * Formats a `float64` as Go's `strconv.FormatFloat` does.
 *
 * @param precision digits after the point for `e` and `f`, significant ones for `g`; undefined for as few as identify the number.
 */
export function formatFloat(value: number, format: 'e' | 'f' | 'g', precision: number | undefined): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return `${sign || '+'}Inf`;
  const shortest = precision === undefined;
  const digits = shortest ? shortestDigits(magnitude) : exactDigits(magnitude);
  if (format === 'e')
    return sign + exponential(shortest ? digits : round(digits, precision + 1), precision ?? digits.digits.length - 1);
  if (format === 'f')
    return (
      sign +
      fixed(
        shortest ? digits : round(digits, digits.point + precision),
        precision ?? Math.max(digits.digits.length - digits.point, 0),
      )
    );
  const significant = shortest ? digits : round(digits, precision === 0 ? 1 : precision);
  return sign + general(significant, shortest ? 6 : precision === 0 ? 1 : precision, shortest);
}

/** `g`: exponential when the exponent is below -4 or not below the precision. */
function general(rounded: Decimal, precision: number, shortest: boolean): string {
  const digits = trimZeros(rounded);
  const count = digits.digits.length;
  const limit = !shortest && precision > count && count >= digits.point ? count : precision;
  const exponent = digits.point - 1;
  if (exponent < -4 || exponent >= limit) return exponential(digits, Math.max(count - 1, 0));
  return fixed(digits, Math.max(count - digits.point, 0));
}

function trimZeros({ digits, point }: Decimal): Decimal {
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? { digits: '', point: 1 } : { digits: trimmed, point };
}

function exponential({ digits, point }: Decimal, decimals: number): string {
  const padded = digits.padEnd(decimals + 1, '0');
  const exponent = /^0*$/.test(digits) ? 0 : point - 1;
  const fraction = decimals > 0 ? `.${padded.slice(1, decimals + 1)}` : '';
  return `${padded[0] ?? '0'}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixed({ digits, point }: Decimal, decimals: number): string {
  const padded = point > 0 ? digits.padEnd(point, '0') : '0'.repeat(1 - point) + digits;
  const whole = padded.slice(0, Math.max(point, 1));
  const fraction = padded.slice(Math.max(point, 1)).padEnd(decimals, '0').slice(0, decimals);
  return decimals > 0 ? `${whole}.${fraction}` : whole;
}

function shortestDigits(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: '', point: 1 };
  const [digits = '', exponent = ''] = magnitude.toExponential().split('e');
  return { digits: digits.replace('.', ''), point: Number(exponent) + 1 };
}

/** Every digit of the binary number. */
function exactDigits(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: '', point: 1 };
  let exponent = 0;
  let mantissa = magnitude;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  const digits = String(BigInt(mantissa) * 5n ** BigInt(-exponent));
  return { digits, point: digits.length + exponent };
}

/** The first `count` digits, the last one rounded; halves go to the even digit. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return { digits: '', point };
  if (count >= digits.length) return { digits, point };
  const rest = digits.slice(count);
  const kept = digits.slice(0, count);
  const isHalf = /^50*$/.test(rest);
  const up = isHalf ? Number(kept.at(-1) ?? '0') % 2 === 1 : (rest[0] ?? '0') >= '5';
  if (!up) return { digits: kept, point };
  const raised = String(BigInt(kept === '' ? '0' : kept) + 1n);
  const grown = raised.length > kept.length;
  return { digits: raised.padStart(kept.length, '0'), point: grown ? point + 1 : point };
}
