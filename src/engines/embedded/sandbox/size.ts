import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes on disk of everything at and below a path; a file with several names counts once. 0 for what is not there. */
export function sizeOf(path: string): number {
  const seen = new Set<string>();
  const visit = (at: string): number => {
    const info = lstatSync(at, { throwIfNoEntry: false });
    if (info === undefined) return 0;
    const own = info.blocks * 512;
    if (info.isDirectory()) return readdirSync(at).reduce((sum, name) => sum + visit(join(at, name)), own);
    const name = `${info.dev} ${info.ino}`;
    if (info.nlink > 1 && seen.has(name)) return 0;
    if (info.nlink > 1) seen.add(name);
    return own;
  };
  return visit(path);
}
