import type { YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import {
  type Cursor,
  colon,
  dash,
  decline,
  endOfLine,
  finishLine,
  hash,
  isBlank,
  isDecline,
  isLineEnd,
  newline,
  nextLineStart,
  skipSpaces,
  toContent,
} from './cursor.ts';
import { deepestNesting } from './limits.ts';
import type { Piece } from './pieces.ts';
import { scanBlockScalar } from './scan-block.ts';
import { opensFlow, scanFlow } from './scan-flow.ts';
import {
  endOfPlain,
  endsOnLine,
  isColonEnd,
  isQuote,
  scanPlain,
  scanQuoted,
  startsPlain,
  withComment,
} from './scan-scalar.ts';

/** Longer implicit keys are errors; those near the limit are left to the complete parser. */
const longestKey = 1000;
const bar = 0x7c;
const greater = 0x3e;

/**
 * Reads one document when it stays within the common part of YAML: block collections,
 * single-line quoted scalars, plain scalars, literal and folded blocks, flow collections, comments. Gives exactly the nodes
 * the complete parser would. Returns undefined for anything else, mistakes included.
 */
export function scanDocument(text: string, piece: Piece): { readonly root: YamlNode | undefined } | undefined {
  const { content, end, marked } = piece;
  const cursor: Cursor = { text, end, position: content, lineStart: content, indent: 0, depth: 0, flowLevel: 0 };
  try {
    toContent(cursor, marked ? behindMarker(cursor, content) : content);
    if (cursor.indent < 0) return { root: undefined };
    const root = scanRoot(cursor);
    return cursor.indent < 0 ? { root } : undefined;
  } catch (thrown) {
    if (isDecline(thrown)) return undefined;
    throw thrown;
  }
}

/** The line below a `---`, behind which nothing but a comment stands. */
function behindMarker(cursor: Cursor, content: number): number {
  const at = skipSpaces(cursor, content);
  return isNothing(cursor, at) ? nextLineStart(cursor, at) : decline();
}

function scanRoot(cursor: Cursor): YamlNode {
  if (!opensFlow(cursor.text.charCodeAt(cursor.position))) return scanBlock(cursor, -1);
  const root = scanFlow(cursor, cursor.position, -1);
  finishLine(cursor, root.end);
  return root;
}

/** A node that begins on a line of its own. */
function scanBlock(cursor: Cursor, parentIndent: number): YamlNode {
  const { position, indent } = cursor;
  if (isDash(cursor, position)) return scanSequence(cursor, indent);
  if (startsMapping(cursor, position)) return scanMapping(cursor, indent);
  return scanInlineValue(cursor, position, parentIndent);
}

/** Whether the `-` of a sequence's item stands here. */
export function isDash(cursor: Cursor, position: number): boolean {
  return cursor.text.charCodeAt(position) === dash && isBlank(cursor.text.charCodeAt(position + 1));
}

/** Whether what stands here is the first key of a mapping. */
export function startsMapping(cursor: Cursor, at: number): boolean {
  simpleName.lastIndex = at;
  return simpleName.test(cursor.text) || scanKey(cursor, at) !== undefined;
}

/** A key found on a line. */
export interface ScannedKey {
  readonly node: YamlScalar;
  /** Behind its `:`. */
  readonly next: number;
}

/** A key on this line, or undefined where no `:` ends one. */
export function scanKey(cursor: Cursor, start: number): ScannedKey | undefined {
  const quoted = isQuote(cursor.text.charCodeAt(start));
  if (quoted ? !endsOnLine(cursor, start) : !startsPlain(cursor, start)) return undefined;
  const node = quoted ? scanQuoted(cursor, start, 0) : plainKey(cursor, start);
  const at = skipSpaces(cursor, node.end);
  if (at >= cursor.end || cursor.text.charCodeAt(at) !== colon || !isColonEnd(cursor, at + 1)) return undefined;
  return node.end - start > longestKey ? decline() : { node, next: at + 1 };
}

function plainKey(cursor: Cursor, start: number): YamlScalar {
  const end = endOfPlain(cursor, start);
  return { kind: 'scalar', style: 'plain', text: cursor.text.slice(start, end), start, end };
}

/** A mapping whose first key stands at the cursor; its keys stand in column `column`. */
function scanMapping(cursor: Cursor, column: number): YamlMapping {
  if (++cursor.depth > deepestNesting) decline();
  const start = cursor.position;
  const pairs: YamlPair[] = [scanPair(cursor, column)];
  while (cursor.indent >= column) {
    if (cursor.indent > column || isDash(cursor, cursor.position)) decline();
    pairs.push(scanPair(cursor, column));
  }
  cursor.depth--;
  return { kind: 'mapping', flow: false, pairs, start, end: pairs.at(-1)?.value.end ?? start };
}

function scanPair(cursor: Cursor, column: number): YamlPair {
  return scanSimplePair(cursor, column) ?? scanAnyPair(cursor, column);
}

/** A key of everyday characters, and a value of such on the rest of the line. */
const simpleName = /[A-Za-z_][\w./-]*:(?=[ \r\n])/y;
const simpleValue =
  /[\w./$(\\^~+=;<][\w./@%+=~,$(){}[\]*&!?;<>^|\\"'`-]*(?:(?: +|:)[\w./@%+=~,$(){}[\]*&!?;<>^|\\"'`-]+)*(?=\r?\n)/y;

/** Most lines of most manifests: regular expressions are quicker than reading them character by character. */
function scanSimplePair(cursor: Cursor, column: number): YamlPair | undefined {
  const { text, position: start } = cursor;
  simpleName.lastIndex = start;
  if (!simpleName.test(text)) return undefined;
  const end = simpleName.lastIndex - 1;
  const at = skipSpaces(cursor, end + 1);
  const key: YamlScalar = { kind: 'scalar', style: 'plain', text: kept(text.slice(start, end)), start, end };
  if (isLineEnd(text.charCodeAt(at))) {
    toContent(cursor, nextLineStart(cursor, at));
    return scanBelow(cursor, key, at, undefined, column);
  }
  simpleValue.lastIndex = at;
  if (!simpleValue.test(text)) return undefined;
  const valueEnd = simpleValue.lastIndex;
  toContent(cursor, valueEnd + (text.charCodeAt(valueEnd) === newline ? 1 : 2));
  if (cursor.indent > column) {
    // The value goes on below.
    cursor.position = start;
    return undefined;
  }
  const value: YamlScalar = {
    kind: 'scalar',
    style: 'plain',
    text: text.slice(at, valueEnd),
    start: at,
    end: valueEnd,
  };
  return { key, value };
}

/** One string for all keys of the same name: manifests repeat them, and they live long. */
const keptNames = new Map<string, string>();
const mostKeptNames = 10_000;

function kept(name: string): string {
  const known = keptNames.get(name);
  if (known !== undefined) return known;
  if (keptNames.size >= mostKeptNames) keptNames.clear();
  keptNames.set(name, name);
  return name;
}

function scanAnyPair(cursor: Cursor, column: number): YamlPair {
  const { node, next } = scanKey(cursor, cursor.position) ?? decline();
  const at = skipSpaces(cursor, next);
  if (!isNothing(cursor, at)) return { key: node, value: scanInlineValue(cursor, at, column) };
  const comment = commentAt(cursor, at);
  toContent(cursor, nextLineStart(cursor, at));
  return scanBelow(cursor, node, at, comment, column);
}

/** The value of a key with nothing behind it: a block on the next lines, or nothing. */
function scanBelow(
  cursor: Cursor,
  key: YamlScalar,
  emptyAt: number,
  comment: string | undefined,
  column: number,
): YamlPair {
  const sequence = cursor.indent === column && isDash(cursor, cursor.position);
  if (cursor.indent <= column && !sequence) return { key, value: empty(emptyAt) };
  const value = sequence ? scanSequence(cursor, column) : scanBlock(cursor, column);
  const block = value.kind !== 'scalar' && value.kind !== 'alias' && !value.flow;
  return { key: block ? withComment(key, comment) : key, value };
}

/** Whether the rest of the line is blank or a comment. */
function isNothing(cursor: Cursor, at: number): boolean {
  const code = cursor.text.charCodeAt(at);
  return at >= cursor.end || isLineEnd(code) || code === hash;
}

function commentAt(cursor: Cursor, at: number): string | undefined {
  if (at >= cursor.end || cursor.text.charCodeAt(at) !== hash) return undefined;
  return cursor.text.slice(at + 1, endOfLine(cursor, at)).trim();
}

function empty(at: number): YamlScalar {
  return { kind: 'scalar', style: 'plain', text: '', start: at, end: at };
}

/** A sequence whose dashes stand in column `column`, the first of them at the cursor. */
function scanSequence(cursor: Cursor, column: number): YamlSequence {
  if (++cursor.depth > deepestNesting) decline();
  const start = cursor.position;
  const items: YamlNode[] = [scanItem(cursor, column)];
  while (cursor.indent === column && isDash(cursor, cursor.position)) items.push(scanItem(cursor, column));
  if (cursor.indent > column) decline();
  cursor.depth--;
  return { kind: 'sequence', flow: false, items, start, end: items.at(-1)?.end ?? start };
}

function scanItem(cursor: Cursor, column: number): YamlNode {
  const at = skipSpaces(cursor, cursor.position + 1);
  if (isNothing(cursor, at)) {
    toContent(cursor, nextLineStart(cursor, at));
    return cursor.indent > column ? scanBlock(cursor, column) : empty(at);
  }
  const inner = at - cursor.lineStart;
  if (isDash(cursor, at)) {
    cursor.position = at;
    return scanSequence(cursor, inner);
  }
  if (!startsMapping(cursor, at)) return scanInlineValue(cursor, at, column);
  cursor.position = at;
  return scanMapping(cursor, inner);
}

/** A scalar or flow collection; its further lines are indented deeper than `parentIndent`. */
export function scanInlineValue(cursor: Cursor, at: number, parentIndent: number): YamlNode {
  const code = cursor.text.charCodeAt(at);
  if (isQuote(code)) {
    const node = scanQuoted(cursor, at, parentIndent);
    return withComment(node, finishLine(cursor, node.end));
  }
  if (opensFlow(code)) {
    const node = scanFlow(cursor, at, parentIndent);
    finishLine(cursor, node.end);
    return node;
  }
  if (code === bar || code === greater) return scanBlockScalar(cursor, at, parentIndent);
  return startsPlain(cursor, at) ? scanPlain(cursor, at, parentIndent) : decline();
}
