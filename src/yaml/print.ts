import type { YamlAlias, YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import { compareKeys, compareNaturally } from './key-order.ts';
import { resolvePlain, resolveScalar, type ScalarValue } from './resolve.ts';
import { isSimpleKey, scalarText } from './scalar-text.ts';
import { keyText, mergedPairs } from './value.ts';
import { valueNode } from './value-node.ts';

export interface PrintOptions {
  /** Whether keys are put in yaml.v3's natural order (the default) or stay as they stand. */
  readonly sortKeys?: boolean;
}

/**
 * Prints a node as one YAML document, as gopkg.in/yaml.v3 encodes an untyped value with indent 2: block style, keys
 * sorted, sequences indented below their key, scalars typed anew, aliases written out, merge keys applied, comments
 * gone. Ends with a line break. Where that encoder would lose data, the text differs: a string that begins with a line
 * break keeps it, a string `<<` as a key is quoted, U+2028 and U+2029 are escaped. Of duplicate keys the last is printed.
 *
 * The node must not hold values their tag does not allow (`resolveScalar` says `invalid`): that throws.
 */
export function printNode(node: YamlNode, options: PrintOptions = {}): string {
  const output: Output = { parts: [], sortKeys: options.sortKeys ?? true };
  const root = target(node);
  if (root.kind === 'scalar') output.parts.push(valueText(root, 0), '\n');
  else printInline(output, root, -2);
  return output.parts.join('');
}

/** Prints a node as the value of a key: what follows the key, from its `:` to the last line break. `indent` is the mapping's. */
export function printBehindKey(node: YamlNode, indent: number): string {
  const output: Output = { parts: [], sortKeys: true };
  printValueOfKey(output, target(node), indent);
  return output.parts.join('');
}

/** Prints a node as an item: what follows the `- ` of a sequence at `indent`, to the last line break. */
export function printBehindDash(node: YamlNode, indent: number): string {
  const output: Output = { parts: [], sortKeys: true };
  printInline(output, target(node), indent);
  return output.parts.join('');
}

/** Prints a plain JavaScript value the way {@link printNode} prints nodes. */
export function printValue(value: unknown, options: PrintOptions = {}): string {
  return printNode(valueNode(value), options);
}

/** A key made ready for sorting and printing. */
interface PrintedKey {
  /** Undefined where the key is no scalar. */
  readonly value: ScalarValue | undefined;
  /** What stands before the `:`, or undefined where the key needs the `? ` form. */
  readonly line: string | undefined;
}

interface Entry {
  readonly key: ScalarValue | undefined;
  readonly pair: YamlPair;
}

/** The text printed so far. */
interface Output {
  readonly parts: string[];
  readonly sortKeys: boolean;
}

type Written = Exclude<YamlNode, YamlAlias>;

/** Prints a collection with content; `inline` when its first line already has its indentation. */
function printBlock(output: Output, node: YamlMapping | YamlSequence, indent: number, inline: boolean): void {
  if (node.kind === 'mapping') printMapping(output, node, indent, inline);
  else printSequence(output, node, indent, inline);
}

function printSequence(output: Output, node: YamlSequence, indent: number, inline: boolean): void {
  const dash = `${spaces(indent)}- `;
  let first = inline;
  for (const item of node.items) {
    output.parts.push(first ? '- ' : dash);
    first = false;
    printInline(output, target(item), indent);
  }
}

function printMapping(output: Output, node: YamlMapping, indent: number, inline: boolean): void {
  const pad = spaces(indent);
  let first = inline;
  for (const pair of inOrder(mergedPairs(node), output.sortKeys)) {
    if (!first) output.parts.push(pad);
    first = false;
    printPair(output, pair, indent);
  }
}

function printPair(output: Output, { key, value }: YamlPair, indent: number): void {
  const { line } = printedKey(key);
  if (line !== undefined) {
    output.parts.push(line);
    printValueOfKey(output, target(value), indent);
    return;
  }
  output.parts.push('? ');
  printInline(output, target(key), indent);
  output.parts.push(spaces(indent), ': ');
  printInline(output, target(value), indent);
}

function printValueOfKey(output: Output, node: Written, indent: number): void {
  if (node.kind === 'scalar') output.parts.push(': ', valueText(node, indent), '\n');
  else if (isEmpty(node)) output.parts.push(node.kind === 'mapping' ? ': {}\n' : ': []\n');
  else {
    output.parts.push(':\n');
    printBlock(output, node, indent + 2, false);
  }
}

/** What follows `- `, `? ` or `: ` at the start of a line: collections begin on the same line. */
function printInline(output: Output, node: Written, indent: number): void {
  if (node.kind === 'scalar') output.parts.push(valueText(node, indent), '\n');
  else if (isEmpty(node)) output.parts.push(node.kind === 'mapping' ? '{}\n' : '[]\n');
  else printBlock(output, node, indent + 2, true);
}

/** Pairs in the order to print them; of several with the same key the last. */
function inOrder(pairs: readonly YamlPair[], sortKeys: boolean): readonly YamlPair[] {
  if (!sortKeys) return withoutDuplicates(pairs);
  if (isSorted(pairs)) return pairs;
  const sorted = pairs.map((pair): Entry => ({ key: printedKey(pair.key).value, pair })).sort(compareEntries);
  return sorted.filter((entry, index) => isLast(entry, sorted[index + 1])).map(({ pair }) => pair);
}

/** Strictly: pairs with the same key are not sorted. */
function isSorted(pairs: readonly YamlPair[]): boolean {
  let before: ScalarValue | undefined;
  let first = true;
  for (const { key } of pairs) {
    const { value } = printedKey(key);
    if (!first && compareScalars(before, value) >= 0) return false;
    before = value;
    first = false;
  }
  return true;
}

function compareEntries(a: Entry, b: Entry): number {
  return compareScalars(a.key, b.key);
}

/** Keys that are no scalars come last. */
function compareScalars(a: ScalarValue | undefined, b: ScalarValue | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.kind === 'string' && b.kind === 'string') return compareNaturally(a.value, b.value);
  return compareKeys(a, b);
}

function isLast(entry: Entry, next: Entry | undefined): boolean {
  return next === undefined || entry.key === undefined || compareEntries(entry, next) !== 0;
}

function withoutDuplicates(pairs: readonly YamlPair[]): readonly YamlPair[] {
  const last = new Map<string | YamlNode, YamlPair>();
  for (const pair of pairs) last.set(keyText(pair.key) ?? pair.key, pair);
  return [...last.values()];
}

/** Manifests repeat the same few keys and words: their printed form is kept. */
const mostKept = 10_000;
const keptKeys = new Map<string, PrintedKey>();
const keptTexts = new Map<string, string>();

const notScalar: PrintedKey = { value: undefined, line: undefined };

function printedKey(node: YamlNode): PrintedKey {
  if (node.kind === 'alias') return printedKey(node.target);
  if (node.kind !== 'scalar') return notScalar;
  if (node.style !== 'plain' || node.tag !== undefined) return makeKey(resolveScalar(node));
  let key = keptKeys.get(node.text);
  if (key === undefined) {
    key = makeKey(resolvePlain(node.text));
    if (keptKeys.size >= mostKept) keptKeys.clear();
    keptKeys.set(node.text, key);
  }
  return key;
}

function makeKey(value: ScalarValue): PrintedKey {
  return { value, line: keyLine(value) };
}

function keyLine(key: ScalarValue): string | undefined {
  if (key.kind === 'string' && !isSimpleKey(key.value)) return undefined;
  if (key.kind === 'string' && key.value === '<<') return '"<<"';
  const text = scalarText(key, 0);
  return text.includes('\n') ? undefined : text;
}

function valueText(node: YamlScalar, indent: number): string {
  if (node.style !== 'plain' || node.tag !== undefined) return scalarText(resolveScalar(node), indent);
  let text = keptTexts.get(node.text);
  if (text === undefined) {
    text = scalarText(resolvePlain(node.text), indent);
    // A text of several lines depends on the indentation.
    if (text.includes('\n')) return text;
    if (keptTexts.size >= mostKept) keptTexts.clear();
    keptTexts.set(node.text, text);
  }
  return text;
}

function target(node: YamlNode): Written {
  return node.kind === 'alias' ? target(node.target) : node;
}

function isEmpty(node: YamlMapping | YamlSequence): boolean {
  return node.kind === 'mapping' ? node.pairs.length === 0 : node.items.length === 0;
}

const indentations: string[] = [];

/** As many spaces; the same few texts again and again. */
export function spaces(count: number): string {
  let text = indentations[count];
  if (text === undefined) {
    text = ' '.repeat(count);
    indentations[count] = text;
  }
  return text;
}
