/**
 * Path patterns as `github.com/bmatcuk/doublestar` v1 reads them: those of Go's `filepath.Match`, and `**` as a whole
 * component for any number of directories, and `{a,b/c}` for alternatives.
 */
import { join, posix } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { DirectoryEntry, Files } from '../core/ports.ts';
import { compilePattern, hasMeta, malformed } from './glob.ts';

/** A pattern from one of its components on. */
interface Pattern {
  /** The component is `**`. */
  readonly anyDepth: boolean;
  /** Where the component is not `**`: what it may be. */
  readonly alternatives: readonly Alternative[];
  /** What follows a `**`; undefined where it is the last component. */
  readonly rest: Pattern | undefined;
}

/** One reading of a component, its braces resolved. */
interface Alternative {
  readonly name: RegExp;
  /** The name itself where the component has no special characters. */
  readonly literal: string | undefined;
  readonly rest: Pattern | undefined;
}

/**
 * Makes a matcher of whole paths, `/`-separated. `**` matches one component at least where it comes last, so `a/**`
 * does not match `a`; first in braces it counts as `*`; a leading dot is nothing special.
 *
 * @throws {ToolError} `CONFIG_VALIDATION_ERR` for a malformed pattern.
 */
export function compileDoublestar(pattern: string): (path: string) => boolean {
  const compiled = compile(pattern, createReading(pattern));
  return (path) => matches(compiled, path.split('/'), 0, new Map());
}

/** Where a pattern was tried before: it is tried at each place once, however many ways lead there. */
type Tried = Map<Pattern, Set<number | string>>;

/** Notes an attempt; false when it was made before. */
function isNew(tried: Tried, pattern: Pattern, place: number | string): boolean {
  const places = tried.get(pattern) ?? new Set();
  tried.set(pattern, places);
  if (places.has(place)) return false;
  places.add(place);
  return true;
}

function matches(pattern: Pattern, names: readonly string[], at: number, tried: Tried): boolean {
  if (!isNew(tried, pattern, at)) return false;
  const { anyDepth, alternatives, rest } = pattern;
  const last = names.length - 1;
  if (anyDepth) {
    if (rest === undefined) return at <= last;
    return names.some((_name, index) => index >= at && matches(rest, names, index, tried));
  }
  return alternatives.some((alternative) => {
    if (!alternative.name.test(names[at] ?? '')) return false;
    return alternative.rest === undefined ? at === last : at < last && matches(alternative.rest, names, at + 1, tried);
  });
}

/**
 * The paths below a directory that exist and match, sorted. Links to directories are followed, but never in circles;
 * directories that cannot be read count as empty. A pattern may start with `../`; a leading `/` means nothing.
 *
 * @returns absolute paths, of directories too.
 * @throws {ToolError} `CONFIG_VALIDATION_ERR` for a malformed pattern.
 */
export async function globDoublestar(directory: string, pattern: string, files: Files): Promise<readonly string[]> {
  const clean = posix.normalize(pattern).replace(/^\/+|\/+$/g, '');
  const [up] = /^(?:\.\.(?:\/|$))*/.exec(clean) ?? [''];
  const [base, below] = [join(directory, up).replace(/(.)\/$/, '$1'), clean.slice(up.length)];
  if (below === '' || below === '.') return (await files.lstat(base)) === undefined ? [] : [base];
  const found = new Set<string>();
  await collect(
    compile(below, createReading(pattern)),
    { path: base, followed: [] },
    { found, tried: new Map() },
    files,
  );
  return [...found].sort();
}

/** A directory that is looked through, and the real paths of the links on the way to it. */
interface Place {
  readonly path: string;
  readonly followed: readonly string[];
}

/** What a search has found, and where it has been. */
interface Search {
  readonly found: Set<string>;
  readonly tried: Tried;
}

async function collect(pattern: Pattern, place: Place, search: Search, files: Files): Promise<void> {
  if (pattern.anyDepth) return collectAnyDepth(pattern, place, search, files);
  if (!isNew(search.tried, pattern, place.path)) return;
  for (const { literal, name, rest } of pattern.alternatives) {
    const names = literal === undefined ? await namesIn(place.path, files) : [literal];
    for (const candidate of names.filter((it) => name.test(it))) {
      const path = join(place.path, candidate);
      if (rest !== undefined) await collect(rest, { ...place, path }, search, files);
      else if ((await files.lstat(path)) !== undefined) search.found.add(path);
    }
  }
}

async function collectAnyDepth(pattern: Pattern, place: Place, search: Search, files: Files): Promise<void> {
  if (!isNew(search.tried, pattern, place.path)) return;
  if (pattern.rest !== undefined) await collect(pattern.rest, place, search, files);
  for (const entry of await entriesOf(place.path, files)) {
    const path = join(place.path, entry.name);
    const followed = entry.kind === 'link' ? await follow(path, place, files) : place.followed;
    if (pattern.rest === undefined && (entry.kind !== 'link' || (await files.stat(path)) !== undefined))
      search.found.add(path);
    const isDirectory = entry.kind === 'directory' || entry.kind === 'link';
    if (isDirectory && followed !== undefined) await collectAnyDepth(pattern, { path, followed }, search, files);
  }
}

/** The links followed when this one is too; undefined where it leads back to where one has been. */
async function follow(link: string, { path, followed }: Place, files: Files): Promise<readonly string[] | undefined> {
  const [here, target] = await Promise.all([files.realpath(path), files.realpath(link)]);
  if (target === undefined || followed.includes(target)) return undefined;
  return `${here}/`.startsWith(`${target}/`) ? undefined : [...followed, target];
}

async function namesIn(directory: string, files: Files): Promise<readonly string[]> {
  return (await entriesOf(directory, files)).map(({ name }) => name);
}

async function entriesOf(directory: string, files: Files): Promise<readonly DirectoryEntry[]> {
  if ((await files.stat(directory))?.kind !== 'directory') return [];
  try {
    return await files.list(directory);
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}

/** A pattern that is being read. */
interface Reading {
  /** As written, for messages. */
  readonly whole: string;
  /** Components and braces that may still be read. */
  left: number;
}

/** Braces multiply: a few dozen would have more readings than there are paths. */
const mostReadings = 10_000;

function createReading(whole: string): Reading {
  return { whole: whole.length > 200 ? `${whole.slice(0, 200)}…` : whole, left: mostReadings };
}

function count(reading: Reading): void {
  reading.left--;
  if (reading.left >= 0) return;
  throw new ToolError('CONFIG_VALIDATION_ERR', `The file pattern ${reading.whole} stands for too many others`, {
    suggestions: [{ code: 'FIX_PATTERN', action: 'Write several patterns, with fewer braces and slashes each' }],
  });
}

function compile(pattern: string, reading: Reading): Pattern {
  count(reading);
  const { component, rest } = cut(pattern);
  if (component === '**') {
    return { anyDepth: true, alternatives: [], rest: rest === undefined ? undefined : compile(rest, reading) };
  }
  const alternatives = resolveBraces(pattern, reading).map((resolved) => {
    const parts = cut(resolved);
    return {
      name: compilePattern(parts.component),
      literal: hasMeta(parts.component) ? undefined : parts.component,
      rest: parts.rest === undefined ? undefined : compile(parts.rest, reading),
    };
  });
  return { anyDepth: false, alternatives, rest: undefined };
}

/** Cuts a pattern at its first slash. */
function cut(pattern: string): { readonly component: string; readonly rest: string | undefined } {
  const slash = indexOfAny(pattern, '/', 0);
  if (slash < 0) return { component: pattern, rest: undefined };
  return { component: pattern.slice(0, slash), rest: pattern.slice(slash + 1) };
}

/** All readings of the braces that open in the first component; what they hold may reach into further ones. */
function resolveBraces(pattern: string, reading: Reading): readonly string[] {
  count(reading);
  const at = indexOfAny(pattern, '{[/', 0);
  const character = pattern[at];
  if (character === '[') {
    const end = indexOfAny(pattern, ']', at + 1);
    if (end < 0) throw malformed(reading.whole);
    const head = pattern.slice(0, end + 1);
    return resolveBraces(pattern.slice(end + 1), reading).map((tail) => head + tail);
  }
  if (character !== '{') return [pattern];
  const { options, end } = splitOptions(pattern, at + 1, reading.whole);
  const [head, tail] = [pattern.slice(0, at), pattern.slice(end)];
  return options.flatMap((option) => resolveBraces(option + tail, reading)).map((resolved) => head + resolved);
}

/** The alternatives between braces; `start` is behind the opening one, `end` behind the closing one. */
function splitOptions(
  pattern: string,
  start: number,
  whole: string,
): { readonly options: readonly string[]; readonly end: number } {
  const options: string[] = [];
  let [depth, from] = [1, start];
  for (let at = start; ; at++) {
    at = indexOfAny(pattern, '{,}', at);
    if (at < 0) throw malformed(whole);
    if (pattern[at] === '{') depth++;
    if (pattern[at] === '}') depth--;
    if (depth === 0) return { options: [...options, pattern.slice(from, at)], end: at + 1 };
    if (pattern[at] === ',' && depth === 1) {
      options.push(pattern.slice(from, at));
      from = at + 1;
    }
  }
}

/** The index of the first of these characters that no backslash stands before, or -1. */
function indexOfAny(text: string, characters: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (characters.includes(text[at] ?? '')) return at;
  }
  return -1;
}
