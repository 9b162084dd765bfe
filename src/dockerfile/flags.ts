import { DockerfileProblem } from './problem.ts';
import { closest } from './text.ts';

/** What values a flag takes; `list` flags may be repeated. */
export type FlagKind = 'text' | 'list' | 'boolean';

/** The flags of one instruction, checked. Booleans are given only when the flag was. */
export interface FlagValues {
  readonly text: ReadonlyMap<string, string>;
  readonly list: ReadonlyMap<string, readonly string[]>;
  readonly boolean: ReadonlyMap<string, boolean>;
}

/**
 * Reads an instruction's `--name[=value]` words against the flags it knows (BuildKit's `BFlags`).
 *
 * @throws {DockerfileProblem} for a flag that is unknown, repeated, or has no value or the wrong kind of value.
 */
export function readFlags(words: readonly string[], known: Readonly<Record<string, FlagKind>>): FlagValues {
  const values = {
    text: new Map<string, string>(),
    list: new Map<string, string[]>(),
    boolean: new Map<string, boolean>(),
  };
  const seen = new Set<string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw unknownFlag(name, Object.keys(known));
    if (kind !== 'list' && seen.has(name)) throw new DockerfileProblem(`duplicate flag specified: --${name}`);
    seen.add(name);
    if (kind === 'boolean') values.boolean.set(name, booleanValue(name, value));
    else if (value === undefined) throw missingValue(name);
    else if (kind === 'text') values.text.set(name, value);
    else values.list.set(name, [...(values.list.get(name) ?? []), value]);
  }
  return values;
}

function booleanValue(name: string, value: string | undefined): boolean {
  if (value === '') throw missingValue(name);
  const lower = (value ?? 'true').toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw new DockerfileProblem(`--${name} takes true or false, not "${value}"`);
}

function missingValue(name: string): DockerfileProblem {
  return new DockerfileProblem(`missing a value on flag: --${name}`, `Write --${name}=VALUE`);
}

function unknownFlag(name: string, known: readonly string[]): DockerfileProblem {
  const meant = closest(name, known);
  return new DockerfileProblem(`unknown flag: --${name}`, meant === undefined ? undefined : `Did you mean --${meant}?`);
}
