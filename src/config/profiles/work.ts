import { ToolError } from '../../core/errors.ts';

/** What applying the profiles of a document may cost: places looked at and list entries copied. */
export interface Work {
  left: number;
}

/** Some hundred patches of the largest configuration; a fraction of a second. */
const mostWork = 5_000_000;

export function createWork(): Work {
  return { left: mostWork };
}

/** @throws {ToolError} `CONFIG_APPLY_PROFILES_ERR` when there is no more to spend. */
export function spend(work: Work, amount: number): void {
  work.left -= amount;
  if (work.left >= 0) return;
  throw new ToolError(
    'CONFIG_APPLY_PROFILES_ERR',
    'applying the profiles and their patches takes too long for a configuration this large',
    {
      suggestions: [{ code: 'FEWER_PATCHES', action: 'Replace whole lists or sections with one patch each' }],
    },
  );
}
