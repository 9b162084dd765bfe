import type { SourceRange } from '../core/diagnostic.ts';

/** Turns offsets into lines and columns. */
export interface LineIndex {
  /** Lines and columns of `[start, end)`; offsets beyond the text count as its end. */
  range(file: string, start: number, end: number): SourceRange;
  /** The whole lines a range touches, without their line breaks at the very end; at most the first three. */
  excerpt(range: SourceRange): string;
  /** Where the text of the line at an offset ends: at its line feed, or at the end of the text. */
  lineEnd(offset: number): number;
}

const mostExcerptLines = 3;

/** Prepares a text for {@link LineIndex}: one pass over it, then each look-up is a binary search. */
export function lineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
  const position = (offset: number): { line: number; column: number } => {
    const inside = Math.max(0, Math.min(offset, text.length));
    const line = lineOf(starts, inside);
    return { line: line + 1, column: inside - (starts[line] ?? 0) + 1 };
  };
  return {
    range(file, start, end) {
      const { line, column } = position(start);
      const last = position(Math.max(start, end));
      return { file, line, column, endLine: last.line, endColumn: last.column };
    },
    lineEnd(offset) {
      const next = starts[lineOf(starts, offset) + 1];
      return next === undefined ? text.length : next - 1;
    },
    excerpt({ line, endLine }) {
      const last = Math.min(endLine, line + mostExcerptLines - 1);
      const end = starts[last] ?? text.length;
      return text.slice(starts[line - 1] ?? text.length, withoutBreak(text, end));
    },
  };
}

/** The end of a line's text, from the end of the line. */
function withoutBreak(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end;
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last start that is not after `offset`. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
