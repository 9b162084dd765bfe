import { type PathPattern, type PatternPiece, patternOf } from './path-matcher.ts';

/** No path is longer. */
const longestPattern = 4096;

/**
 * What matches the whole paths that a pattern of Go's `filepath.Match` stands for: `*` and `?` stop at `/`,
 * `[a-z]` and `[^a-z]` are classes, a backslash makes the next character literal. (moby hands `\b` and the like on to Go's regular
 * expressions, where they mean something else; nobody writes that, and its documentation says what is done here.)
 *
 * @param doubleStar whether `**` crosses `/`, as in `.dockerignore` (moby's `patternmatcher`); else it is the same as `*`.
 * @returns undefined when the pattern is malformed, or longer than any path.
 */
export function compilePattern(pattern: string, doubleStar: boolean): PathPattern | undefined {
  if (pattern.length > longestPattern) return undefined;
  const pieces: Piece[] = [];
  let rest = pattern;
  while (rest !== '') {
    const piece = doubleStar && rest.startsWith('**') ? readDoubleStar(rest, rest === pattern) : readPiece(rest);
    if (piece === undefined) return undefined;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return patternOf(pieces);
}

/** A piece, and how long it is as it is written. */
interface Piece extends PatternPiece {
  readonly length: number;
}

/** The first piece of a pattern: a wildcard, a character class, or one character. */
function readPiece(rest: string): Piece | undefined {
  switch (rest[0]) {
    case '*':
      return { kind: 'name', source: '[^/]*', length: 1 };
    case '?':
      return { kind: 'character', source: '[^/]', length: 1 };
    case '[':
      return readClass(rest);
    case '\\': {
      const escaped = String.fromCodePoint(rest.codePointAt(1) ?? 0);
      return rest.length < 2
        ? undefined
        : { kind: 'character', source: literal(escaped), literal: escaped, length: 1 + escaped.length };
    }
    default: {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      return { kind: 'character', source: literal(character), literal: character, length: character.length };
    }
  }
}

/** `**` with the `/` after it: any directories, also none. At the end it is everything; at the start it may end a name. */
function readDoubleStar(rest: string, atStart: boolean): Piece {
  const length = rest[2] === '/' ? 3 : 2;
  if (rest.length === length) return { kind: 'rest', source: '[^]*', length };
  const isSuffix = atStart && length === 2 && !/[*?[\]\\]/.test(rest.slice(2));
  return isSuffix ? { kind: 'rest', source: '[^]*', length } : { kind: 'directories', source: '(?:[^]*/)?', length };
}

/** `[a-z]` or `[^a-z]`, characters escaped with a backslash. */
function readClass(rest: string): Piece | undefined {
  const match =
    /^\[(\^|(?!\^))((?:[^\]\-\\]|\\.)(?:-(?:[^\]\-\\]|\\.))?(?:(?:[^\]\-\\]|\\.)(?:-(?:[^\]\-\\]|\\.))?)*)\]/su.exec(
      rest,
    );
  if (match === null) return undefined;
  const [whole, negated = '', members = ''] = match;
  const escaped = members.replace(/\\(.)|([[&^|~])/gsu, (_, inner: string | undefined, plain: string | undefined) =>
    memberLiteral(inner ?? plain ?? ''),
  );
  if (!isOrdered(members)) return undefined;
  return { kind: 'character', source: `[${negated}${escaped}]`, length: whole.length };
}

/** Whether no range of a class runs backwards. */
function isOrdered(members: string): boolean {
  for (const [, from = '', to = ''] of members.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))/gsu)) {
    if ((from.replace('\\', '').codePointAt(0) ?? 0) > (to.replace('\\', '').codePointAt(0) ?? 0)) return false;
  }
  return true;
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
const memberLiteral = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

/** Whether a path is a pattern: it has a wildcard or a class that is not escaped. */
export function hasWildcard(path: string): boolean {
  return /[*?[]/.test(path.replace(/\\./gsu, ''));
}
