import type { Diagnostic, SourceRange } from '../core/diagnostic.ts';
import type { YamlMapping, YamlNode, YamlPair } from '../core/yaml-node.ts';
import { compareKeys } from '../yaml/key-order.ts';
import { keyName } from './nodes.ts';
import { scalarText } from './scalar.ts';
import { rangeOf, type Source } from './source.ts';

/**
 * Says for findings on which line Skaffold reports them. Skaffold counts in a copy of the file: documents without their
 * comments, every collection in block style, keys sorted. Scripts and people that know its messages look for that line.
 * `roots` are the normalised documents of the file, in order.
 */
export function withSkaffoldLines(
  findings: readonly Diagnostic[],
  roots: readonly YamlMapping[],
  source: Source,
): readonly Diagnostic[] {
  if (findings.length === 0) return findings;
  const lines = new Map<string, number>();
  let line = 1;
  for (const root of roots) line = layOut(root, line, (node, at) => note(lines, node, at, source)) + 1;
  return findings.map((finding) => {
    const found = finding.at && lines.get(placeKey(finding.at));
    return found === undefined ? finding : { ...finding, skaffoldLine: found };
  });
}

/** The first place wins where an alias brings the same node several times. */
function note(lines: Map<string, number>, node: YamlNode, at: number, source: Source): void {
  const key = placeKey(rangeOf(source, node));
  if (!lines.has(key)) lines.set(key, at);
}

/** A mapping begins where its first key does; the ends tell them apart. */
function placeKey({ line, column, endLine, endColumn }: SourceRange): string {
  return `${line}:${column}-${endLine}:${endColumn}`;
}

type Visit = (node: YamlNode, line: number) => void;

/** Visits a node and all below it with their lines in the copy; returns the line after its last. */
function layOut(node: YamlNode, line: number, visit: Visit): number {
  if (node.kind === 'mapping' && node.pairs.length > 0) return layOutMapping(node, line, visit);
  visit(node, line);
  if (node.kind === 'sequence' && node.items.length > 0)
    return node.items.reduce((at, item) => layOut(item, at, visit), line);
  return line + 1 + (node.kind === 'scalar' ? blockLines(scalarText(node)) : 0);
}

function layOutMapping(node: YamlMapping, line: number, visit: Visit): number {
  let at = line;
  for (const { key, value } of sorted(node.pairs)) {
    visit(key, at);
    const onNextLine = isFilled(value);
    at = layOut(value, onNextLine ? at + 1 : at, visit);
  }
  visit(node, line);
  return at;
}

function sorted(pairs: readonly YamlPair[]): readonly YamlPair[] {
  const text = (pair: YamlPair) => ({ kind: 'string', value: keyName(pair) }) as const;
  return [...pairs].sort((a, b) => compareKeys(text(a), text(b)));
}

function isFilled(node: YamlNode): boolean {
  return (node.kind === 'mapping' && node.pairs.length > 0) || (node.kind === 'sequence' && node.items.length > 0);
}

/** How many lines a text takes below its own: those of a literal block, or none. */
function blockLines(text: string): number {
  if (!text.includes('\n') || / \n| $/.test(text)) return 0;
  return text.replace(/\n$/, '').split('\n').length;
}
