import { join } from 'node:path';
import type { FileInfo, Files, WalkedEntry } from '../core/ports.ts';
import type { IgnoreRules } from './ignore.ts';

/** What lies at and below a path of a build context. Paths are relative to the context. */
export interface KeptEntries {
  /** Files and links that are not ignored, and directories that are empty, in the order of the tree. */
  readonly kept: readonly WalkedEntry[];
  /** The directories below the path that hold some of them. */
  readonly parents: readonly WalkedEntry[];
}

const nothing: KeptEntries = { kept: [], parents: [] };

/**
 * Looks through a path of the context (empty for the context itself). Links are kept as themselves; sockets, pipes and
 * devices never reach an image.
 */
export async function keptBelow(
  source: string,
  workspace: string,
  ignore: IgnoreRules | undefined,
  files: Files,
): Promise<KeptEntries> {
  const ignored = (path: string): boolean => path !== '' && (ignore?.ignores(path) ?? false);
  const enter = (path: string): boolean => !ignored(path) || (ignore?.restoresBelow(path) ?? false);
  const info = source === '' ? undefined : await files.lstat(join(workspace, source));
  if (info !== undefined && info.kind !== 'directory') {
    return keeps(info) && !ignored(source) ? { kept: [{ path: source, info }], parents: [] } : nothing;
  }
  if (!enter(source)) return nothing;
  const below = (path: string): string => (source === '' ? path : `${source}/${path}`);
  const walked = await files.walk(join(workspace, source), (path) => enter(below(path)));
  if (walked.length === 0)
    return info !== undefined && !ignored(source) ? { kept: [{ path: source, info }], parents: [] } : nothing;
  const entries = source === '' ? walked : walked.map((entry) => ({ path: below(entry.path), info: entry.info }));
  return sortOut(entries, ignore === undefined ? () => false : ignored);
}

function sortOut(entries: readonly WalkedEntry[], ignored: (path: string) => boolean): KeptEntries {
  const kept: WalkedEntry[] = [];
  const directories: WalkedEntry[] = [];
  const holding = new Set<string>();
  let last = '';
  for (const [index, entry] of entries.entries()) {
    const { path, info } = entry;
    const isDirectory = info.kind === 'directory';
    if (isDirectory) directories.push(entry);
    if (isDirectory ? isFull(path, entries[index + 1]) : !keeps(info)) continue;
    if (ignored(path)) continue;
    kept.push(entry);
    // Neighbours mostly lie in one directory.
    const above = parentOf(path);
    if (above === last) continue;
    last = above;
    for (let one = above; one !== '' && !holding.has(one); one = parentOf(one)) holding.add(one);
  }
  return { kept, parents: directories.filter(({ path }) => holding.has(path)) };
}

/** What lies in a directory comes right after it. */
function isFull(path: string, next: WalkedEntry | undefined): boolean {
  return next !== undefined && next.path.length > path.length && next.path.startsWith(`${path}/`);
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function keeps({ kind }: FileInfo): boolean {
  return kind === 'file' || kind === 'link';
}
