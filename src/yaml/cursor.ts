/**
 * Where the scanner is in a document. Between nodes it stands on the first character of a line with content;
 * `indent` is that character's column, or -1 behind the last line.
 */
export interface Cursor {
  readonly text: string;
  /** End of the document, exclusive. */
  readonly end: number;
  position: number;
  lineStart: number;
  indent: number;
  /** Collections around the position. */
  depth: number;
  /** Flow collections around the position. */
  flowLevel: number;
}

export const newline = 0x0a;
const carriageReturn = 0x0d;
export const space = 0x20;
export const tab = 0x09;
export const hash = 0x23;
export const dash = 0x2d;
export const colon = 0x3a;

/** Thrown where a document holds more than the scanner knows: the complete parser takes it then. */
const notUnderstood: unique symbol = Symbol('not understood');

/** Gives the document up. */
export function decline(): never {
  throw notUnderstood;
}

/** Whether a caught value says that the document was given up. */
export function isDecline(thrown: unknown): boolean {
  return thrown === notUnderstood;
}

/** Whether a character ends a line's content; `NaN`, the end of the text, does. */
export function isLineEnd(code: number): boolean {
  return code === newline || code === carriageReturn || Number.isNaN(code);
}

/** Whether a character separates tokens. */
export function isBlank(code: number): boolean {
  return code === space || isLineEnd(code);
}

/** The first position from `position` on that is no space. */
export function skipSpaces(cursor: Cursor, position: number): number {
  let at = position;
  while (cursor.text.charCodeAt(at) === space) at++;
  if (cursor.text.charCodeAt(at) === tab) decline();
  return at;
}

/** The end of the line's text: the position of its line break (of both its characters), or of the document's end. */
export function endOfLine(cursor: Cursor, position: number): number {
  const found = cursor.text.indexOf('\n', position);
  if (found < 0 || found >= cursor.end) return cursor.end;
  return found > position && cursor.text.charCodeAt(found - 1) === carriageReturn ? found - 1 : found;
}

/** Moves to the next line with content, from the start of a line. */
export function toContent(cursor: Cursor, lineStart: number): void {
  let start = lineStart;
  while (start < cursor.end) {
    const at = skipSpaces(cursor, start);
    const code = cursor.text.charCodeAt(at);
    if (at < cursor.end && code !== hash && !isLineEnd(code)) {
      cursor.lineStart = start;
      cursor.position = at;
      cursor.indent = at - start;
      return;
    }
    start = nextLineStart(cursor, at);
  }
  cursor.position = cursor.end;
  cursor.indent = -1;
}

/** Where the line after the one at `position` begins. */
export function nextLineStart(cursor: Cursor, position: number): number {
  const found = cursor.text.indexOf('\n', position);
  return found < 0 || found >= cursor.end ? cursor.end : found + 1;
}

/** Ends the line behind a value: nothing but a comment may follow. Returns the comment. */
export function finishLine(cursor: Cursor, valueEnd: number): string | undefined {
  const at = skipSpaces(cursor, valueEnd);
  const code = cursor.text.charCodeAt(at);
  let comment: string | undefined;
  if (at < cursor.end && !isLineEnd(code)) {
    if (code !== hash || at === valueEnd) decline();
    comment = cursor.text.slice(at + 1, endOfLine(cursor, at)).trim();
  }
  toContent(cursor, nextLineStart(cursor, at));
  return comment;
}
