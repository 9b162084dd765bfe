import type { YamlScalar } from '../core/yaml-node.ts';
import {
  type Cursor,
  colon,
  dash,
  decline,
  endOfLine,
  finishLine,
  hash,
  isBlank,
  isLineEnd,
  space,
  tab,
} from './cursor.ts';

/** Characters that mean something at the start of a node, apart from `-`, `?` and `:`, which need a blank behind. */
const indicators = new Set([...',[]{}#&*!|>\'"%@`'].map((character) => character.charCodeAt(0)));
const questionMark = 0x3f;
const backslash = 0x5c;
const doubleQuote = 0x22;
const singleQuote = 0x27;

/** Whether a plain scalar may begin at `position`. */
export function startsPlain(cursor: Cursor, position: number): boolean {
  const code = cursor.text.charCodeAt(position);
  if (code === dash || code === colon || code === questionMark) return !isBlank(cursor.text.charCodeAt(position + 1));
  return !indicators.has(code);
}

export function isQuote(code: number): boolean {
  return code === doubleQuote || code === singleQuote;
}

/**
 * End of the plain text from `start` on its line, before ` #` and trailing spaces, or before a `:` that ends a key.
 */
export function endOfPlain(cursor: Cursor, start: number): number {
  const { text } = cursor;
  let end = start;
  for (let at = start; at < cursor.end; at++) {
    const code = text.charCodeAt(at);
    if (code === space) continue;
    if (isLineEnd(code)) break;
    if (code === tab) decline();
    if (code === hash && at > start && text.charCodeAt(at - 1) === space) break;
    if (code === colon && isColonEnd(cursor, at + 1)) break;
    end = at + 1;
  }
  return end;
}

/** Whether what follows a `:` makes it the end of a key. */
export function isColonEnd(cursor: Cursor, position: number): boolean {
  const code = cursor.text.charCodeAt(position);
  if (code === tab) decline();
  return position >= cursor.end || isBlank(code);
}

/** A plain scalar as a value, with the lines that continue it: those indented deeper than `parentIndent`. */
export function scanPlain(cursor: Cursor, start: number, parentIndent: number): YamlScalar {
  let end = endOfPlain(cursor, start);
  let text = cursor.text.slice(start, end);
  if (isKeyEnd(cursor, end)) decline();
  let comment = finishLine(cursor, end);
  while (cursor.indent > parentIndent) {
    if (comment !== undefined || hasCommentBetween(cursor, end)) decline();
    const next = endOfPlain(cursor, cursor.position);
    if (isKeyEnd(cursor, next)) decline();
    text += foldBetween(cursor, end) + cursor.text.slice(cursor.position, next);
    end = next;
    comment = finishLine(cursor, end);
  }
  return withComment({ kind: 'scalar', style: 'plain', text, start, end }, comment);
}

function isKeyEnd(cursor: Cursor, end: number): boolean {
  let at = end;
  while (cursor.text.charCodeAt(at) === space) at++;
  return at < cursor.end && cursor.text.charCodeAt(at) === colon && isColonEnd(cursor, at + 1);
}

/** Lines skipped on the way to the cursor's line may be blank, but no comments. */
function hasCommentBetween(cursor: Cursor, end: number): boolean {
  return cursor.text.slice(end, cursor.lineStart).includes('#');
}

/** One line break folds into a space; more stay, less one. */
function foldBetween(cursor: Cursor, end: number): string {
  let breaks = 0;
  for (
    let at = cursor.text.indexOf('\n', end);
    at >= 0 && at < cursor.lineStart;
    at = cursor.text.indexOf('\n', at + 1)
  ) {
    breaks++;
  }
  return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
}

/** Adds a comment to a node; without one the node is returned as it is. */
export function withComment<Node extends object>(node: Node, comment: string | undefined): Node {
  return comment === undefined ? node : { ...node, lineComment: comment };
}

/** Whether the quoted scalar at `start` ends on its line, as keys do. */
export function endsOnLine(cursor: Cursor, start: number): boolean {
  return endOfQuoted(cursor, start) <= endOfLine(cursor, start);
}

/** A quoted scalar. Its further lines must be indented deeper than `parentIndent`. */
export function scanQuoted(cursor: Cursor, start: number, parentIndent: number): YamlScalar {
  const double = cursor.text.charCodeAt(start) === doubleQuote;
  const end = endOfQuoted(cursor, start);
  const written = cursor.text.slice(start + 1, end - 1);
  const raw = written.includes('\n') ? foldQuoted(written, parentIndent, double) : written;
  const text = double ? unescapeDouble(raw) : raw.includes("'") ? raw.replaceAll("''", "'") : raw;
  return { kind: 'scalar', style: double ? 'double-quoted' : 'single-quoted', text, start, end };
}

function endOfQuoted(cursor: Cursor, start: number): number {
  const double = cursor.text.charCodeAt(start) === doubleQuote;
  return double ? endOfDouble(cursor, start + 1) : endOfSingle(cursor, start + 1);
}

/** Joins the lines inside quotes: one line break becomes a space, more stay, less one; blanks around them vanish. */
function foldQuoted(written: string, parentIndent: number, double: boolean): string {
  // An escaped line break, or an escaped blank before one, is left to the complete parser.
  if (double && /\\[ \t]*\r?\n/.test(written)) decline();
  return written.replace(
    /([ \t]*\r?\n(?:[ \t]*\r?\n)*)( *)(\t?)/g,
    (_match, breaks: string, indent: string, behind) => {
      if (behind !== '' || indent.length <= parentIndent) decline();
      const count = breaks.split('\n').length - 1;
      return count === 1 ? ' ' : '\n'.repeat(count - 1);
    },
  );
}

function endOfDouble(cursor: Cursor, start: number): number {
  const { text } = cursor;
  let at = text.indexOf('"', start);
  while (at >= 0 && isEscaped(text, at, start)) at = text.indexOf('"', at + 1);
  return at < 0 || at >= cursor.end ? decline() : at + 1;
}

function isEscaped(text: string, at: number, start: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= start && text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}

function endOfSingle(cursor: Cursor, start: number): number {
  const { text } = cursor;
  let at = text.indexOf("'", start);
  while (at >= 0 && text.charCodeAt(at + 1) === singleQuote) at = text.indexOf("'", at + 2);
  return at < 0 || at >= cursor.end ? decline() : at + 1;
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
};

function unescapeDouble(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (_match, x, u, character) => {
    if (character !== undefined) return escapes[character] ?? decline();
    return String.fromCharCode(Number.parseInt(x ?? u, 16));
  });
}
