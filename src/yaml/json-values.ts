import type { Piece } from './pieces.ts';

/**
 * Cuts a document that holds several JSON objects one after the other, as kubectl reads them, into one piece for each. Any
 * other document stays whole, also one where a text does not end. Linear in the length of the document.
 */
export function cutJsonValues(text: string, piece: Piece): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = skipBlanks(text, piece.content, piece.end);
  while (text.charAt(start) === '{' && start < piece.end) {
    const end = endOfObject(text, start, piece.end);
    if (end === undefined) return [piece];
    const next = skipBlanks(text, end, piece.end);
    pieces.push({ start, content: start, end: next, marked: false });
    start = next;
  }
  return start === piece.end && pieces.length > 1 ? pieces : [piece];
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}

const quoteOrBrace = /["{}]/g;

/** Behind the brace that closes the object at `start`. */
function endOfObject(text: string, start: number, end: number): number | undefined {
  let [at, depth] = [start, 0];
  while (at < end) {
    quoteOrBrace.lastIndex = at;
    const found = quoteOrBrace.exec(text);
    if (found === null || found.index >= end) return undefined;
    at = found.index + 1;
    if (found[0] === '"') at = endOfText(text, at);
    else depth += found[0] === '{' ? 1 : -1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Behind the quote that ends a text, or the end of all. */
function endOfText(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
