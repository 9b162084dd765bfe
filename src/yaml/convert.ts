import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';
import { deepestNesting, expandedDepth, expandedSize, mostExpandedNodes } from './limits.ts';
import { commentAfter, commentAfterColon, headerComment } from './line-comment.ts';
import type { YamlProblem } from './parse.ts';

interface Conversion {
  readonly text: string;
  /** What each anchor names at this point; undefined while the anchored node is still being read. */
  readonly anchors: Map<string, YamlNode | undefined>;
  readonly errors: YamlProblem[];
}

/** Turns the contents of one document of the `yaml` package into our nodes. */
export function convertDocument(
  text: string,
  contents: Node | null,
): { readonly root: YamlNode | undefined; readonly errors: readonly YamlProblem[] } {
  const conversion: Conversion = { text, anchors: new Map(), errors: [] };
  if (contents === null || isNothing(contents)) return { root: undefined, errors: [] };
  const root = convert(contents, conversion);
  if (conversion.anchors.size > 0) checkExpansion(root, conversion);
  return { root, errors: conversion.errors };
}

/** The package gives a document without content an empty plain scalar. */
function isNothing(node: Node): boolean {
  return isScalar(node) && node.type === 'PLAIN' && !node.source && !node.tag && !node.anchor;
}

function checkExpansion(root: YamlNode, { errors }: Conversion): void {
  if (errors.length > 0) return;
  const { start, end } = root;
  if (expandedSize(root) > mostExpandedNodes) errors.push({ message: 'Aliases expand to too many nodes', start, end });
  else if (expandedDepth(root) > deepestNesting) errors.push({ message: 'Aliases nest too deep', start, end });
}

function convert(node: Node, conversion: Conversion): YamlNode {
  if (isAlias(node)) return convertAlias(node.source, rangeOf(node), conversion);
  const anchor = (node as { anchor?: string }).anchor;
  if (anchor !== undefined) conversion.anchors.set(anchor, undefined);
  const converted = convertContent(node, conversion);
  if (anchor !== undefined) conversion.anchors.set(anchor, converted);
  return converted;
}

function convertContent(node: Node, conversion: Conversion): YamlNode {
  if (isMap(node)) return convertMapping(node, conversion);
  if (isSeq(node)) return convertSequence(node, conversion);
  return convertScalar(node as Scalar, conversion);
}

function convertAlias(name: string, [start, end]: readonly [number, number], conversion: Conversion): YamlNode {
  const target = conversion.anchors.get(name);
  if (target !== undefined) return { kind: 'alias', name, target, start, end };
  const known = conversion.anchors.has(name);
  const message = known ? `The value of anchor ${name} contains itself` : `No anchor is called ${name}`;
  conversion.errors.push({ message, start, end });
  return emptyScalar(start, end);
}

function convertMapping(node: YAMLMap, conversion: Conversion): YamlNode {
  const [start, end] = rangeOf(node);
  const flow = node.flow === true;
  const pairs = node.items.map((pair) => convertPair(pair as Pair<Node, Node | null>, conversion));
  return { kind: 'mapping', flow, pairs, start, end, ...properties(node), ...(flow && comment(conversion.text, end)) };
}

function convertPair(pair: Pair<Node, Node | null>, conversion: Conversion): YamlPair {
  const key = withKeyComment(convert(pair.key, conversion), pair.value, conversion.text);
  return { key, value: pair.value === null ? emptyScalar(key.end, key.end) : convert(pair.value, conversion) };
}

/** In `key: # words` over a block collection the words belong to the key. */
function withKeyComment(key: YamlNode, value: Node | null, text: string): YamlNode {
  if (key.kind !== 'scalar' || !(isMap(value) || isSeq(value)) || value.flow === true) return key;
  const lineComment = commentAfterColon(text, key.end);
  return lineComment === undefined ? key : { ...key, lineComment };
}

function convertSequence(node: YAMLSeq, conversion: Conversion): YamlNode {
  const [start, end] = rangeOf(node);
  const flow = node.flow === true;
  const items = node.items.map((item) => convert(item as Node, conversion));
  return { kind: 'sequence', flow, items, start, end, ...properties(node), ...(flow && comment(conversion.text, end)) };
}

const styles: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single-quoted',
  QUOTE_DOUBLE: 'double-quoted',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function convertScalar(node: Scalar, conversion: Conversion): YamlScalar {
  const [start, end] = rangeOf(node);
  const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
  const block = style === 'literal' || style === 'folded';
  const lineComment = block ? headerComment(conversion.text, start) : commentAfter(conversion.text, end);
  const scalar: YamlScalar = { kind: 'scalar', style, text: node.source ?? '', start, end, ...properties(node) };
  return lineComment === undefined ? scalar : { ...scalar, lineComment };
}

function emptyScalar(start: number, end: number): YamlScalar {
  return { kind: 'scalar', style: 'plain', text: '', start, end };
}

function comment(text: string, end: number): { lineComment?: string } {
  const lineComment = commentAfter(text, end);
  return lineComment === undefined ? {} : { lineComment };
}

function properties(node: { tag?: string; anchor?: string }): { tag?: string; anchor?: string } {
  return {
    ...(node.tag === undefined ? {} : { tag: node.tag }),
    ...(node.anchor === undefined ? {} : { anchor: node.anchor }),
  };
}

function rangeOf(node: { range?: readonly [number, number, number] | null | undefined }): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}
