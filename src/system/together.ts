import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** How a program is started that writes its standard error where its standard output goes. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Node gives a child a pipe for each stream, which loses the order between them. A shell can put both into one: it gets
 * program and arguments as arguments of its own, reads none of them, and is replaced by the program. On Windows
 * the program is started as it is.
 *
 * @throws an error with the code `ENOENT` or `EACCES` where the program cannot be started, since the shell would run.
 */
export function togetherCommand(
  file: string,
  args: readonly string[],
  { env, cwd }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string | undefined },
): Command {
  if (process.platform === 'win32') return { file, args };
  checkProgram(file, env['PATH'] ?? '', cwd ?? process.cwd());
  return { file: '/bin/sh', args: ['-c', 'exec "$0" "$@" 2>&1', file, ...args] };
}

function checkProgram(file: string, path: string, cwd: string): void {
  const places = file.includes('/') ? [file] : path.split(delimiter).map((directory) => join(directory, file));
  const found = places.map((place) => resolve(cwd, place)).filter(isFile);
  if (found.some(isExecutable)) return;
  throw Object.assign(new Error(`${file} cannot be run`), { code: found.length > 0 ? 'EACCES' : 'ENOENT' });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
