import type { YamlScalar } from '../core/yaml-node.ts';
import { type Cursor, decline, endOfLine, isDecline, newline, nextLineStart, space, toContent } from './cursor.ts';
import { withComment } from './scan-scalar.ts';

const header = /[|>](?:([-+])?([1-9])?|([1-9])([-+]))(?=[ \r\n]|$)/y;

/** A literal or folded block, whose header begins at `start` and whose lines are indented deeper than `parentIndent`. */
export function scanBlockScalar(cursor: Cursor, start: number, parentIndent: number): YamlScalar {
  header.lastIndex = start;
  const match = header.exec(cursor.text);
  if (match === null) return decline();
  const [head, chompFirst, digitLast, digitFirst, chompLast] = match;
  const chomp = chompFirst ?? chompLast;
  const digit = digitLast ?? digitFirst;
  const comment = headerComment(cursor, start + head.length);
  const bodyStart = nextLineStart(cursor, start);
  const given = digit === undefined ? undefined : Math.max(parentIndent, 0) + Number(digit);
  const body = readBody(cursor, bodyStart, parentIndent, given);
  const folded = head.startsWith('>');
  // Folding has rules about more-indented lines that are better left to the complete parser.
  if (folded && body.lines.some((line) => /^[ \t]/.test(line))) decline();
  const content = folded ? foldLines(body.lines) : body.lines.join('\n');
  const text = content + finalBreaks(chomp, body);
  const end = chomp === '+' ? body.next : body.end;
  toContent(cursor, body.next);
  return withComment({ kind: 'scalar', style: folded ? 'folded' : 'literal', text, start, end }, comment);
}

/** Line breaks behind the content. The last line of a text may have none, and then there is none to keep. */
function finalBreaks(chomp: string | undefined, { broken, blankLines }: Body): string {
  if (chomp === '-' || !broken) return '';
  return chomp === '+' ? '\n'.repeat(blankLines + 1) : '\n';
}

function headerComment(cursor: Cursor, end: number): string | undefined {
  const rest = cursor.text.slice(end, endOfLine(cursor, end)).trim();
  if (rest === '') return undefined;
  return rest.startsWith('#') ? rest.slice(1).trim() : decline();
}

interface Body {
  /** Without indentation, up to the last line with content; never empty. */
  readonly lines: readonly string[];
  /** Blank lines behind the last of them. */
  readonly blankLines: number;
  /** Whether the last line with content ends with a line break. */
  readonly broken: boolean;
  /** Behind the line break of the last line with content. */
  readonly end: number;
  /** Start of the first line that is not part of the block. */
  readonly next: number;
}

function readBody(cursor: Cursor, bodyStart: number, parentIndent: number, given: number | undefined): Body {
  const lines: string[] = [];
  let [indent, start, blankLines, end] = [given, bodyStart, 0, bodyStart];
  while (start < cursor.end) {
    const lineEnd = endOfLine(cursor, start);
    const width = leadingSpaces(cursor, start, lineEnd);
    const blank = start + width === lineEnd;
    // Spaces behind the last line break are neither a line nor nothing.
    if (blank && lineEnd === cursor.end) decline();
    if (blank && (indent === undefined || width <= indent)) {
      // Blank lines deeper than the block would be content, or an error.
      if (indent === undefined && width > parentIndent + 1) decline();
      blankLines++;
    } else {
      indent ??= width;
      if (width < indent || indent <= parentIndent) break;
      if (blank && given !== undefined) decline();
      for (; blankLines > 0; blankLines--) lines.push('');
      lines.push(cursor.text.slice(start + indent, lineEnd));
      end = nextLineStart(cursor, lineEnd);
    }
    start = nextLineStart(cursor, lineEnd);
  }
  if (lines.length === 0) return decline();
  return { lines, blankLines, broken: cursor.text.charCodeAt(end - 1) === newline, end, next: start };
}

function leadingSpaces(cursor: Cursor, start: number, end: number): number {
  let at = start;
  while (at < end && cursor.text.charCodeAt(at) === space) at++;
  return at - start;
}

/** Lines join with a space; blank lines between them become line breaks. */
function foldLines(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') {
      breaks++;
      continue;
    }
    text += index === 0 ? line : (breaks === 0 ? ' ' : '\n'.repeat(breaks)) + line;
    breaks = 0;
  }
  return text;
}

/** The value of the literal or folded block `[start, end)`, or undefined where its header gives the indentation. */
export function blockScalarText(text: string, start: number, end: number): string | undefined {
  const cursor: Cursor = { text, end, position: start, lineStart: start, indent: 0, depth: 0, flowLevel: 0 };
  try {
    return /^[|>][-+]?[1-9]/.test(text.slice(start, start + 3)) ? undefined : scanBlockScalar(cursor, start, -1).text;
  } catch (thrown) {
    if (isDecline(thrown)) return undefined;
    throw thrown;
  }
}
