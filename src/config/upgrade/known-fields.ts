import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { keyName } from '../nodes.ts';
import { type FieldType, fieldAt, rootDefinition } from '../schema.ts';

/**
 * A document without the fields a version does not know: those that were read over in an older one, and those that
 * ended with it.
 */
export function withKnownFields(root: YamlMapping, version: number): YamlMapping {
  return known(root, `@${rootDefinition}`, version) as YamlMapping;
}

function known(node: YamlNode, type: FieldType, version: number): YamlNode {
  if (type.startsWith('[') && node.kind === 'sequence')
    return { ...node, items: node.items.map((item) => known(item, type.slice(1), version)) };
  if (!type.startsWith('@') || node.kind !== 'mapping') return node;
  const pairs = node.pairs.flatMap((pair) => {
    const field = fieldAt(type.slice(1), keyName(pair), version);
    return field === undefined ? [] : [{ key: pair.key, value: known(pair.value, field.type, version) }];
  });
  return { ...node, pairs };
}
