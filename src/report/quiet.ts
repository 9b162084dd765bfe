import type { Reporter } from '../core/events.ts';

/** Shows nothing. */
export function createQuietReporter(): Reporter {
  return { on: () => undefined, close: async () => undefined };
}
