import type { YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import { type Cursor, colon, decline, endOfLine, hash, isBlank, isLineEnd, newline, space, tab } from './cursor.ts';
import { deepestNesting } from './limits.ts';
import { commentAfter } from './line-comment.ts';
import { isQuote, scanQuoted, startsPlain, withComment } from './scan-scalar.ts';

const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export function opensFlow(code: number): boolean {
  return code === openBracket || code === openBrace;
}

/**
 * A flow collection that begins at `start`. Its further lines must be indented deeper than `parentIndent`. The cursor stays
 * where it is.
 */
export function scanFlow(cursor: Cursor, start: number, parentIndent: number): YamlMapping | YamlSequence {
  if (++cursor.depth > deepestNesting) decline();
  cursor.flowLevel++;
  const mapping = cursor.text.charCodeAt(start) === openBrace;
  const node = mapping ? scanMapping(cursor, start, parentIndent) : scanSequence(cursor, start, parentIndent);
  cursor.depth--;
  cursor.flowLevel--;
  return withComment(node, commentAfter(cursor.text, node.end));
}

function scanSequence(cursor: Cursor, start: number, parentIndent: number): YamlSequence {
  const items: YamlNode[] = [];
  let at = skipBlanks(cursor, start + 1, parentIndent);
  while (cursor.text.charCodeAt(at) !== closeBracket) {
    const item = scanItem(cursor, at, parentIndent);
    items.push(item);
    at = skipComma(cursor, item.end, parentIndent, closeBracket);
  }
  return { kind: 'sequence', flow: true, items, start, end: at + 1 };
}

function scanMapping(cursor: Cursor, start: number, parentIndent: number): YamlMapping {
  const pairs: YamlPair[] = [];
  let at = skipBlanks(cursor, start + 1, parentIndent);
  while (cursor.text.charCodeAt(at) !== closeBrace) {
    const key = scanScalar(cursor, at, parentIndent);
    const value = scanItem(cursor, skipColon(cursor, key, parentIndent), parentIndent);
    pairs.push({ key, value });
    at = skipComma(cursor, value.end, parentIndent, closeBrace);
  }
  return { kind: 'mapping', flow: true, pairs, start, end: at + 1 };
}

function scanItem(cursor: Cursor, at: number, parentIndent: number): YamlNode {
  if (opensFlow(cursor.text.charCodeAt(at))) return scanFlow(cursor, at, parentIndent);
  const scalar = scanScalar(cursor, at, parentIndent);
  return withComment(scalar, commentAfter(cursor.text, scalar.end));
}

function scanScalar(cursor: Cursor, at: number, parentIndent: number): YamlScalar {
  if (at >= cursor.end) return decline();
  if (isQuote(cursor.text.charCodeAt(at))) return scanQuoted(cursor, at, parentIndent);
  if (!startsPlain(cursor, at) || !startsFlowPlain(cursor, at)) return decline();
  const end = endOfFlowPlain(cursor, at);
  return { kind: 'scalar', style: 'plain', text: cursor.text.slice(at, end), start: at, end };
}

/** A `-`, `?` or `:` in front of a bracket or comma is no text. */
function startsFlowPlain(cursor: Cursor, at: number): boolean {
  return !isFlowIndicator(cursor.text.charCodeAt(at + 1)) || !'-?:'.includes(cursor.text.charAt(at));
}

function endOfFlowPlain(cursor: Cursor, start: number): number {
  const { text } = cursor;
  let end = start;
  for (let at = start; at < cursor.end; at++) {
    const code = text.charCodeAt(at);
    if (code === space) continue;
    if (code === tab) decline();
    if (isLineEnd(code) || isFlowIndicator(code)) break;
    if (code === hash && text.charCodeAt(at - 1) === space) break;
    if (code === colon && (isBlank(text.charCodeAt(at + 1)) || isFlowIndicator(text.charCodeAt(at + 1)))) break;
    end = at + 1;
  }
  return end > start ? end : decline();
}

function isFlowIndicator(code: number): boolean {
  return code === comma || code === openBracket || code === closeBracket || code === openBrace || code === closeBrace;
}

/** From the end of a key to its value. A plain key's `:` needs a blank behind, a quoted one's does not. */
function skipColon(cursor: Cursor, key: YamlScalar, parentIndent: number): number {
  let at = key.end;
  while (cursor.text.charCodeAt(at) === space) at++;
  if (cursor.text.charCodeAt(at) !== colon) decline();
  if (key.style === 'plain' && !isBlank(cursor.text.charCodeAt(at + 1))) decline();
  return skipBlanks(cursor, at + 1, parentIndent);
}

/** From the end of an item to the next one, or to the closing bracket. */
function skipComma(cursor: Cursor, end: number, parentIndent: number, close: number): number {
  const at = skipBlanks(cursor, end, parentIndent);
  const code = cursor.text.charCodeAt(at);
  if (code === close) return at;
  return code === comma ? skipBlanks(cursor, at + 1, parentIndent) : decline();
}

/** Skips spaces, line breaks and comments. */
function skipBlanks(cursor: Cursor, start: number, parentIndent: number): number {
  const { text } = cursor;
  let [at, lineStart] = [start, -1];
  for (; at < cursor.end; at++) {
    const code = text.charCodeAt(at);
    if (code === newline) lineStart = at + 1;
    else if (code === hash && isBlank(text.charCodeAt(at - 1))) at = endOfLine(cursor, at) - 1;
    else if (code !== space && !isLineEnd(code)) break;
  }
  if (at >= cursor.end || text.charCodeAt(at) === tab) decline();
  if (lineStart >= 0 && at - lineStart <= parentIndent && !isOuterEnd(cursor, at, at - lineStart - parentIndent))
    decline();
  return at;
}

/** The last bracket may stand as deep as the key the collection belongs to. */
function isOuterEnd(cursor: Cursor, at: number, deeper: number): boolean {
  const code = cursor.text.charCodeAt(at);
  return deeper === 0 && cursor.flowLevel === 1 && (code === closeBracket || code === closeBrace);
}
