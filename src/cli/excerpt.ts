/** Longer lines are shown in part: a file on one line would bury the finding. In UTF-16 code units. */
const widest = 160;
/** How much of a long line stands before the place. */
const before = 60;

/** A line as it is shown, and where in it the marked part lies: columns from 1, `end` exclusive. */
export interface Excerpt {
  readonly line: string;
  readonly column: number;
  readonly end: number;
}

/** Cuts a long line down to what is around the marked part, with `…` where something is left out. */
export function clip({ line, column, end }: Excerpt): Excerpt {
  if (line.length <= widest) return { line, column, end: Math.min(end, line.length + 1) };
  const first = Math.max(0, Math.min(column - 1 - before, line.length - widest));
  const last = first + widest;
  const [left, right] = [first > 0 ? '…' : '', last < line.length ? '…' : ''];
  const shift = first - left.length;
  return {
    line: `${left}${line.slice(first, last)}${right}`,
    column: column - shift,
    end: Math.min(end, last + 1) - shift,
  };
}

/**
 * A text that may hold anything (a file that was taken for another one) as it may go to a terminal: control characters
 * become their pictures, one character each, so that columns stay. Line feeds and tabs are kept.
 */
export function printable(text: string): string {
  return text.replace(/\r(?=\n)/g, '').replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, picture);
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD';
}
