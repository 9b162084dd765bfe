import type { Clock, Files } from '../core/ports.ts';

/** What the parts of the store work with. */
export interface StoreParts {
  readonly files: Files;
  readonly clock: Clock;
  /** Tells the user of something damaged that was put right. */
  readonly warn: (message: string) => void;
}
