import { join } from 'node:path';
import type { Files } from '../core/ports.ts';
import type { ImageTest } from '../core/project.ts';
import { globFiles } from '../go/glob.ts';

/**
 * The files with structure tests of one entry of `test[]`: absolute paths in the order they are named; a directory
 * stands for all files below it.
 */
export async function structureTestFiles(
  { directory, structureTests }: ImageTest,
  files: Files,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pattern of structureTests)
    for (const path of await filesNamed(join(directory, pattern), files)) found.push(path);
  return found;
}

/** What exists under the very name is taken as it is; else the name is a pattern. */
async function filesNamed(path: string, files: Files): Promise<readonly string[]> {
  const there = (await files.lstat(path)) !== undefined;
  const matches = there ? [path] : await globFiles(path, files);
  return (await Promise.all(matches.map((match) => regularFiles(match, files)))).flat();
}

/** The file itself, or all files below a directory. */
async function regularFiles(path: string, files: Files): Promise<readonly string[]> {
  if ((await files.stat(path))?.kind !== 'directory') return [path];
  const below = await files.walk(path);
  return below.flatMap(({ info, path: name }) => (info.kind === 'directory' ? [] : [join(path, name)]));
}
