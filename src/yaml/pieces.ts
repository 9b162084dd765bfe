/** A part of a text that holds one document. Offsets are UTF-16 code units, end exclusive. */
export interface Piece {
  /** The `---` that opens the document, or where its content starts when there is none. */
  readonly start: number;
  /** Behind the `---`. */
  readonly content: number;
  /** At the next `---` or `...`, or the end of the text. */
  readonly end: number;
  /** Whether a `---` opens it: only then an empty document counts. */
  readonly marked: boolean;
}

/**
 * Cuts a text at its document markers, which stand at the start of a line wherever they are. Undefined for texts with
 * directives (`%YAML`), which belong to the marker that follows.
 */
export function cutDocuments(text: string): readonly Piece[] | undefined {
  const first = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const pieces: Piece[] = [];
  let start = first;
  let marker = isMarker(text, first);
  for (;;) {
    const content = marker ? start + 3 : start;
    const marked = marker && text.charAt(start) === '-';
    if (!marked && hasDirective(text, content)) return undefined;
    const end = nextMarker(text, content);
    pieces.push({ start: marked ? start : content, content, end, marked });
    if (end === text.length) return pieces;
    [start, marker] = [end, true];
  }
}

const blankOrComment = /(?:[ \t\r\n]|#[^\n]*)*/y;

/** Directives stand in front of the first `---`, or behind a `...`. */
function hasDirective(text: string, content: number): boolean {
  blankOrComment.lastIndex = content;
  blankOrComment.exec(text);
  return text.charAt(blankOrComment.lastIndex) === '%';
}

const lineMarker = /\n(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;

function nextMarker(text: string, from: number): number {
  lineMarker.lastIndex = from;
  const found = lineMarker.exec(text);
  return found === null ? text.length : found.index + 1;
}

function isMarker(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== 0x2d && code !== 0x2e) return false;
  if (text.charCodeAt(at + 1) !== code || text.charCodeAt(at + 2) !== code) return false;
  const after = text.charCodeAt(at + 3);
  return Number.isNaN(after) || after === 0x20 || after === 0x09 || after === 0x0a || after === 0x0d;
}
