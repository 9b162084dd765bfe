import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StoreParts } from '../../../src/store/parts.ts';
import { createFiles } from '../../../src/system/files.ts';

export interface TestParts extends StoreParts {
  readonly directory: string;
  readonly warnings: string[];
  /** What `clock.now()` says, in milliseconds since the epoch; the real time unless it is set. */
  now: number | undefined;
}

/** Real files below a temporary directory, warnings collected. */
export function testParts(): TestParts {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const warnings: string[] = [];
  const parts: TestParts = {
    directory,
    warnings,
    now: undefined,
    files: createFiles(tmpdir()),
    clock: { now: () => new Date(parts.now ?? Date.now()), monotonic: () => 0, sleep: async () => undefined },
    warn: (message) => void warnings.push(message),
  };
  return parts;
}
