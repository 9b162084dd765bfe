import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import { runGo } from './go.ts';
import type { KoSettings } from './settings.ts';

/** The package that becomes the program. */
export interface GoPackage {
  readonly importPath: string;
  /** Absolute directory of its files. */
  readonly directory: string;
}

/**
 * Finds the one package that an artifact names.
 *
 * @throws `BUILD_USER_ERROR` where there is none, more than one, or it is no program; `COMMAND_NOT_FOUND` without Go.
 */
export async function findPackage({ directory, target }: KoSettings, ctx: Context): Promise<GoPackage> {
  // `-e` describes packages that do not compile: the compiler's own messages are better than the lister's.
  const format = '{{.ImportPath}}\t{{.Name}}\t{{.Dir}}';
  const result = await runGo(['list', '-e', '-f', format, target], { cwd: directory, env: environment(ctx) }, ctx);
  const found = result.stdout.split('\n').filter((line) => line !== '');
  if (result.exitCode !== 0 || found.length === 0) throw notFound(target, directory, result.stderr);
  if (found.length > 1) throw several(target, found);
  const [importPath = '', name = '', packageDirectory = ''] = (found[0] ?? '').split('\t');
  if (packageDirectory === '') throw notFound(target, directory, result.stderr);
  if (name === 'main') return { importPath, directory: packageDirectory };
  throw new ToolError('BUILD_USER_ERROR', `${importPath} is not a program (package main)`, {
    suggestions: [
      { code: 'FIX_MAIN', action: 'Name the package of the program in build.artifacts.ko.main, relative to ko.dir' },
    ],
  });
}

function environment(ctx: Context): Record<string, string> {
  const entries = Object.entries(ctx.system.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function notFound(target: string, directory: string, said: string): ToolError {
  const reason = said.trim() === '' ? '' : `: ${said.trim().split('\n').join(' ')}`;
  return new ToolError('BUILD_USER_ERROR', `there is no Go package ${target} in ${directory}${reason}`, {
    suggestions: [{ code: 'FIX_MAIN', action: 'Correct context, ko.dir and ko.main of the artifact' }],
  });
}

function several(target: string, found: readonly string[]): ToolError {
  const names = found.map((line) => line.split('\t')[0]).join(', ');
  return new ToolError('BUILD_USER_ERROR', `${target} names several packages (${names})`, {
    suggestions: [{ code: 'FIX_MAIN', action: 'Name one of them in build.artifacts.ko.main' }],
  });
}
