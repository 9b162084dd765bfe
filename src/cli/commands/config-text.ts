import type { SkaffoldConfig } from '../../config/generated/types.ts';
import { keyName } from '../../config/nodes.ts';
import { type Field, type FieldType, fieldsAt, latest, rootDefinition } from '../../config/schema.ts';
import type { YamlMapping, YamlNode, YamlPair } from '../../core/yaml-node.ts';
import { compareNaturally } from '../../yaml/key-order.ts';
import { printNode } from '../../yaml/print.ts';
import { pairNode, valueNode } from '../../yaml/value-node.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What may be printed besides configurations of the latest version. */
export interface PrintedVersion {
  /** Index of the version whose fields are printed. */
  readonly version: number;
}

/**
 * Configurations as Skaffold writes them: fields in the order of the schema, maps sorted, whatever is empty left out
 * unless that says something, documents separated by `---`. Comments are gone.
 */
export function configText(
  configs: readonly SkaffoldConfig[],
  { version }: PrintedVersion = { version: latest },
): string {
  return configs
    .map((config) => printNode(objectNode(config as Fields, rootDefinition, version), { sortKeys: false }))
    .join('---\n');
}

/** Skaffold writes these by way of an untyped map, which sorts their keys and those of all that is in them. */
const sortedDefinitions: readonly string[] = ['ClusterDetails', 'KanikoArtifact'];

function objectNode(value: Fields, definition: string, version: number): YamlMapping {
  const pairs = fieldsAt(definition, version).flatMap((field): YamlPair[] => {
    const content = value[field.name];
    if (content === undefined || isLeftOut(content, field)) return [];
    const node = typedNode(content, field.type, version);
    return isEmptyStructure(node, field) ? [] : [{ key: valueNode(field.name), value: node }];
  });
  const node = mapping(pairs);
  return sortedDefinitions.includes(definition) ? (sorted(node) as YamlMapping) : node;
}

/** Go's `omitempty`: no empty text, 0, false, list or map, unless the field tells it from being left out. */
function isLeftOut(content: unknown, field: Field): boolean {
  if (content === null) return true;
  if (field.zeroIsSet === true || field.required === true) return false;
  if (field.type.startsWith('@') || field.type === 'y' || field.type === 'o') return false;
  if (typeof content === 'object') return Object.keys(content).length === 0;
  return content === '' || content === 0 || content === false;
}

/** An object that Go holds as a value, not a pointer, is left out when nothing in it is set. */
function isEmptyStructure(node: YamlNode, field: Field): boolean {
  return field.mergesFields === true && node.kind === 'mapping' && node.pairs.length === 0;
}

function typedNode(content: unknown, type: FieldType, version: number): YamlNode {
  if (type === 'y' || type === 'o') return sorted(content as YamlNode);
  if (type.startsWith('@')) return objectNode(content as Fields, type.slice(1), version);
  if (type.startsWith('[')) {
    const items = (content as readonly unknown[]).map((item) => typedNode(item, type.slice(1), version));
    return { kind: 'sequence', flow: false, items, start: 0, end: 0 };
  }
  if (type.startsWith('{') || type === 'f') {
    return sorted(mapping(Object.entries(content as Fields).map(([key, item]) => pairNode(key, item))));
  }
  return valueNode(content);
}

/** The node with the keys of all its mappings in yaml.v3's order. */
function sorted(node: YamlNode): YamlNode {
  if (node.kind === 'alias') return sorted(node.target);
  if (node.kind === 'sequence') return { ...node, items: node.items.map(sorted) };
  if (node.kind === 'scalar') return node;
  const pairs = node.pairs.map(({ key, value }) => ({ key, value: sorted(value) }));
  return { ...node, pairs: pairs.sort((left, right) => compareNaturally(keyName(left), keyName(right))) };
}

function mapping(pairs: readonly YamlPair[]): YamlMapping {
  return { kind: 'mapping', flow: false, pairs, start: 0, end: 0 };
}
