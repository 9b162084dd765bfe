import type { YamlAlias, YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import { compareKeys } from './key-order.ts';
import { resolveScalar, type ScalarValue } from './resolve.ts';
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
  const output: Output = { text: '', sortKeys: options.sortKeys ?? true };
  const root = target(node);
  if (root.kind === 'scalar') output.text = `${valueText(root, 0)}\n`;
  else if (isEmpty(root)) output.text = `${emptyText(root)}\n`;
  else printBlock(output, root, 0, true);
  return output.text;
}

/** Prints a plain JavaScript value the way {@link printNode} prints nodes. */
export function printValue(value: unknown, options: PrintOptions = {}): string {
  return printNode(valueNode(value), options);
}

/** A key made ready for sorting and printing. */
interface Entry {
  readonly key: ScalarValue | undefined;
  readonly pair: YamlPair;
}

/** The text printed so far. */
interface Output {
  text: string;
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
    output.text += first ? '- ' : dash;
    first = false;
    printInline(output, target(item), indent);
  }
}

function printMapping(output: Output, node: YamlMapping, indent: number, inline: boolean): void {
  const pad = spaces(indent);
  let first = inline;
  for (const entry of entriesOf(node, output.sortKeys)) {
    if (!first) output.text += pad;
    first = false;
    printEntry(output, entry, indent);
  }
}

function printEntry(output: Output, { key, pair }: Entry, indent: number): void {
  const text = key === undefined ? undefined : keyLine(key);
  if (text !== undefined) {
    output.text += `${text}:`;
    printValueOfKey(output, target(pair.value), indent);
    return;
  }
  output.text += '? ';
  printInline(output, target(pair.key), indent);
  output.text += `${spaces(indent)}: `;
  printInline(output, target(pair.value), indent);
}

function printValueOfKey(output: Output, node: Written, indent: number): void {
  if (node.kind === 'scalar') output.text += ` ${valueText(node, indent)}\n`;
  else if (isEmpty(node)) output.text += ` ${emptyText(node)}\n`;
  else {
    output.text += '\n';
    printBlock(output, node, indent + 2, false);
  }
}

/** What follows `- `, `? ` or `: ` at the start of a line: collections begin on the same line. */
function printInline(output: Output, node: Written, indent: number): void {
  if (node.kind === 'scalar') output.text += `${valueText(node, indent)}\n`;
  else if (isEmpty(node)) output.text += `${emptyText(node)}\n`;
  else printBlock(output, node, indent + 2, true);
}

function entriesOf(node: YamlMapping, sortKeys: boolean): readonly Entry[] {
  const entries = withoutDuplicates(mergedPairs(node)).map((pair) => ({ key: keyValue(pair.key), pair }));
  return sortKeys && !isSorted(entries) ? entries.sort(compareEntries) : entries;
}

function isSorted(entries: readonly Entry[]): boolean {
  for (let index = 1; index < entries.length; index++) {
    const [before, after] = [entries[index - 1], entries[index]];
    if (before !== undefined && after !== undefined && compareEntries(before, after) > 0) return false;
  }
  return true;
}

function compareEntries(a: Entry, b: Entry): number {
  if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined);
  return compareKeys(a.key, b.key);
}

/** Keeps the last of several pairs with the same key. */
function withoutDuplicates(pairs: readonly YamlPair[]): readonly YamlPair[] {
  const last = new Map<string | YamlNode, YamlPair>();
  for (const pair of pairs) last.set(keyText(pair.key) ?? pair.key, pair);
  return last.size === pairs.length ? pairs : [...last.values()];
}

function keyValue(node: YamlNode): ScalarValue | undefined {
  const key = target(node);
  return key.kind === 'scalar' ? resolveScalar(key) : undefined;
}

/** The key as it stands before `:`, or undefined where it needs the `? ` form. */
function keyLine(key: ScalarValue): string | undefined {
  if (key.kind === 'string' && !isSimpleKey(key.value)) return undefined;
  if (key.kind === 'string' && key.value === '<<') return '"<<"';
  const text = scalarText(key, 0);
  return text.includes('\n') ? undefined : text;
}

function target(node: YamlNode): Written {
  return node.kind === 'alias' ? target(node.target) : node;
}

function valueText(node: YamlScalar, indent: number): string {
  return scalarText(resolveScalar(node), indent);
}

function isEmpty(node: YamlMapping | YamlSequence): boolean {
  return node.kind === 'mapping' ? node.pairs.length === 0 : node.items.length === 0;
}

function emptyText(node: YamlMapping | YamlSequence): string {
  return node.kind === 'mapping' ? '{}' : '[]';
}

const indentations: string[] = [];

function spaces(count: number): string {
  let text = indentations[count];
  if (text === undefined) {
    text = ' '.repeat(count);
    indentations[count] = text;
  }
  return text;
}
