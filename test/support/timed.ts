import { expect } from 'vitest';

/** In milliseconds of CPU time. */
const longest = 1_000;

/** Does some work, which must not take long: CPU time counts, not what others do meanwhile. */
export function timed<T>(work: () => T): T {
  const started = process.cpuUsage();
  try {
    return work();
  } finally {
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(longest);
  }
}

/** The same of work that is waited for. */
export async function timedAsync<T>(work: () => Promise<T>): Promise<T> {
  const started = process.cpuUsage();
  try {
    return await work();
  } finally {
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(longest);
  }
}
