import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './file-errors.ts';
import { statsOf } from './file-info.ts';

/**
 * Creates a directory and those above it; one that exists is fine. Node's own recursion is not used: below a file system
 * that refuses new names with ENOENT, such as `/proc`, it never ends, and on a read-only one it hides why it failed.
 */
export function makeDirectory(path: string, mode: number): void {
  const missing: string[] = [];
  for (let at = path; !isDirectory(at) && !create(at, mode); at = dirname(at)) missing.push(at);
  for (const directory of missing.reverse()) createBelow(directory, mode);
}

/** False where the directory above is missing too. */
function create(path: string, mode: number): boolean {
  try {
    mkdirSync(path, mode);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && dirname(path) !== path) return false;
    if (isDirectory(path)) return true;
    throw error;
  }
}

/** Another process may have been faster. */
function createBelow(path: string, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statsOf(path, true)?.isDirectory() === true;
}
