/** Reading and changing normalised documents: mappings whose keys are text scalars, no aliases. Nothing is modified in place. */
import type { YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from '../core/yaml-node.ts';

/** Steps from the root of a document: keys and list indexes. */
export type NodePath = readonly (string | number)[];

/** The text of a key; normalised keys all have one. */
export function keyName(pair: YamlPair): string {
  return pair.key.kind === 'scalar' ? pair.key.text : '';
}

/** The value under a key, or undefined when it is absent or `node` is no mapping. */
export function child(node: YamlNode | undefined, name: string): YamlNode | undefined {
  return pairAt(node, name)?.value;
}

function pairAt(node: YamlNode | undefined, name: string): YamlPair | undefined {
  if (node?.kind !== 'mapping') return undefined;
  return node.pairs.find((pair) => keyName(pair) === name);
}

/** The node at a path, or undefined where the path leads nowhere. */
export function nodeAt(root: YamlNode | undefined, path: NodePath): YamlNode | undefined {
  let node = root;
  for (const step of path) {
    if (typeof step === 'string') node = child(node, step);
    else node = node?.kind === 'sequence' ? node.items[step] : undefined;
  }
  return node;
}

/** The node at a path or, where that is missing, its nearest ancestor that is there. */
export function nearestNode(root: YamlNode, path: NodePath): YamlNode {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

/** A copy with one key set: replaced where it stands, else appended. */
export function withChild(node: YamlMapping, name: string, value: YamlNode): YamlMapping {
  if (pairAt(node, name) === undefined)
    return { ...node, pairs: [...node.pairs, { key: keyNode(name, value), value }] };
  return {
    ...node,
    pairs: node.pairs.map((pair) => (keyName(pair) === name ? { key: pair.key, value } : pair)),
  };
}

/** A copy without one key. */
export function withoutChild(node: YamlMapping, name: string): YamlMapping {
  return { ...node, pairs: node.pairs.filter((pair) => keyName(pair) !== name) };
}

/** A key written nowhere; it points at the value it leads to. */
export function keyNode(name: string, place: { readonly start: number; readonly end: number }): YamlScalar {
  return { kind: 'scalar', style: 'double-quoted', text: name, start: place.start, end: place.end };
}

/** A text scalar written nowhere, at the place of what it stands for. */
export function textNode(text: string, place: { readonly start: number; readonly end: number }): YamlScalar {
  return keyNode(text, place);
}

/** An empty mapping at a place. */
export function emptyMapping(place: { readonly start: number; readonly end: number }): YamlMapping {
  return { kind: 'mapping', flow: false, pairs: [], start: place.start, end: place.end };
}

/** Items of a list; empty for anything else. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'sequence' ? node.items : [];
}

export function withItems(node: YamlSequence, items: readonly YamlNode[]): YamlSequence {
  return { ...node, items };
}

/** A path as a person writes it: `build.artifacts[0].docker`. */
export function formatPath(path: NodePath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
