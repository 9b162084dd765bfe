import { posix } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { PathPattern } from './path-matcher.ts';
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
  readonly expression: PathPattern;
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
  const matchesOf = rememberingDirectories(rules);
  return {
    ignores: (path) => isIgnored(matchesOf(path), rules),
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
  const shown = written.length > 100 ? `${written.slice(0, 100)}…` : written;
  throw new ToolError('BUILD_USER_ERROR', `${file}: "${shown}" is not a valid pattern`, {
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

/** Which rules match a path or a parent of it. What a directory matched is kept: everything below it is asked for next. */
function rememberingDirectories(rules: readonly Rule[]): (path: string) => readonly boolean[] {
  const known = new Map<string, readonly boolean[]>();
  const none = rules.map(() => false);
  const matchesOf = (path: string): readonly boolean[] => {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return rules.map(({ expression }) => expression.test(path));
    const above = path.slice(0, slash);
    const inherited = known.get(above) ?? (above === '' ? none : matchesOf(above));
    known.set(above, inherited);
    return rules.map(({ expression }, index) => inherited[index] === true || expression.test(path));
  };
  return matchesOf;
}

function isIgnored(matches: readonly boolean[], rules: readonly Rule[]): boolean {
  let ignored = false;
  for (const [index, { restores }] of rules.entries()) {
    if (restores === ignored && matches[index] === true) ignored = !restores;
  }
  return ignored;
}
