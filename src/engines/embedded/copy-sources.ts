/** Which nodes a COPY or ADD source means, and which of them `--exclude` and `--parents` leave in. */
import { parseIgnoreFile } from '../../dockerfile/ignore.ts';
import { matchPattern } from '../../go/glob.ts';
import { type Parts, partsOf, resolveLinks, sortedChildren } from '../../image/layer-tree.ts';
import type { Node } from './node.ts';

/** Decides over paths relative to the copied directory. */
export interface CopyFilter {
  /** Whether the path itself is copied. Directories above one that is are made with it. */
  includes(path: string): boolean;
  /** Whether something below a directory that is not copied may be. */
  entersExcluded(path: string): boolean;
}

/** One thing to copy: a node and the name it goes by in a destination directory. */
export interface CopySource {
  readonly node: Node;
  /** As matched, links not followed: its last part is the name. */
  readonly path: Parts;
  readonly filter: CopyFilter | undefined;
}

/** Whether a path has wildcards of Go's `filepath.Match`; a backslash takes the meaning from the next character. */
function hasWildcards(path: string): boolean {
  return /[*?[]/.test(path.replace(/\\./gs, ''));
}

/**
 * The nodes that a source path of COPY or ADD means: itself with links followed, or everything its wildcards match (links
 * on the way not followed, what is below a matched directory not looked at), in the order of the tree.
 *
 * @returns Undefined where a path without wildcards does not exist.
 */
export function findSources(
  root: Node,
  source: string,
  filter: CopyFilter | undefined,
): readonly CopySource[] | undefined {
  if (!hasWildcards(source)) {
    const { node } = resolveLinks(root, source);
    return node === undefined ? undefined : [{ node, path: cleanParts(source), filter }];
  }
  const parts = cleanParts(source);
  const first = parts.findIndex((part) => hasWildcards(part));
  const base = resolveLinks(root, parts.slice(0, first));
  if (base.node === undefined) return [];
  const matches: Parts[] = [];
  collectMatches(base.node, base.parts, parts.slice(first), matches);
  return matches.flatMap((path) => {
    const { node } = resolveLinks(root, path);
    return node === undefined ? [] : [{ node, path, filter }];
  });
}

function collectMatches(node: Node, path: Parts, patterns: Parts, matches: Parts[]): void {
  const [pattern, ...rest] = patterns;
  for (const [name, child] of sortedChildren(node)) {
    if (pattern === undefined || !matchesPattern(pattern, name)) continue;
    if (rest.length === 0) matches.push([...path, name]);
    else if (child.kind === 'directory') collectMatches(child, [...path, name], rest, matches);
  }
}

/** A malformed pattern matches nothing, as in BuildKit. */
function matchesPattern(pattern: string, name: string): boolean {
  try {
    return matchPattern(pattern, name);
  } catch {
    return false;
  }
}

/** Go's `path.Clean` of an absolute path, in parts. */
export function cleanParts(path: string): Parts {
  const parts: string[] = [];
  for (const part of partsOf(path)) {
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts;
}

/**
 * The sources of `COPY --parents`: the directory before `/./` (or the root), of which only what the rest of the path
 * matches is copied, with the directories that lead to it (Dockerfile reference, `COPY --parents`).
 */
export function findSourcesWithParents(
  root: Node,
  source: string,
  exclude: readonly string[],
): readonly CopySource[] | undefined {
  const pivot = source.indexOf('/./');
  const base = pivot < 0 ? '/' : source.slice(0, pivot);
  const pattern = cleanParts(pivot < 0 ? source : source.slice(pivot + 3)).join('/');
  const isRequired = !hasWildcards(base) && !hasWildcards(pattern);
  if (isRequired && resolveLinks(root, [...cleanParts(base), ...cleanParts(pattern)]).node === undefined)
    return undefined;
  return findSources(root, base === '' ? '/' : base, filterOf(pattern, exclude));
}

/** What `--exclude` (patterns as in `.dockerignore`) and a pattern of `--parents` let through. */
export function filterOf(include: string | undefined, exclude: readonly string[]): CopyFilter | undefined {
  if (include === undefined && exclude.length === 0) return undefined;
  const included = include === undefined || include === '' ? undefined : rulesOf([include], '--parents');
  const excluded = exclude.length === 0 ? undefined : rulesOf(exclude, '--exclude');
  return {
    includes: (path) => (included?.ignores(path) ?? true) && excluded?.ignores(path) !== true,
    entersExcluded: (path) => excluded?.ignores(path) !== true || excluded.restoresBelow(path),
  };
}

/** The patterns are those of an ignore file, but a leading `#` is no comment. */
function rulesOf(patterns: readonly string[], flag: string): ReturnType<typeof parseIgnoreFile> {
  return parseIgnoreFile(patterns.map((pattern) => pattern.replace(/^#/, './#')).join('\n'), flag);
}

/** A source's nodes that are copied, depth first, with their paths below it (empty for the source itself). */
export function* selectedNodes({ node, path, filter }: CopySource): Generator<readonly [path: string, node: Node]> {
  // A pattern of --exclude also speaks of a file that is itself the source, by its name.
  if (node.kind !== 'directory' && filter !== undefined && !filter.includes(path.at(-1) ?? '')) return;
  yield ['', node];
  yield* selectedBelow(node, '', filter);
}

function* selectedBelow(
  directory: Node,
  prefix: string,
  filter: CopyFilter | undefined,
): Generator<readonly [path: string, node: Node]> {
  for (const [name, node] of sortedChildren(directory)) {
    const path = `${prefix}${name}`;
    const isIncluded = filter === undefined || filter.includes(path);
    if (isIncluded) yield [path, node];
    if (node.kind !== 'directory' || (!isIncluded && filter?.entersExcluded(path) === false)) continue;
    yield* selectedBelow(node, `${path}/`, filter);
  }
}
