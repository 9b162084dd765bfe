/** When the trees that sandboxes keep were last used: their own times belong to what is in them, so files beside them tell. */
import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The file that tells of a tree; it need not be there. */
export function useMarker(tree: string): string {
  return join(`${dirname(tree)}.uses`, basename(tree));
}

/**
 * Notes that a tree is used now. To be done before looking whether it is there: who removes trees moves them away first, and
 * looks for a new use then.
 */
export async function noteUse(tree: string): Promise<void> {
  const marker = useMarker(tree);
  const now = new Date();
  try {
    await utimes(marker, now, now);
  } catch {
    await mkdir(dirname(marker), { recursive: true, mode: 0o700 });
    await writeFile(marker, '');
  }
}

/** When a tree was last used, in milliseconds since the epoch; where that was not noted, when it was put in its place. */
export async function lastUse(tree: string): Promise<number> {
  const marked = await stat(useMarker(tree)).catch(() => undefined);
  if (marked !== undefined) return marked.mtimeMs;
  return (await stat(tree).catch(() => undefined))?.ctimeMs ?? 0;
}
