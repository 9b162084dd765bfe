/** What an artifact was made of when it was last built or found: what a later run compares with to tell why it builds. */
import { createHmac } from 'node:crypto';
import type { InputRow } from './build-inputs.ts';

/** Everything a cache key is made of. Values that may be secret are kept as keyed hashes that mean nothing elsewhere. */
export interface KeyParts {
  /** The key of the artifact under `build.artifacts[]`, such as `docker`. */
  readonly builder: string;
  readonly engine: string;
  readonly platforms: readonly string[];
  /** By name, such as `arg NAME`, `base IMAGE` or `target`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Ids of required images, by alias. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** One such state of an artifact. */
export interface LastBuild extends KeyParts {
  readonly key: string;
  readonly inputs: readonly InputRow[];
}

/** The parameters whose values may be shown: none of them is a place for secrets. */
const shown = /^(?:target|dockerfile|network|squash|platforms|base .*)$/;

/** Replaces the values of parameters that may be secret by a hash under a secret of this store. */
export function protectParameters(
  parameters: Readonly<Record<string, string>>,
  secret: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      isShown(name) ? value : createHmac('sha256', secret).update(`${name}=${value}`).digest('hex'),
    ]),
  );
}

/** Whether the value of a parameter may be shown. */
export function isShown(name: string): boolean {
  return shown.test(name);
}

/** Checks a record read from disk. */
export function readLastBuild(value: unknown): LastBuild | undefined {
  const record = value as Partial<LastBuild> | null;
  const isKnown =
    typeof record?.key === 'string' &&
    typeof record.builder === 'string' &&
    typeof record.engine === 'string' &&
    isObject(record.parameters) &&
    isObject(record.dependencies) &&
    Array.isArray(record.platforms) &&
    Array.isArray(record.inputs) &&
    record.inputs.every((row) => Array.isArray(row) && row.length === 3);
  return isKnown ? (record as LastBuild) : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
