import { join, relative } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Files } from '../../core/ports.ts';
import { compileDoublestar, globDoublestar } from '../../go/doublestar.ts';

/**
 * The files that lists of patterns name (Skaffold's rules): each of `paths` names files and whole directories below the
 * workspace; what matches `ignore`, seen from the workspace, is left out. An ignored directory is not gone into, but a
 * file in it that `paths` names by itself stays.
 *
 * @returns absolute paths of files and links, sorted.
 * @throws `BUILD_USER_ERROR` for a pattern that matches nothing, `CONFIG_VALIDATION_ERR` for a malformed one.
 */
export async function listedFiles(
  workspace: string,
  paths: readonly string[],
  ignore: readonly string[],
  files: Files,
): Promise<readonly string[]> {
  const ignores = ignore.map(compileDoublestar);
  const isIgnored = (path: string): boolean => {
    const name = relative(workspace, path).replaceAll('\\', '/');
    return ignores.some((matches) => matches(name));
  };
  const named = new Set((await Promise.all(paths.map((path) => matching(workspace, path, files)))).flat());
  const found = new Set<string>();
  const entered = new Set<string>();
  // A directory comes before what is in it, so that none is gone through twice.
  for (const path of [...named].sort()) {
    if (entered.has(path) || isIgnored(path)) continue;
    if ((await files.stat(path))?.kind === 'directory') await collect(path, isIgnored, entered, found, files);
    else if (isContent((await files.lstat(path))?.kind)) found.add(path);
  }
  return [...found].sort();
}

async function matching(workspace: string, pattern: string, files: Files): Promise<readonly string[]> {
  const found = await globDoublestar(workspace, pattern, files);
  if (found.length > 0) return found;
  throw new ToolError('BUILD_USER_ERROR', `pattern "${pattern}" did not match any file in ${workspace}`, {
    suggestions: [
      { code: 'FIX_PATTERN', action: 'Correct the pattern; it is relative to the context of the artifact' },
    ],
  });
}

/** Everything below a directory but the directories themselves; links are not followed. */
async function collect(
  directory: string,
  isIgnored: (path: string) => boolean,
  entered: Set<string>,
  found: Set<string>,
  files: Files,
): Promise<void> {
  const enter = (path: string): boolean => {
    const full = join(directory, path);
    if (isIgnored(full)) return false;
    entered.add(full);
    return true;
  };
  for (const { path, info } of await files.walk(directory, enter)) {
    const full = join(directory, path);
    if (isContent(info.kind) && !isIgnored(full)) found.add(full);
  }
}

/** Sockets, pipes and devices have no content to compare. */
function isContent(kind: string | undefined): boolean {
  return kind === 'file' || kind === 'link';
}
