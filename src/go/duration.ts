/** Go's `time.Duration`: nanoseconds as a signed integer of 64 bits. */

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n, // U+00B5
  μs: 1000n, // U+03BC
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const largest = 2n ** 63n - 1n;
export const second: bigint = 1_000_000_000n;

/** Go's `time.ParseDuration`: `1h2m3.5s`; undefined for what is none or does not fit. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = '', amounts = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (amounts === '0') return 0n;
  if (amounts === '') return undefined;
  const limit = sign === '-' ? largest + 1n : largest;
  let total = 0n;
  let position = 0;
  while (position < amounts.length) {
    amount.lastIndex = position;
    const match = amount.exec(amounts);
    const unit = match === null || !Object.hasOwn(units, match[3] ?? '') ? undefined : units[match[3] ?? ''];
    if (match === null || unit === undefined) return undefined;
    total += BigInt(match[1] || '0') * unit + fractionOf(match[2] ?? '', unit);
    if (total > limit) return undefined;
    position += match[0].length;
  }
  return sign === '-' ? -total : total;
}

const amount = /(?=\.?\d)(\d{0,30})(?:\.(\d*))?([^.\d]+)/y;

/** A fraction of a unit. Go counts with as many digits as fit into 63 bits, and multiplies in floating point. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > largest / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > largest + 1n) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** As Go prints it: `1h2m3.5s`, `1.5ms`, `0s`. */
export function formatDuration(duration: bigint): string {
  const sign = duration < 0n ? '-' : '';
  const magnitude = duration < 0n ? -duration : duration;
  if (magnitude === 0n) return '0s';
  if (magnitude < 1000n) return `${sign}${magnitude}ns`;
  if (magnitude < 1_000_000n) return `${sign}${decimal(magnitude, 1000n)}µs`;
  if (magnitude < second) return `${sign}${decimal(magnitude, 1_000_000n)}ms`;
  const minutes = magnitude / (60n * second);
  const seconds = `${decimal(magnitude % (60n * second), second)}s`;
  if (minutes === 0n) return sign + seconds;
  return `${sign}${minutes >= 60n ? `${minutes / 60n}h` : ''}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}

/** Cut to the 64 bits it has, the nearest one for what does not fit. */
export function clampDuration(duration: bigint): bigint {
  if (duration > largest) return largest;
  return duration < -largest - 1n ? -largest - 1n : duration;
}

/** Go's `Duration.Truncate`. */
export function truncateDuration(duration: bigint, step: bigint): bigint {
  return step <= 0n ? duration : duration - (duration % step);
}

/** Go's `Duration.Round`: halves go away from zero. */
export function roundDuration(duration: bigint, step: bigint): bigint {
  if (step <= 0n) return duration;
  const rest = duration % step;
  const magnitude = rest < 0n ? -rest : rest;
  if (magnitude * 2n < step) return duration - rest;
  return clampDuration(duration - rest + (duration < 0n ? -step : step));
}
