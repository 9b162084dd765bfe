import type { YamlMapping, YamlNode, YamlPair } from '../../core/yaml-node.ts';
import { resolveScalar } from '../../yaml/resolve.ts';
import { flatten } from '../flat-map.ts';
import { keyName, keyNode, textNode } from '../nodes.ts';
import { isNull, scalarText } from '../scalar.ts';
import { type Field, type FieldType, fieldAt, latest, rootDefinition } from '../schema.ts';

/** Whether a scalar is what Go has where nothing was said: null, an empty text, 0 or false. */
export function isZeroScalar(node: YamlNode, type: FieldType): boolean {
  if (node.kind !== 'scalar') return false;
  if (isNull(node)) return true;
  const value = resolveScalar(node);
  if (type === 'b') return (value.kind === 'boolean' && !value.value) || /^(?:n|N|no|off)$/.test(node.text);
  if (type === 'i' || type === 'p') return Number(scalarText(node)) === 0;
  return scalarText(node) === '';
}

/**
 * The document as patches see it: everything that is empty left out, `setValues` with its dotted keys. Only so does a
 * patch find the places, and miss those, that it finds and misses in Skaffold.
 */
export function withoutZeroes(root: YamlMapping): YamlMapping {
  return pruneObject(root, rootDefinition);
}

function pruneObject(node: YamlMapping, definition: string): YamlMapping {
  const pairs = node.pairs.flatMap((pair): YamlPair[] => {
    const field = fieldAt(definition, keyName(pair), latest);
    if (field === undefined) return [pair];
    const value = pruneField(pair.value, field);
    return value === undefined ? [] : [{ key: pair.key, value }];
  });
  return { ...node, pairs };
}

function pruneField(node: YamlNode, field: Field): YamlNode | undefined {
  if (isNull(node)) return undefined;
  const pruned = pruneValue(node, field.type);
  if (field.zeroIsSet) return pruned;
  if (pruned.kind === 'scalar') return isZeroScalar(pruned, field.type) ? undefined : pruned;
  const size = pruned.kind === 'sequence' ? pruned.items.length : pruned.kind === 'mapping' ? pruned.pairs.length : 1;
  return size === 0 && (!field.type.startsWith('@') || field.mergesFields) ? undefined : pruned;
}

function pruneValue(node: YamlNode, type: FieldType): YamlNode {
  if (type.startsWith('[') && node.kind === 'sequence')
    return { ...node, items: node.items.map((item) => pruneValue(item, type.slice(1))) };
  if (node.kind !== 'mapping') return node;
  if (type.startsWith('@')) return pruneObject(node, type.slice(1));
  return type === 'f' ? flatNode(node) : node;
}

function flatNode(node: YamlMapping): YamlMapping {
  const pairs = Object.entries(flatten(node)).map(([key, value]) => ({
    key: keyNode(key, node),
    value: textNode(value, node),
  }));
  return { ...node, pairs };
}
