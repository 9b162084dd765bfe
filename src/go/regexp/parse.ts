import { createSet, memberOf, perlClass, unicodeClass } from './classes.ts';
import { failure } from './errors.ts';
import { readEscape } from './escapes.ts';
import type { Assertion, Node } from './nodes.ts';
import { readClass } from './read-class.ts';
import { type Counts, canRepeat, readCounts, repeatLast } from './read-repeat.ts';

/** What `(?imsU)` sets. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

/** A group that is being read, or the whole expression. */
export interface Frame {
  readonly branches: Node[];
  parts: Node[];
  /** Undefined when it captures nothing. */
  readonly index: number | undefined;
  /** The flags around it, in force again behind it. */
  readonly outer: Flags;
}

/** Where a pattern is being read. */
export interface Reader {
  readonly pattern: string;
  position: number;
  flags: Flags;
  readonly frames: Frame[];
  /** Name of each group that captures; the first is the whole match and has none. */
  readonly names: string[];
  /** Where the repetition began that was read last, when nothing came after it. */
  repeated: number | undefined;
}

export interface ParsedRegexp {
  readonly node: Node;
  readonly names: readonly string[];
}

/** Deepest nesting Go allows. */
const deepest = 1000;
const startFlags: Flags = { ignoreCase: false, multiline: false, dotAll: false, ungreedy: false };
const newline = { members: '\\n', negated: false };

/**
 * Parses a regular expression of Go's `regexp` package (RE2 syntax with Perl's classes and flags).
 *
 * @throws {GoFailure} `error parsing regexp: …` in Go's words.
 */
export function parseRegexp(pattern: string): ParsedRegexp {
  const frame: Frame = { branches: [], parts: [], index: undefined, outer: startFlags };
  const reader: Reader = { pattern, position: 0, flags: startFlags, frames: [frame], names: [''], repeated: undefined };
  while (reader.position < pattern.length) readNext(reader);
  if (reader.frames.length > 1) throw failure('missing closing )', pattern);
  return { node: finish(frame), names: reader.names };
}

const top = (reader: Reader): Frame => reader.frames.at(-1) as Frame;

function finish({ branches, parts }: Frame): Node {
  const last: Node = { kind: 'concatenation', parts };
  return branches.length === 0 ? last : { kind: 'alternation', branches: [...branches, last] };
}

/** Adds a part and goes on behind it. */
function push(reader: Reader, node: Node, length: number): void {
  top(reader).parts.push(node);
  reader.position += length;
  reader.repeated = undefined;
}

function pushCharacter(reader: Reader, code: number, length: number): void {
  const { ignoreCase } = reader.flags;
  const node: Node = ignoreCase
    ? { kind: 'set', set: createSet([{ members: memberOf(code), negated: false }], { ignoreCase }) }
    : { kind: 'character', code };
  push(reader, node, length);
}

function pushAssertion(reader: Reader, assertion: Assertion, length: number): void {
  push(reader, { kind: 'assertion', assertion }, length);
}

function readNext(reader: Reader): void {
  const rest = reader.pattern.slice(reader.position);
  const handler = handlers.get(rest[0] ?? '');
  const counts = handler === undefined ? readCounts(rest) : undefined;
  const code = rest.codePointAt(0) ?? 0;
  if (handler !== undefined) handler(reader, rest);
  else if (counts !== undefined) repeat(reader, counts);
  else pushCharacter(reader, code, code > 0xffff ? 2 : 1);
}

/** What is read where a character with a meaning comes next; `rest` starts with it. */
const handlers: ReadonlyMap<string, (reader: Reader, rest: string) => void> = new Map([
  ['(', openGroup],
  [')', closeGroup],
  ['|', nextBranch],
  ['[', readBrackets],
  ['.', readDot],
  ['^', (reader) => pushAssertion(reader, reader.flags.multiline ? 'start of line' : 'start of text', 1)],
  ['$', (reader) => pushAssertion(reader, reader.flags.multiline ? 'end of line' : 'end of text', 1)],
  ['\\', readBackslash],
]);

function readBrackets(reader: Reader, rest: string): void {
  const { set, length } = readClass(rest, reader.flags.ignoreCase);
  push(reader, { kind: 'set', set }, length);
}

function readDot(reader: Reader): void {
  const excluded = reader.flags.dotAll ? [] : [newline];
  push(reader, { kind: 'set', set: createSet(excluded, { ignoreCase: false, negated: true }) }, 1);
}

function repeat(reader: Reader, counts: Counts): void {
  const start = reader.position;
  canRepeat(reader, counts, top(reader).parts.length > 0);
  const { parts } = top(reader);
  parts.push(repeatLast(parts.pop() as Node, counts, reader.flags.ungreedy));
  reader.position += counts.length;
  reader.repeated = start;
}

function nextBranch(reader: Reader): void {
  const frame = top(reader);
  frame.branches.push({ kind: 'concatenation', parts: frame.parts });
  frame.parts = [];
  reader.position++;
  reader.repeated = undefined;
}

function openGroup(reader: Reader, rest: string): void {
  const name = rest.startsWith('(?') ? /^\(\?P?<([^>]*)(>?)/.exec(rest) : undefined;
  const isCutOff = rest === '(?P<' || rest === '(?<';
  if (name === null || isCutOff) readFlags(reader, rest);
  else {
    if (name?.[2] === '') throw failure('invalid named capture', rest);
    if (name !== undefined && !/^\w+$/.test(name[1] ?? '')) throw failure('invalid named capture', name[0]);
    reader.names.push(name?.[1] ?? '');
    open(reader, { index: reader.names.length - 1, inner: reader.flags, length: name?.[0].length ?? 1 });
  }
}

function open(
  reader: Reader,
  { index, inner, length }: { readonly index: number | undefined; readonly inner: Flags; readonly length: number },
): void {
  if (reader.frames.length >= deepest) throw failure('expression nests too deeply', reader.pattern);
  reader.frames.push({ branches: [], parts: [], index, outer: reader.flags });
  reader.flags = inner;
  reader.position += length;
  reader.repeated = undefined;
}

function closeGroup(reader: Reader): void {
  if (reader.frames.length === 1) throw failure('unexpected )', reader.pattern);
  const frame = reader.frames.pop() as Frame;
  reader.flags = frame.outer;
  push(reader, { kind: 'group', index: frame.index, body: finish(frame) }, 1);
}

const flagNames: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  U: 'ungreedy',
};

/** `(?flags)` for the rest of the group around it, and `(?flags:` for a group of its own. */
function readFlags(reader: Reader, rest: string): void {
  const match = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
  if (match === null) throw failure('invalid or unsupported Perl syntax', wrongFlags(rest));
  const [whole, set = '', unset = '', end] = match;
  const inner: Record<keyof Flags, boolean> = { ...reader.flags };
  for (const letter of set) inner[flagNames[letter] as keyof Flags] = true;
  for (const letter of unset) inner[flagNames[letter] as keyof Flags] = false;
  if (end === ':') open(reader, { index: undefined, inner, length: whole.length });
  else {
    reader.flags = inner;
    reader.position += whole.length;
    reader.repeated = undefined;
  }
}

/** What Go has read of wrong flags when it gives up. */
function wrongFlags(rest: string): string {
  const good = /^\(\?[imsU]*(?:-[imsU]*)?/.exec(rest)?.[0] ?? '';
  const [next = ''] = rest.slice(good.length);
  return good + next;
}

const assertions: Readonly<Record<string, Assertion>> = {
  A: 'start of text',
  z: 'end of text',
  b: 'word boundary',
  B: 'no word boundary',
};

function readBackslash(reader: Reader, rest: string): void {
  const letter = rest[1] ?? '';
  const assertion = Object.hasOwn(assertions, letter) ? assertions[letter] : undefined;
  if (assertion !== undefined) pushAssertion(reader, assertion, 2);
  else if (letter === 'Q') readQuoted(reader, rest);
  else readEscaped(reader, rest);
}

/** A class, or a character. */
function readEscaped(reader: Reader, rest: string): void {
  const { ignoreCase } = reader.flags;
  const perl = perlClass(rest);
  const named = perl === undefined ? unicodeClass(rest) : { item: perl, length: 2 };
  if (named === undefined) {
    const { code, length } = readEscape(rest);
    pushCharacter(reader, code, length);
  } else push(reader, { kind: 'set', set: createSet([named.item], { ignoreCase }) }, named.length);
}

/** `\Q…\E`: everything between stands for itself. */
function readQuoted(reader: Reader, rest: string): void {
  const end = rest.indexOf('\\E');
  for (const character of rest.slice(2, end < 0 ? undefined : end)) {
    pushCharacter(reader, character.codePointAt(0) ?? 0, character.length);
  }
  reader.position += end < 0 ? 2 : 4;
  reader.repeated = undefined;
}
