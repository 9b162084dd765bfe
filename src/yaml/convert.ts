import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import { deepestNesting, expandedDepth, expandedSize, mostExpandedNodes, mostProblems } from './limits.ts';
import { commentAfter, commentAfterColon, headerComment } from './line-comment.ts';
import type { YamlProblem } from './parse.ts';
import { blockScalarText } from './scan-block.ts';
import { withComment } from './scan-scalar.ts';

interface Conversion {
  readonly text: string;
  /** Added to every offset. */
  readonly base: number;
  /** What each anchor names at this point; undefined while the anchored node is still being read. */
  readonly anchors: Map<string, YamlNode | undefined>;
  readonly errors: YamlProblem[];
}

/** Turns the contents of one document of the `yaml` package into our nodes; `base` is added to all offsets. */
export function convertDocument(
  text: string,
  base: number,
  contents: Node | null,
): { readonly root: YamlNode | undefined; readonly errors: readonly YamlProblem[] } {
  const conversion: Conversion = { text, base, anchors: new Map(), errors: [] };
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
  if (isAlias(node)) return convertAlias(node.source, placeOf(node, conversion), conversion);
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

interface Place {
  readonly start: number;
  readonly end: number;
}

function convertAlias(name: string, place: Place, conversion: Conversion): YamlNode {
  const target = conversion.anchors.get(name);
  if (target !== undefined) return { kind: 'alias', name, target, ...place };
  const known = conversion.anchors.has(name);
  const message = known ? `The value of anchor ${name} contains itself` : `No anchor is called ${name}`;
  if (conversion.errors.length < mostProblems) conversion.errors.push({ message, ...place });
  return emptyScalar(place.start);
}

function convertMapping(node: YAMLMap, conversion: Conversion): YamlMapping {
  const place = placeOf(node, conversion);
  const pairs = node.items.map((pair) => convertPair(pair as Pair<Node, Node | null>, conversion));
  const parts = { kind: 'mapping' as const, pairs, ...place, ...properties(node) };
  if (node.flow === true) return withComment({ ...parts, flow: true }, commentBehind(place.end, conversion));
  return { ...parts, flow: false, end: pairs.at(-1)?.value.end ?? place.end };
}

function convertSequence(node: YAMLSeq, conversion: Conversion): YamlSequence {
  const place = placeOf(node, conversion);
  const items = node.items.map((item) => convert(item as Node, conversion));
  const parts = { kind: 'sequence' as const, items, ...place, ...properties(node) };
  if (node.flow === true) return withComment({ ...parts, flow: true }, commentBehind(place.end, conversion));
  return { ...parts, flow: false, end: items.at(-1)?.end ?? place.end };
}

function convertPair(pair: Pair<Node, Node | null>, conversion: Conversion): YamlPair {
  const key = convert(pair.key, conversion);
  const value = pair.value === null ? emptyScalar(key.end) : convert(pair.value, conversion);
  return { key: withKeyComment(key, value, conversion), value };
}

/** In `key: # words` over a block collection the words belong to the key. */
function withKeyComment(key: YamlNode, value: YamlNode, { text, base }: Conversion): YamlNode {
  if (key.kind !== 'scalar' || value.kind === 'scalar' || value.kind === 'alias' || value.flow) return key;
  return withComment(key, commentAfterColon(text, key.end - base));
}

const styles: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single-quoted',
  QUOTE_DOUBLE: 'double-quoted',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function convertScalar(node: Scalar, conversion: Conversion): YamlScalar {
  const place = placeOf(node, conversion);
  const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
  const block = style === 'literal' || style === 'folded';
  const text = block ? blockText(node, conversion) : (node.source ?? '');
  const { text: source, base } = conversion;
  const comment = block ? headerComment(source, place.start - base) : commentBehind(place.end, conversion);
  return withComment({ kind: 'scalar', style, text, ...place, ...properties(node) }, comment);
}

/**
 * The package adds a line break where the text ends without one, and drops last lines of nothing but spaces that are
 * indented deeper than the block. go-yaml, and so Kubernetes, does neither.
 */
function blockText(node: Scalar, { text }: Conversion): string {
  const value = node.source ?? '';
  const [start, end] = node.range ?? [0, 0];
  const own = /\n +\r?\n?$/.test(text.slice(start, end)) ? blockScalarText(text, start, end) : undefined;
  if (own !== undefined) return own;
  return end === text.length && !text.endsWith('\n') ? value.replace(/\n$/, '') : value;
}

function commentBehind(end: number, { text, base }: Conversion): string | undefined {
  return commentAfter(text, end - base);
}

function emptyScalar(at: number): YamlScalar {
  return { kind: 'scalar', style: 'plain', text: '', start: at, end: at };
}

function properties(node: { tag?: string; anchor?: string }): { tag?: string; anchor?: string } {
  return {
    ...(node.tag === undefined ? {} : { tag: node.tag }),
    ...(node.anchor === undefined ? {} : { anchor: node.anchor }),
  };
}

function placeOf(node: { range?: readonly [number, number, number] | null | undefined }, { base }: Conversion): Place {
  const [start, end] = node.range ?? [0, 0];
  return { start: start + base, end: end + base };
}
