import type { Reporter } from '../core/events.ts';

/** Hands every event to several reporters, in order. They are closed in order too, all of them even if one fails. */
export function createTee(reporters: readonly Reporter[]): Reporter {
  return {
    on: (event) => {
      for (const reporter of reporters) reporter.on(event);
    },
    close: async () => {
      const failures: unknown[] = [];
      for (const reporter of reporters) await reporter.close().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}
