import type { SourceRange } from '../core/diagnostic.ts';

/** Turns offsets into lines and columns. */
export interface LineIndex {
  /** Lines and columns of `[start, end)`; offsets beyond the text count as its end. */
  range(file: string, start: number, end: number): SourceRange;
  /** The whole lines a range touches, without their line breaks at the very end; at most the first three. */
  excerpt(range: SourceRange): string;
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
    excerpt({ line, endLine }) {
      const last = Math.min(endLine, line + mostExcerptLines - 1);
      const end = starts[last] ?? text.length;
      return text.slice(starts[line - 1] ?? text.length, end).replace(/\r?\n$/, '');
    },
  };
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
