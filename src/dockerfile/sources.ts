import { posix } from 'node:path';
import { compilePattern, hasWildcard } from './pattern.ts';
import { compareText } from './text.ts';

/** A tree of files that COPY and ADD take sources from: a build context, or an image's file system. */
export interface SourceTree {
  /** Names in a directory; undefined where there is no directory. The root is the empty path. */
  list(directory: string): Promise<readonly string[] | undefined>;
  exists(path: string): Promise<boolean>;
}

/** A source as a path below the tree's root: cleaned, without leading slash; `..` does not lead out. The root is empty. */
export function sourcePath(source: string): string {
  return posix.join('/', source).replace(/^\/|\/$/g, '');
}

/**
 * What a source of COPY or ADD names: the path itself, or with wildcards (Go's `filepath.Match`, part by part) every path
 * that matches, sorted. Nothing when nothing is there. Links are not followed by wildcards unless `list` follows them.
 *
 * @param source variables expanded.
 */
export async function matchSources(source: string, tree: SourceTree): Promise<readonly string[]> {
  const path = sourcePath(source);
  if (!hasWildcard(path)) {
    const plain = path.replace(/\\(.)/gsu, '$1');
    return plain === '' || (await tree.exists(plain)) ? [plain] : [];
  }
  let found: readonly string[] = [''];
  for (const part of path.split('/')) {
    const next = await Promise.all(found.map((directory) => matchPart(directory, part, tree)));
    found = next.flat();
  }
  return [...found].sort(compareText);
}

async function matchPart(directory: string, part: string, tree: SourceTree): Promise<readonly string[]> {
  const below = (name: string): string => (directory === '' ? name : `${directory}/${name}`);
  if (!hasWildcard(part)) {
    const path = below(part.replace(/\\(.)/gsu, '$1'));
    return (await tree.exists(path)) ? [path] : [];
  }
  const expression = compilePattern(part, false);
  const names = (await tree.list(directory)) ?? [];
  return names.filter((name) => expression?.test(name)).map(below);
}

/** The tree that a list of `/`-separated relative paths spans, as the files of a build context do. */
export function treeOfPaths(paths: Iterable<string>): SourceTree {
  const children = new Map<string, Set<string>>([['', new Set()]]);
  const known = new Set<string>();
  for (const path of paths) {
    for (let rest = path; rest !== '' && !known.has(rest); ) {
      known.add(rest);
      const slash = rest.lastIndexOf('/');
      const parent = slash < 0 ? '' : rest.slice(0, slash);
      children.set(parent, (children.get(parent) ?? new Set()).add(rest.slice(slash + 1)));
      rest = parent;
    }
  }
  return {
    list: async (directory) => {
      const names = children.get(directory);
      return names === undefined ? undefined : [...names];
    },
    exists: async (path) => path === '' || known.has(path),
  };
}
