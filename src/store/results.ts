import type { BuildOutcome } from '../core/artifact.ts';
import type { Digest } from '../core/names.ts';
import { isDigest } from '../image/digest.ts';

/** What a build came to, as the build cache remembers it. */
export interface BuildResultRecord {
  readonly outcome: BuildOutcome;
  /** The digest a registry served for it, where it was pushed. */
  readonly pushed?: Digest;
}

/** Checks a record read from disk. */
export function readResultRecord(value: unknown): BuildResultRecord | undefined {
  const record = value as Partial<BuildResultRecord> | null;
  const outcome = record?.outcome as Readonly<Record<string, unknown>> | undefined;
  const isKnown =
    (outcome?.['at'] === 'daemon' && typeof outcome['id'] === 'string') ||
    (outcome?.['at'] === 'store' && typeof outcome['id'] === 'string' && isDigestText(outcome['digest'])) ||
    (outcome?.['at'] === 'registry' && isDigestText(outcome['digest']));
  if (!isKnown || (record?.pushed !== undefined && !isDigestText(record.pushed))) return undefined;
  return record as BuildResultRecord;
}

function isDigestText(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value);
}
