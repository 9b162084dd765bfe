/** Which entries of a directory BuildKit asks for: patterns and paths, as fsutil's `FilterFS` reads them. */
import { join, posix } from 'node:path';
import type { FileInfo, Files, WalkedEntry } from '../../core/ports.ts';
import { type IgnoreRules, parseIgnoreFile } from '../../dockerfile/ignore.ts';
import { compilePattern, hasWildcard } from '../../dockerfile/pattern.ts';

/** What BuildKit wants of a directory. Patterns are those of a `.dockerignore`; empty lists restrict nothing. */
export interface DirectoryFilter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Paths, with wildcards, to include with everything that links on the way lead to. */
  readonly follow: readonly string[];
}

/**
 * The entries below `root` that pass the filter, and the directories above them, each before what it holds, siblings
 * sorted by code point: the order BuildKit insists on. Links are entries of their own; sockets, pipes and devices are none.
 */
export async function filteredEntries(
  root: string,
  filter: DirectoryFilter,
  files: Files,
): Promise<readonly WalkedEntry[]> {
  const include = await includedBy(root, filter, files);
  const exclude = rulesOf(filter.exclude);
  const enter = (path: string): boolean =>
    (include === undefined || include.reaches(path)) && (!exclude.ignores(path) || exclude.restoresBelow(path));
  const kept: WalkedEntry[] = [];
  let parents: WalkedEntry[] = [];
  for (const entry of await files.walk(root, enter)) {
    parents = parents.filter(({ path }) => entry.path.startsWith(`${path}/`));
    const { kind } = entry.info;
    if (kind === 'other') continue;
    if ((include?.holds(entry.path) ?? true) && !exclude.ignores(entry.path)) {
      kept.push(...parents, entry);
      parents = [];
    } else if (kind === 'directory') parents.push(entry);
  }
  return kept;
}

interface Included {
  holds(path: string): boolean;
  /** Whether something below a directory may be included. */
  reaches(directory: string): boolean;
}

async function includedBy(root: string, filter: DirectoryFilter, files: Files): Promise<Included | undefined> {
  const followed = filter.follow.length === 0 ? [] : await followLinks(root, filter.follow, files);
  if (followed.includes('.')) return undefined;
  const patterns = [...filter.include, ...followed];
  if (patterns.length === 0) return undefined;
  const rules = rulesOf(patterns);
  const parts = patterns.filter((pattern) => !pattern.startsWith('!')).map((pattern) => pattern.split('/'));
  return {
    holds: (path) => rules.ignores(path),
    reaches: (directory) => rules.ignores(directory) || parts.some((pattern) => leadsBelow(pattern, directory)),
  };
}

/** Whether the beginning of a pattern fits a directory, so that the rest may fit something in there. */
function leadsBelow(pattern: readonly string[], directory: string): boolean {
  for (const [index, name] of directory.split('/').entries()) {
    const part = pattern[index];
    if (part === undefined) return false;
    if (part.includes('**')) return true;
    if (part !== name && compilePattern(part, false)?.test(name) !== true) return false;
  }
  return true;
}

function rulesOf(patterns: readonly string[]): IgnoreRules {
  // A line that begins with `#` would be read as a comment; the patterns have been through that already.
  const lines = patterns.map((pattern) => (pattern.startsWith('#') ? `./${pattern}` : pattern));
  return parseIgnoreFile(lines.join('\n'), 'the patterns that BuildKit asks for');
}

/** Every path with each link on its way, and what the links lead to; nothing outside `root` is looked at. */
async function followLinks(root: string, paths: readonly string[], files: Files): Promise<readonly string[]> {
  const resolved = new Set<string>();
  const waiting = paths.map((path) => posix.join('/', path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const names = path.split('/').filter((name) => name !== '');
    if (names.length === 0) resolved.add('.');
    for (const [index] of names.entries()) {
      const current = names.slice(0, index + 1).join('/');
      const rest = names.slice(index + 1).join('/');
      const targets = await linkTargets(root, current, files);
      if (rest !== '' && targets.length === 0) continue;
      if (resolved.has(current)) break;
      resolved.add(current);
      waiting.push(...targets.map((target) => posix.join('/', target, rest)));
      break;
    }
  }
  return [...resolved].sort();
}

/** Where the links lead that a path, whose last name may have wildcards, stands for; absolute within `root`. */
async function linkTargets(root: string, path: string, files: Files): Promise<readonly string[]> {
  const targets = await Promise.all(
    (await namesMatching(root, path, files)).map(async (found) => {
      const info = await lstatBelow(root, found, files);
      if (info?.kind !== 'link') return [];
      return [posix.resolve('/', posix.dirname(found), await files.readlink(join(root, found)))];
    }),
  );
  return targets.flat();
}

async function namesMatching(root: string, path: string, files: Files): Promise<readonly string[]> {
  if (!hasWildcard(posix.basename(path))) return [path];
  const directory = posix.dirname(path);
  const expression = compilePattern(posix.basename(path), false);
  if ((await lstatBelow(root, directory, files))?.kind !== 'directory' || expression === undefined) return [];
  const entries = await files.list(join(root, directory));
  return entries.filter(({ name }) => expression.test(name)).map(({ name }) => posix.join(directory, name));
}

/** Information on an entry none of whose parents is a link: what is reached through one is found by its own path. */
async function lstatBelow(root: string, path: string, files: Files): Promise<FileInfo | undefined> {
  const names = path.split('/').filter((name) => name !== '.');
  for (let length = 1; length < names.length; length++) {
    const parent = await files.lstat(join(root, ...names.slice(0, length)));
    if (parent?.kind !== 'directory') return undefined;
  }
  return files.lstat(join(root, ...names));
}
