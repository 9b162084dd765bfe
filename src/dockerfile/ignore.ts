import { posix } from 'node:path';
import { ToolError } from '../core/errors.ts';
import { compilePattern } from './pattern.ts';
import { trimSpace } from './text.ts';

/** The rules of a `.dockerignore` file. */
export interface IgnoreRules {
  /** Whether a context-relative, `/`-separated path is left out. The context itself never is. */
  ignores(path: string): boolean;
  /** Whether a rule with `!` may bring back something below an ignored directory, so that it has to be walked. */
  restoresBelow(directory: string): boolean;
}

interface Rule {
  readonly pattern: string;
  readonly expression: RegExp;
  readonly restores: boolean;
}

/**
 * Reads a `.dockerignore` file as moby's `ignorefile` and `patternmatcher` do: comments only at the start of a line, patterns
 * cleaned like paths, a leading `/` dropped, `!` brings back, the last rule that matches a path or a parent of it decides.
 * `*` and `?` stop at `/`, `**` does not; case counts.
 *
 * @param file the file's name, for the message.
 * @throws {ToolError} `BUILD_USER_ERROR` for a pattern that cannot be read.
 */
export function parseIgnoreFile(text: string, file: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line) => readLine(line.replace(/\r$/, ''), file));
  return {
    ignores: (path) => isIgnored(path, rules),
    restoresBelow: (directory) =>
      rules.some(({ restores, pattern }) => restores && `${pattern}/`.startsWith(`${directory}/`)),
  };
}

/** One line's rule. moby trims a pattern without `!` once more after it dropped the leading slash. */
function readLine(line: string, file: string): Rule[] {
  const written = line.startsWith('#') ? '' : trimSpace(line);
  if (written === '') return [];
  const restores = written.startsWith('!');
  const pattern = restores ? clean(trimSpace(written.slice(1))) : clean(trimSpace(clean(written)));
  const expression = pattern === '' ? undefined : compilePattern(pattern, true);
  if (expression !== undefined) return [{ pattern, restores, expression }];
  throw new ToolError('BUILD_USER_ERROR', `${file}: "${written}" is not a valid pattern`, {
    suggestions: [
      { code: 'FIX_IGNORE_FILE', action: 'Close every [ with a ] and write \\ before characters meant literally' },
    ],
  });
}

/** Go's `filepath.Clean` of a path that is relative or starts at the context's root. */
function clean(pattern: string): string {
  if (pattern === '') return '';
  const normal = posix.normalize(pattern).replace(/(?<=.)\/$/, '');
  return normal.length > 1 && normal.startsWith('/') ? normal.slice(1) : normal;
}

function isIgnored(path: string, rules: readonly Rule[]): boolean {
  const names = path.split('/');
  const paths = names.map((_, index) => names.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const { expression, restores } of rules) {
    if (restores === ignored && paths.some((candidate) => expression.test(candidate))) ignored = !restores;
  }
  return ignored;
}
