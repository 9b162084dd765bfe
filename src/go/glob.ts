import { ToolError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';

/**
 * Go's `filepath.Match` on Unix: `*` and `?` do not match `/`, but do match a leading dot; `[a-z]`, `[^a]`; `\` takes the next
 * character as it is. The whole name has to match.
 *
 * @throws {ToolError} `CONFIG_VALIDATION_ERR` for a malformed pattern, whether or not the name gets that far.
 */
export function matchPattern(pattern: string, name: string): boolean {
  return compilePattern(pattern).test(name);
}

/** Whether a text holds any character that makes it a pattern. */
export function hasMeta(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/**
 * The regular expression of a pattern of `matchPattern`.
 *
 * @throws {ToolError} `CONFIG_VALIDATION_ERR` for a malformed pattern.
 */
export function compilePattern(pattern: string): RegExp {
  const characters = [...pattern];
  if (characters.length > longestPattern) throw malformed(`${pattern.slice(0, 100)}…`);
  // What stands between stars is looked for once, from the left, and never again, as Go does: what takes its time
  // otherwise grows with every star.
  const parts = [''];
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] ?? '';
    if (character === '*') {
      if (parts.length === 1 || parts.at(-1) !== '') parts.push('');
      at++;
      continue;
    }
    const piece = character === '[' ? readClass(pattern, characters, at) : readOne(pattern, characters, at);
    parts[parts.length - 1] += piece.source;
    at = piece.next;
  }
  const [first = '', ...others] = parts;
  const last = others.pop();
  const middle = others.map((part, index) => `(?=([^/]*?${part}))(?:\\${index + 1})`).join('');
  return new RegExp(`^${first}${middle}${last === undefined ? '' : `[^/]*${last}`}$`, 'u');
}

/** No path is longer. */
const longestPattern = 4096;

interface Piece {
  readonly source: string;
  /** Index of the character after the piece. */
  readonly next: number;
}

function readOne(pattern: string, characters: readonly string[], at: number): Piece {
  const character = characters[at] ?? '';
  if (character === '?') return { source: '[^/]', next: at + 1 };
  const { literal, next } = readLiteral(pattern, characters, at);
  return { source: literal.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'), next };
}

/** A character, or the one behind a backslash. */
function readLiteral(pattern: string, characters: readonly string[], at: number): { literal: string; next: number } {
  const escaped = characters[at] === '\\';
  const literal = characters[escaped ? at + 1 : at];
  if (literal === undefined) throw malformed(pattern);
  return { literal, next: at + (escaped ? 2 : 1) };
}

/** `[` … `]`: at least one character or range, `^` in front negates. */
function readClass(pattern: string, characters: readonly string[], start: number): Piece {
  const negated = characters[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  let [at, ranges] = [first, ''];
  while (characters[at] !== ']' || at === first) {
    const low = readClassMember(pattern, characters, at);
    const high = characters[low.next] === '-' ? readClassMember(pattern, characters, low.next + 1) : low;
    if (codeOf(low.literal) <= codeOf(high.literal)) ranges += `${inClass(low.literal)}-${inClass(high.literal)}`;
    at = high.next;
  }
  if (ranges === '') return { source: negated ? '[^]' : '(?!)', next: at + 1 };
  // Unlike `*` and `?`, a negated class also matches `/` in Go.
  return { source: `[${negated ? '^' : ''}${ranges}]`, next: at + 1 };
}

function readClassMember(
  pattern: string,
  characters: readonly string[],
  at: number,
): { literal: string; next: number } {
  if (characters[at] === '-' || characters[at] === ']') throw malformed(pattern);
  const member = readLiteral(pattern, characters, at);
  if (characters[member.next] === undefined) throw malformed(pattern);
  return member;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function inClass(character: string): string {
  return `\\u{${codeOf(character).toString(16)}}`;
}

export function malformed(pattern: string): ToolError {
  return new ToolError('CONFIG_VALIDATION_ERR', `The file pattern ${pattern} is malformed`, {
    suggestions: [
      { code: 'FIX_PATTERN', action: 'Close every [ with a ], and put a character behind every backslash' },
    ],
  });
}

/**
 * Go's `filepath.Glob`: the paths that exist and match, sorted by code point within each directory; directories that cannot be
 * read count as empty. No `**`. A pattern without special characters yields itself where it exists. The pattern is absolute,
 * and so are the results, spelled as the pattern spells them.
 *
 * @throws {ToolError} `CONFIG_VALIDATION_ERR` for a malformed pattern.
 */
export async function globFiles(pattern: string, files: Files): Promise<readonly string[]> {
  matchPattern(pattern, '');
  if (!hasMeta(pattern)) return (await files.lstat(pattern)) === undefined ? [] : [pattern];
  const slash = pattern.lastIndexOf('/');
  const [directory, last] = [slash === 0 ? '/' : pattern.slice(0, Math.max(slash, 0)), pattern.slice(slash + 1)];
  const parents = hasMeta(directory) && directory !== pattern ? await globFiles(directory, files) : [directory];
  const found = await Promise.all(parents.map((parent) => namesMatching(parent, last, files)));
  return found.flat();
}

async function namesMatching(directory: string, pattern: string, files: Files): Promise<string[]> {
  if ((await files.stat(directory))?.kind !== 'directory') return [];
  const compiled = compilePattern(pattern);
  const names = (await listOrNothing(directory, files)).filter((name) => compiled.test(name));
  return names.map((name) => (directory === '/' ? `/${name}` : `${directory}/${name}`));
}

async function listOrNothing(directory: string, files: Files): Promise<string[]> {
  try {
    return (await files.list(directory)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}
