import type { Manifest } from '../core/manifest.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlSequence } from '../core/yaml-node.ts';
import { keyText, mergedPairs } from '../yaml/value.ts';
import { follow, stringOf } from './fields.ts';

/** The names that lead to a field, from the last one up. Items of lists add nothing. */
export interface FieldPath {
  readonly name: string;
  readonly parent: FieldPath | undefined;
}

/** What to do with the fields of a manifest. */
export interface FieldVisitor {
  /** Whether `visit` has anything to say about fields of this name; others are only gone through. */
  wants(name: string): boolean;
  /** Puts another node in the place of a field's value, leaves it, or goes on below it. Pure: a result may be dropped. */
  visit(path: FieldPath, value: YamlNode): YamlNode | 'keep' | 'enter';
}

/** A path as selector rules write it, each name behind a `.`: `.spec.template.spec`. */
export function pathText({ name, parent }: FieldPath): string {
  return parent === undefined ? `.${name}` : `${pathText(parent)}.${name}`;
}

/**
 * Rewrites the fields of a manifest, depth first. Mappings with other keys than strings stay as they are, with all they
 * hold. What did not change is shared with the original.
 */
export function rewriteFields(manifest: Manifest, visitor: FieldVisitor): Manifest {
  const root = rewriteNode(manifest.root, undefined, visitor);
  return root === manifest.root ? manifest : { ...manifest, root };
}

function rewriteNode(node: YamlNode, path: FieldPath | undefined, visitor: FieldVisitor): YamlNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'mapping') return rewritePairs(node, path, visitor);
  if (node.kind === 'sequence') return rewriteItems(node, path, visitor);
  const written = follow(node);
  const result = rewriteNode(written, path, visitor);
  return result === written ? node : result;
}

function rewriteItems(node: YamlSequence, path: FieldPath | undefined, visitor: FieldVisitor): YamlSequence {
  let items: YamlNode[] | undefined;
  let index = 0;
  for (const item of node.items) {
    const result = rewriteNode(item, path, visitor);
    if (result !== item) {
      items ??= [...node.items];
      items[index] = result;
    }
    index++;
  }
  return items === undefined ? node : { ...node, items };
}

function rewritePairs(node: YamlMapping, parent: FieldPath | undefined, visitor: FieldVisitor): YamlMapping {
  const present = mergedPairs(node);
  let pairs: YamlPair[] | undefined;
  let index = 0;
  for (const pair of present) {
    const value = rewriteField(pair, parent, visitor);
    if (value !== pair.value) {
      pairs ??= [...present];
      pairs[index] = { key: pair.key, value };
    }
    index++;
  }
  return pairs === undefined || !present.every(hasStringKey) ? node : { ...node, pairs };
}

function hasStringKey({ key }: YamlPair): boolean {
  return stringOf(key) !== undefined;
}

function rewriteField({ key, value }: YamlPair, parent: FieldPath | undefined, visitor: FieldVisitor): YamlNode {
  const name = keyText(key) ?? '';
  if (!visitor.wants(name)) return value.kind === 'scalar' ? value : rewriteNode(value, { name, parent }, visitor);
  const path = { name, parent };
  const decision = visitor.visit(path, value);
  if (decision === 'keep') return value;
  return decision === 'enter' ? rewriteNode(value, path, visitor) : decision;
}
