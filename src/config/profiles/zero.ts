import type { YamlMapping, YamlNode, YamlPair, YamlSequence } from '../../core/yaml-node.ts';
import { resolveScalar } from '../../yaml/resolve.ts';
import { flatten } from '../flat-map.ts';
import { keyName, keyNode, textNode } from '../nodes.ts';
import { isNull, scalarText } from '../scalar.ts';
import { type Field, type FieldType, fieldAt, latest, rootDefinition } from '../schema.ts';
import { spend, type Work } from './work.ts';

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
 * patch find the places, and miss those, that it finds and misses in Skaffold. What is empty nowhere is returned as it
 * is, and known to be so the next time.
 */
export function withoutZeroes(root: YamlMapping, work: Work): YamlMapping {
  return pruneObject(root, rootDefinition, work);
}

/** The definition by which an object has nothing to leave out. */
const pruned = new WeakMap<YamlMapping, string>();

function pruneObject(node: YamlMapping, definition: string, work: Work): YamlMapping {
  if (pruned.get(node) === definition) return node;
  spend(work, node.pairs.length);
  const pairs = node.pairs.flatMap((pair): YamlPair[] => {
    const field = fieldAt(definition, keyName(pair), latest);
    if (field === undefined) return [pair];
    const value = pruneField(pair.value, field, work);
    return value === undefined ? [] : [value === pair.value ? pair : { key: pair.key, value }];
  });
  const same = pairs.length === node.pairs.length && pairs.every((pair, index) => pair === node.pairs[index]);
  const result = same ? node : { ...node, pairs };
  pruned.set(result, definition);
  return result;
}

function pruneField(node: YamlNode, field: Field, work: Work): YamlNode | undefined {
  if (isNull(node)) return undefined;
  const value = pruneValue(node, field.type, work);
  if (field.zeroIsSet) return value;
  if (value.kind === 'scalar') return isZeroScalar(value, field.type) ? undefined : value;
  const size = value.kind === 'sequence' ? value.items.length : value.kind === 'mapping' ? value.pairs.length : 1;
  return size === 0 && (!field.type.startsWith('@') || field.mergesFields) ? undefined : value;
}

function pruneValue(node: YamlNode, type: FieldType, work: Work): YamlNode {
  if (type.startsWith('[') && node.kind === 'sequence') return pruneList(node, type.slice(1), work);
  if (node.kind !== 'mapping') return node;
  if (type.startsWith('@')) return pruneObject(node, type.slice(1), work);
  return type === 'f' ? flatNode(node) : node;
}

function pruneList(node: YamlSequence, type: FieldType, work: Work): YamlSequence {
  spend(work, node.items.length);
  const items = node.items.map((item) => pruneValue(item, type, work));
  return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
}

function flatNode(node: YamlMapping): YamlMapping {
  const pairs = Object.entries(flatten(node)).map(([key, value]) => ({
    key: keyNode(key, node),
    value: textNode(value, node),
  }));
  return { ...node, pairs };
}
