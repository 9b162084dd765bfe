import type { YamlNode, YamlScalar } from '../core/yaml-node.ts';
import { type Cursor, decline, hash, isDecline, isLineEnd, skipSpaces } from './cursor.ts';
import { resolveScalar } from './resolve.ts';
import { isSimpleKey, scalarText } from './scalar-text.ts';
import { isDash, scanInlineValue, scanKey, startsMapping } from './scan.ts';

/** A key of a mapping, made ready for printing. */
export interface LineKey {
  readonly text: string;
  /** As printed, without the `:`. */
  readonly printed: string;
  /** A key that was found to be in front of this one before. */
  follows: LineKey | undefined;
}

/** What one line of a block collection says, whatever stands around it. */
export interface Line {
  /** `nothing` for blanks and comments; `unknown` where the line says nothing on its own. */
  readonly kind: 'nothing' | 'unknown' | 'content';
  /** Column of the first character that is no space. */
  readonly column: number;
  /** Whether it begins an item of a sequence. */
  readonly dash: boolean;
  /** Column of what follows the dash; without a dash, `column`. */
  readonly inner: number;
  readonly key: LineKey | undefined;
  /** Where the value begins in the line, or -1 where there is none. */
  readonly valueAt: number;
  /** The line's own value, printed with all in front of it but the dash, and its line break; undefined where the value is no scalar that ends here. */
  readonly printed: string | undefined;
  /** The value where it is a string. */
  readonly text: string | undefined;
  /** A flow collection that ends here. */
  readonly node: YamlNode | undefined;
}

const nothing: Line = {
  kind: 'nothing',
  column: 0,
  dash: false,
  inner: 0,
  key: undefined,
  valueAt: -1,
  printed: undefined,
  text: undefined,
  node: undefined,
};

/** Manifests repeat their lines: what one says is worked out once. */
const mostKept = 20_000;

/** Makes a reader of lines with a memory of its own. */
export function createLineReader(): (line: string) => Line {
  const known = new Map<string, Line>();
  const keys = new Map<string, LineKey>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const line = readSimple(text, keys) ?? readAny(text, keys);
    if (known.size >= mostKept) known.clear();
    known.set(text, line);
    return line;
  };
}

/** A key of everyday characters and a value of such: `scan.ts` has the same patterns. */
const simpleLine =
  /^( *)(- +)?([A-Za-z_][\w./-]*):(?: +([\w./$(\\^~+=;<][\w./@%+=~,$(){}[\]*&!?;<>^|\\"'`-]*(?:(?: +|:)[\w./@%+=~,$(){}[\]*&!?;<>^|\\"'`-]+)*))?$/;

type Keys = Map<string, LineKey>;

function readSimple(line: string, keys: Keys): Line | undefined {
  const match = simpleLine.exec(line);
  if (match === null) return undefined;
  const [, indentation = '', dash = '', name = '', value] = match;
  const key = keyOf(plain(name), keys);
  if (key === undefined) return undefined;
  const column = indentation.length;
  const place = { kind: 'content' as const, column, dash: dash !== '', inner: column + dash.length, key };
  if (value === undefined) {
    return { ...place, valueAt: -1, printed: undefined, text: undefined, node: undefined };
  }
  return {
    ...place,
    valueAt: line.length - value.length,
    node: undefined,
    ...printedValue(plain(value), key),
  };
}

function plain(text: string): YamlScalar {
  return { kind: 'scalar', style: 'plain', text, start: 0, end: 0 };
}

/** Keys that are no strings, merge others or need a form of their own are left to others. */
function keyOf(node: YamlScalar, keys: Keys): LineKey | undefined {
  const id = node.style === 'plain' ? node.text : `"${node.text}`;
  const before = keys.get(id);
  if (before !== undefined) return before;
  const value = resolveScalar(node);
  if (value.kind !== 'string' || value.value === '<<' || !isSimpleKey(value.value)) return undefined;
  const printed = scalarText(value, 0);
  if (printed.includes('\n')) return undefined;
  // The same key has the same object, however it is written.
  const key = keys.get(`"${node.text}`) ?? { text: node.text, printed, follows: undefined };
  keys.set(`"${node.text}`, key).set(id, key);
  return key;
}

function printedValue(node: YamlScalar, key: LineKey | undefined): Pick<Line, 'printed' | 'text'> {
  const value = resolveScalar(node);
  const text = value.kind === 'string' ? value.value : value.kind === 'merge' ? '<<' : undefined;
  const printed = scalarText(value, 0);
  return {
    // A text of several lines depends on the indentation.
    printed: printed.includes('\n') ? undefined : key === undefined ? `${printed}\n` : `${key.printed}: ${printed}\n`,
    text,
  };
}

function readAny(line: string, keys: Keys): Line {
  let column = 0;
  while (line.charCodeAt(column) === 0x20) column++;
  const cursor: Cursor = {
    text: line,
    end: line.length,
    position: column,
    lineStart: 0,
    indent: column,
    depth: 0,
    flowLevel: 0,
  };
  try {
    return readContent(cursor, column, keys);
  } catch (thrown) {
    if (isDecline(thrown)) return { ...nothing, kind: 'unknown', column };
    throw thrown;
  }
}

function readContent(cursor: Cursor, column: number, keys: Keys): Line {
  if (isNothing(cursor, column)) return nothing;
  const dash = isDash(cursor, column);
  const inner = dash ? skipSpaces(cursor, column + 1) : column;
  const place = { ...nothing, kind: 'content' as const, column, dash, inner };
  if (isNothing(cursor, inner)) return place;
  if (isDash(cursor, inner)) return decline();
  if (!startsMapping(cursor, inner)) return dash ? withValue(place, cursor, inner) : decline();
  const { node, next } = scanKey(cursor, inner) ?? decline();
  const keyed = { ...place, key: keyOf(node, keys) ?? decline() };
  const valueAt = skipSpaces(cursor, next);
  return isNothing(cursor, valueAt) ? keyed : withValue(keyed, cursor, valueAt);
}

function isNothing(cursor: Cursor, at: number): boolean {
  const code = cursor.text.charCodeAt(at);
  return isLineEnd(code) || code === hash;
}

function withValue(place: Line, cursor: Cursor, valueAt: number): Line {
  const open = { ...place, valueAt };
  const node = singleLineValue(cursor, valueAt);
  if (node === undefined) return open;
  if (node.kind !== 'scalar') return { ...open, node };
  return { ...open, ...printedValue(node, place.key) };
}

/** The value, or undefined where it does not end on this line, which then is all the scanner sees of it. */
function singleLineValue(cursor: Cursor, valueAt: number): YamlNode | undefined {
  if ('|>'.includes(cursor.text.charAt(valueAt))) return undefined;
  if ('&*!'.includes(cursor.text.charAt(valueAt))) return decline();
  try {
    return scanInlineValue(cursor, valueAt, -1);
  } catch (thrown) {
    if (isDecline(thrown)) return undefined;
    throw thrown;
  }
}
