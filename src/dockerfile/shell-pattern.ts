import { DockerfileProblem } from './problem.ts';

/** Pieces of a shell pattern: `*`, `?` and literal characters. */
type Piece = { readonly literal: string } | 'any' | 'one';

/** Reads a pattern; a backslash is dropped before `}` and `/` and makes `*`, `?` and itself literal. */
function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '*') pieces.push('any');
    else if (character === '?') pieces.push('one');
    else if (character !== '\\') pieces.push({ literal: character });
    else if (!'}/'.includes(characters[index + 1] ?? '-')) {
      const escaped = characters[++index] ?? '';
      if (!/^[*?\\]$/.test(escaped))
        throw new DockerfileProblem(`invalid escape "\\${escaped}" in the pattern "${pattern}"`);
      pieces.push({ literal: escaped });
    }
  }
  return pieces;
}

/** The regular expression of some pieces; `any` is as long as it can be when `greedy`. */
function sourceOf(pieces: readonly Piece[], greedy: boolean): string {
  const any = greedy ? '[^\\n]*' : '[^\\n]*?';
  return pieces
    .map((piece) => {
      if (piece === 'any') return any;
      return piece === 'one' ? '[^\\n]' : piece.literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    })
    .join('');
}

/**
 * `${name#pattern}` and `${name%pattern}`: the value without the shortest prefix (or suffix) that matches; the longest
 * when `word` starts with the modifier again.
 */
export function trimPattern(value: string, modifier: string, word: string): string {
  const greedy = word.startsWith(modifier);
  const pieces = piecesOf(greedy ? word.slice(1) : word);
  if (modifier === '#') return value.slice(matchLength(value, pieces, greedy));
  const reversed = [...value].reverse().join('');
  const kept = reversed.slice(matchLength(reversed, pieces.reverse(), greedy));
  return [...kept].reverse().join('');
}

/** Length of what the pieces match at the start of `value`; 0 when they do not. */
function matchLength(value: string, pieces: readonly Piece[], greedy: boolean): number {
  return new RegExp(`^${sourceOf(pieces, greedy)}`, 'u').exec(value)?.[0].length ?? 0;
}

/** `${name/pattern/replacement}`: the first match replaced, or every one. Matches are as long as they can be; an empty one right after another does not count, as in Go. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  const expression = new RegExp(sourceOf(piecesOf(pattern), true), all ? 'gu' : 'u');
  let end = -1;
  return value.replace(expression, (match: string, offset: number) => {
    if (match === '' && offset === end) return '';
    end = offset + match.length;
    return replacement;
  });
}
