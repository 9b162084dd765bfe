import { DockerfileProblem } from './problem.ts';

/** Nanoseconds in each unit of Go's `time.ParseDuration`; both micro signs count. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Longest duration Go can hold, in nanoseconds. */
const longest = 2 ** 63;

/**
 * Reads a duration such as `1m30s` or `500ms`, as Go's `time.ParseDuration` does, into nanoseconds.
 *
 * @throws {DockerfileProblem}
 */
export function parseDuration(text: string): number {
  const [, sign = '', magnitude = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (magnitude === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(magnitude)) throw invalidDuration(text);
  let total = 0;
  for (const [, number = '', unit = ''] of magnitude.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    total += Math.trunc(Number(number) * (units[unit] ?? Number.NaN));
  }
  if (!(total < longest)) throw invalidDuration(text);
  return sign === '-' ? -total : total;
}

function invalidDuration(text: string): DockerfileProblem {
  return new DockerfileProblem(`invalid duration "${text}"`, 'Write a number and a unit, such as 30s or 1m30s');
}
