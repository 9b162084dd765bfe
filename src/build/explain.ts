/** What differs between two states of an artifact. */
import type { Change } from '../core/explanation.ts';
import type { InputRow } from '../store/build-inputs.ts';
import { isShown, type KeyParts, type LastBuild } from '../store/last-builds.ts';

/** A state to compare: values of `parameters` protected as those of the last build are. */
export interface ExplainedState extends KeyParts {
  readonly inputs: readonly InputRow[];
}

/** Every input that differs: the artifact's own first, files by path, then what it requires. */
export function changesBetween(before: Omit<LastBuild, 'key'>, now: ExplainedState): readonly Change[] {
  return [
    ...differing('builder-changed', 'builder', before.builder, now.builder),
    ...differing('engine-changed', 'engine', before.engine, now.engine),
    ...differing('platforms-changed', 'platforms', before.platforms.join(','), now.platforms.join(',')),
    ...parameterChanges(before.parameters, now.parameters),
    ...fileChanges(before.inputs, now.inputs),
    ...namesOf(before.dependencies, now.dependencies)
      .filter((alias) => before.dependencies[alias] !== now.dependencies[alias])
      .map((name): Change => ({ kind: 'dependency-changed', name })),
  ];
}

function differing(kind: Change['kind'], name: string, before: string, after: string): readonly Change[] {
  return before === after ? [] : [{ kind, name, before, after }];
}

function namesOf(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
}

function parameterChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly Change[] {
  return namesOf(before, now).flatMap((name): readonly Change[] => {
    const [old, current] = [before[name], now[name]];
    if (old === current) return [];
    const argument = /^arg (.*)$/s.exec(name)?.[1];
    const how = old === undefined ? 'added' : current === undefined ? 'removed' : 'changed';
    if (argument !== undefined) return [{ kind: `argument-${how}`, name: argument }];
    const values = isShown(name) ? { ...some('before', old), ...some('after', current) } : {};
    const base = /^base (.*)$/s.exec(name)?.[1];
    return [{ kind: base === undefined ? 'parameter-changed' : 'base-changed', name: base ?? name, ...values }];
  });
}

function some(name: 'before' | 'after', value: string | undefined): { readonly [Key in typeof name]?: string } {
  return value === undefined || value === '' ? {} : { [name]: value };
}

interface Row {
  readonly path: string;
  readonly what: string;
  readonly holds: string;
}

const rowsByPath = (rows: readonly InputRow[], wanted: (what: string) => boolean): ReadonlyMap<string, Row> =>
  new Map(rows.filter(([, what]) => wanted(what)).map(([path, what, holds]) => [path, { path, what, holds }]));

const isFile = (what: string): boolean => what !== 'i' && what !== 'n';

function fileChanges(before: readonly InputRow[], now: readonly InputRow[]): readonly Change[] {
  const [old, current] = [rowsByPath(before, isFile), rowsByPath(now, isFile)];
  const instructions = instructionChanges(before, now);
  const removed = [...old.values()].filter(({ path }) => !current.has(path));
  const added = [...current.values()].filter(({ path }) => !old.has(path));
  const { moved, gone, fresh } = pairMoves(removed, added);
  const found = [
    ...moved,
    ...named(gone, old, 'removed'),
    ...named(fresh, current, 'added'),
    ...[...current.values()].flatMap((row) => changesOf(old.get(row.path), row)),
  ].filter(({ kind, name }) => kind !== 'file-changed' || !instructions.some((change) => change.name === name));
  const notes = [...instructions, ...found].length === 0 ? [] : ignoreFileChanges(before, now);
  return [...instructions, ...notes, ...found.sort((left, right) => (left.name < right.name ? -1 : 1))];
}

function instructionChanges(before: readonly InputRow[], now: readonly InputRow[]): readonly Change[] {
  const [old] = rowsByPath(before, (what) => what === 'i').values();
  const [current] = rowsByPath(now, (what) => what === 'i').values();
  if (current === undefined || (old?.path === current.path && old.holds === current.holds)) return [];
  const moved = old !== undefined && old.path !== current.path ? { before: old.path, after: current.path } : {};
  return [{ kind: 'dockerfile-changed', name: current.path, ...moved }];
}

/** The ignore file counts only by what it leaves in, but it is what somebody edited. */
function ignoreFileChanges(before: readonly InputRow[], now: readonly InputRow[]): readonly Change[] {
  const [old] = rowsByPath(before, (what) => what === 'n').values();
  const [current] = rowsByPath(now, (what) => what === 'n').values();
  const name = current?.path ?? old?.path;
  if (name === undefined || (old?.path === current?.path && old?.holds === current?.holds)) return [];
  return [{ kind: 'ignore-file-changed', name }];
}

/** Of what is gone and what is new, the same thing under another name was moved; one that kept its base name goes first. */
function pairMoves(
  removed: readonly Row[],
  added: readonly Row[],
): { readonly moved: readonly Change[]; readonly gone: readonly Row[]; readonly fresh: readonly Row[] } {
  const sources = new Map<string, Row[]>();
  for (const row of removed.filter(isMovable)) sources.set(identity(row), [...(sources.get(identity(row)) ?? []), row]);
  const taken = new Set<Row>();
  const moved: Change[] = [];
  const fresh: Row[] = [];
  for (const row of added) {
    const same = (sources.get(identity(row)) ?? []).filter((source) => !taken.has(source));
    const source = same.find(({ path }) => baseName(path) === baseName(row.path)) ?? same[0];
    if (source === undefined) {
      fresh.push(row);
      continue;
    }
    taken.add(source);
    moved.push({ kind: 'file-moved', name: row.path, before: source.path, after: row.path });
  }
  return { moved, gone: removed.filter((row) => !taken.has(row)), fresh };
}

const isMovable = ({ what }: Row): boolean => !what.startsWith('d');
const identity = ({ what, holds }: Row): string => `${what} ${holds}`;
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A directory is worth a word only where it is empty: else what is in it says enough. */
function named(rows: readonly Row[], all: ReadonlyMap<string, Row>, how: 'added' | 'removed'): readonly Change[] {
  const holding = new Set([...all.keys()].map((path) => path.slice(0, Math.max(path.lastIndexOf('/'), 0))));
  return rows.flatMap(({ path, what }): readonly Change[] => {
    if (!what.startsWith('d')) return [{ kind: `file-${how}`, name: path }];
    return holding.has(path) ? [] : [{ kind: `directory-${how}`, name: path }];
  });
}

function changesOf(old: Row | undefined, { path, what, holds }: Row): readonly Change[] {
  if (old === undefined || (old.what === what && old.holds === holds)) return [];
  if (old.what[0] !== what[0]) {
    return [{ kind: 'type-changed', name: path, before: kindOf(old.what), after: kindOf(what) }];
  }
  const mode: readonly Change[] =
    old.what === what ? [] : [{ kind: 'mode-changed', name: path, before: modeOf(old.what), after: modeOf(what) }];
  if (old.holds === holds) return mode;
  const content: Change =
    what === 'l'
      ? { kind: 'link-changed', name: path, before: old.holds, after: holds }
      : { kind: 'file-changed', name: path };
  return [...mode, content];
}

const kindNames: Readonly<Record<string, string>> = {
  f: 'file',
  d: 'directory',
  l: 'link',
  o: 'other',
  m: 'missing',
};

function kindOf(what: string): string {
  return kindNames[what[0] ?? ''] ?? what;
}

function modeOf(what: string): string {
  return what.slice(1).padStart(4, '0');
}
