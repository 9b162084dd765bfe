/** How much of the disk the store may take. */
import { ToolError } from '../core/errors.ts';

const defaults = { maxBytes: 10_000_000_000, maxAge: 30 * 24 * 60 * 60 * 1000 } as const;

/**
 * The budget that builds keep to by themselves: 10 GB and 30 days without use, or what `SLIPWAY_CACHE_MAX_SIZE` says.
 *
 * @throws `USAGE` for a size that cannot be read.
 */
export function budgetOf(env: Readonly<Record<string, string | undefined>>): {
  readonly maxBytes: number;
  readonly maxAge: number;
} {
  const size = env['SLIPWAY_CACHE_MAX_SIZE'] ?? '';
  return size === '' ? defaults : { ...defaults, maxBytes: parseSize(size, 'SLIPWAY_CACHE_MAX_SIZE') };
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 1e3,
  KB: 1e3,
  M: 1e6,
  MB: 1e6,
  G: 1e9,
  GB: 1e9,
  T: 1e12,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/**
 * A size such as `500MB`, `1.5GiB` or `0`, in bytes.
 *
 * @param what what the text is the value of, for the message.
 * @throws `USAGE`.
 */
export function parseSize(text: string, what: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = units[unit.toUpperCase()];
  if (number !== '' && factor !== undefined) return Math.floor(Number(number) * factor);
  throw new ToolError('USAGE', `${what}: "${text}" is no size`, {
    suggestions: [{ code: 'WRITE_SIZE', action: 'Write a number with a unit, such as 500MB or 10GiB' }],
  });
}
