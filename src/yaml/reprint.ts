import type { YamlMapping, YamlNode } from '../core/yaml-node.ts';
import { type Cursor, decline, isDecline } from './cursor.ts';
import { compareNaturally } from './key-order.ts';
import { deepestNesting } from './limits.ts';
import { createLineReader, type Line, type LineKey } from './line.ts';
import { printBehindDash, printBehindKey, spaces } from './print.ts';
import { isMergeKey } from './resolve.ts';
import { scalarText } from './scalar-text.ts';
import { scanInlineValue } from './scan.ts';
import { keyText } from './value.ts';

/** One document without its markers. Lines have no line breaks; behind each but the last there is one in the text. */
export type DocumentLines = readonly string[];

/** A printed document with the places where something else may be put. */
export interface Reprinted {
  /** The text in pieces: at odd indexes stand the printed strings of the places. Together they are the whole text. */
  readonly pieces: readonly string[];
  /** What the printed strings at odd indexes say. */
  readonly textOf: (printed: string) => string;
}

/** Prints documents again, line by line. */
export interface Reprinter {
  /**
   * A document as `printNode` prints its nodes; no pieces where it holds nothing. Undefined where the document holds more
   * than this knows, or is not right: it has to be parsed then.
   */
  reprint(lines: DocumentLines): Reprinted | undefined;
}

/** What is known while one document is printed. */
interface Run {
  readonly lines: DocumentLines;
  readonly read: (line: string) => Line;
  readonly places: Places;
  /** Index of `line`. */
  at: number;
  /** The present line with content; undefined behind the last one. */
  line: Line | undefined;
  depth: number;
}

/** Where strings can be exchanged, and what they say, by how they are printed. */
interface Places {
  readonly key: string;
  readonly values: Map<string, string>;
}

/** Stands around a place while the text is put together; no printed text holds one. */
const mark = '\0';

/**
 * Makes a reprinter, whose places are the strings under `key`. Most documents are block mappings of scalars that end on
 * their line: those become their printed form without any nodes in between, many times quicker than through nodes.
 */
export function createReprinter(key: string): Reprinter {
  const read = createLineReader();
  const places: Places = { key, values: new Map() };
  const textOf = (printed: string): string => places.values.get(printed) ?? printed;
  return {
    reprint(lines) {
      const run: Run = { lines, read, places, at: -1, line: undefined, depth: 0 };
      try {
        const first = advance(run);
        if (first === undefined) return { pieces: [], textOf };
        if (first.dash) return undefined;
        const text = printMapping(run, first, first.column, 0);
        return run.line === undefined ? { pieces: text.split(mark), textOf } : undefined;
      } catch (thrown) {
        if (isDecline(thrown)) return undefined;
        throw thrown;
      }
    },
  };
}

function advance(run: Run): Line | undefined {
  while (++run.at < run.lines.length) {
    const line = run.read(run.lines[run.at] ?? '');
    if (line.kind !== 'nothing') {
      run.line = line;
      return line;
    }
  }
  run.line = undefined;
  return undefined;
}

/** A mapping whose first pair is on `first`, with its keys in `column`. The first line comes without indentation. */
function printMapping(run: Run, first: Line, column: number, indent: number): string {
  if (++run.depth > deepestNesting) decline();
  const keys: LineKey[] = [];
  const chunks: string[] = [];
  let sorted = true;
  let before: LineKey | undefined;
  let line: Line | undefined = first;
  do {
    const key: LineKey = line.key ?? decline();
    if (sorted && before !== undefined && key.follows !== before) sorted = isBehind(key, before);
    before = key;
    keys.push(key);
    chunks.push(printPair(run, line, key, column, indent));
    line = run.line;
    if (line !== undefined && line.column >= column && (line.column > column || line.dash)) decline();
  } while (line !== undefined && line.column === column);
  run.depth--;
  return (sorted ? chunks : inOrder(keys, chunks)).join(spaces(indent));
}

function isBehind(key: LineKey, before: LineKey): boolean {
  if (compareNaturally(before.text, key.text) >= 0) return false;
  key.follows = before;
  return true;
}

/** Chunks in the order of their keys. Keys given twice are an error that others describe. */
function inOrder(keys: readonly LineKey[], chunks: readonly string[]): readonly string[] {
  const order = keys.map((key, index) => ({ key, chunk: chunks[index] ?? '' }));
  order.sort((a, b) => compareNaturally(a.key.text, b.key.text));
  return order.map(({ key, chunk }, index) => (key === order[index + 1]?.key ? decline() : chunk));
}

function printPair(run: Run, line: Line, key: LineKey, column: number, indent: number): string {
  if (line.valueAt < 0) {
    const next = advance(run);
    if (next === undefined || next.column < column || (next.column === column && !next.dash)) {
      return `${key.printed}: null\n`;
    }
    return `${key.printed}:\n${spaces(indent + 2)}${printBelow(run, next, indent + 2)}`;
  }
  if (line.printed === undefined) return key.printed + printBehindKey(readValue(run, line, key, column), indent);
  const at = run.at;
  const next = advance(run);
  if (next !== undefined && next.column > column) {
    run.at = at;
    return key.printed + printBehindKey(readValue(run, line, key, column), indent);
  }
  return key.text === run.places.key && line.text !== undefined ? asPlace(run, line.text, key) : line.printed;
}

/** A block collection on lines of its own, which `first` begins. */
function printBelow(run: Run, first: Line, indent: number): string {
  return first.dash ? printSequence(run, first, indent) : printMapping(run, first, first.column, indent);
}

function printSequence(run: Run, first: Line, indent: number): string {
  if (++run.depth > deepestNesting) decline();
  const items: string[] = [];
  let line: Line | undefined = first;
  do {
    items.push(`- ${printItem(run, line, indent)}`);
    line = run.line;
    if (line !== undefined && line.column > first.column) decline();
  } while (line?.dash === true && line.column === first.column);
  run.depth--;
  return items.join(spaces(indent));
}

function printItem(run: Run, line: Line, indent: number): string {
  if (line.key !== undefined) return printMapping(run, line, line.inner, indent + 2);
  if (line.kind === 'unknown') return decline();
  if (line.valueAt < 0) {
    const next = advance(run);
    if (next === undefined || next.column <= line.column) return 'null\n';
    return printBelow(run, next, indent + 2);
  }
  if (line.printed === undefined) return printBehindDash(readValue(run, line, undefined, line.column), indent);
  const at = run.at;
  const next = advance(run);
  if (next !== undefined && next.column > line.column) {
    run.at = at;
    return printBehindDash(readValue(run, line, undefined, line.column), indent);
  }
  return line.printed;
}

function asPlace(run: Run, value: string, key: LineKey): string {
  const printed = scalarText({ kind: 'string', value }, 0);
  if (printed.includes('\n')) return decline();
  run.places.values.set(printed, value);
  return `${key.printed}: ${mark}${printed}${mark}\n`;
}

/** A value that takes several lines, or a flow collection. Moves behind it. */
function readValue(run: Run, line: Line, key: LineKey | undefined, column: number): YamlNode {
  const node =
    line.node !== undefined && !goesOn(run, column) ? singleLine(run, line.node) : severalLines(run, line, column);
  if (key?.text === run.places.key && node.kind === 'scalar') decline();
  return isSimple(node, run.places.key) ? node : decline();
}

function singleLine(run: Run, node: YamlNode): YamlNode {
  advance(run);
  return node;
}

/** Whether the next line is deeper than `column`. */
function goesOn(run: Run, column: number): boolean {
  const { at, line } = run;
  const next = advance(run);
  run.at = at;
  run.line = line;
  return next !== undefined && next.column > column;
}

function severalLines(run: Run, line: Line, column: number): YamlNode {
  const end = endOfDeeper(run, column);
  const text = run.lines.slice(run.at, end).join('\n') + (end < run.lines.length ? '\n' : '');
  const cursor: Cursor = {
    text,
    end: text.length,
    position: line.valueAt,
    lineStart: 0,
    indent: 0,
    depth: run.depth,
    flowLevel: 0,
  };
  const node = scanInlineValue(cursor, line.valueAt, column);
  if (cursor.indent >= 0) decline();
  run.at = end - 1;
  advance(run);
  return node;
}

/** Index of the first line behind the present one that is neither blank nor deeper than `column`. */
function endOfDeeper(run: Run, column: number): number {
  let index = run.at + 1;
  for (; index < run.lines.length; index++) {
    const text = run.lines[index] ?? '';
    const found = text.search(/[^ \r]/);
    if (found < 0 || found > column) continue;
    // The last bracket of a flow collection may stand as deep as its key.
    return found === column && ']}'.includes(text.charAt(found)) ? index + 1 : index;
  }
  return index;
}

/** Flow collections may hold keys twice or merge others, which is not for here to judge, and places. */
function isSimple(node: YamlNode, place: string): boolean {
  if (node.kind === 'sequence') return node.items.every((item) => isSimple(item, place));
  return node.kind === 'mapping' ? isSimpleMapping(node, place) : node.kind === 'scalar';
}

function isSimpleMapping({ pairs }: YamlMapping, place: string): boolean {
  const names = new Set(pairs.map(({ key }) => keyText(key)));
  if (names.size < pairs.length || names.has(place)) return false;
  return pairs.every(({ key, value }) => key.kind === 'scalar' && !isMergeKey(key) && isSimple(value, place));
}
