import type { YamlMapping, YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';
import { isMergeKey, resolveScalar } from './resolve.ts';

/**
 * The plain JavaScript value of a node: strings, numbers (bigint where a double would not be exact), booleans, null,
 * arrays and objects without prototype. Aliases are followed (their values are shared, not copied), merge keys applied
 * (a mapping's own keys win, then the earlier of several merged mappings). Of duplicate keys the last wins. Timestamps
 * come as the text that was written, binary as the decoded bytes read as UTF-8; what its tag does not allow, as text.
 */
export function toValue(node: YamlNode): unknown {
  return convert(node, new Map());
}

/** The text a mapping key is known by: what was written, unquoted. Collections have none. */
export function keyText(node: YamlNode): string | undefined {
  if (node.kind === 'scalar') return node.text;
  return node.kind === 'alias' ? keyText(node.target) : undefined;
}

/**
 * A mapping's pairs with merge keys applied, in the order written; merged pairs come where `<<` stands. Pairs that
 * another one overrides are left out, except duplicates among a mapping's own keys, which stay.
 */
export function mergedPairs(mapping: YamlMapping): readonly YamlPair[] {
  if (!hasMerge(mapping.pairs)) return mapping.pairs;
  const own = new Set(mapping.pairs.filter((pair) => !isMerge(pair)).map((pair) => keyText(pair.key)));
  return mapping.pairs.flatMap((pair) => (isMerge(pair) ? inherited(pair.value, own) : [pair]));
}

function hasMerge(pairs: readonly YamlPair[]): boolean {
  for (const { key } of pairs) if (key.kind === 'scalar' && key.text === '<<' && isMergeKey(key)) return true;
  return false;
}

function isMerge({ key }: YamlPair): boolean {
  return key.kind === 'scalar' && isMergeKey(key);
}

/** The pairs that `<<: source` adds; `taken` holds the keys that are there already and grows. */
function inherited(source: YamlNode, taken: Set<string | undefined>): YamlPair[] {
  return mergeSources(source).flatMap((mapping) => {
    const added = mergedPairs(mapping).filter(({ key }) => !taken.has(keyText(key)));
    for (const { key } of added) taken.add(keyText(key));
    return added;
  });
}

function mergeSources(source: YamlNode): YamlMapping[] {
  const node = source.kind === 'alias' ? source.target : source;
  if (node.kind === 'mapping') return [node];
  return node.kind === 'sequence' ? node.items.flatMap(mergeSources) : [];
}

function convert(node: YamlNode, known: Map<YamlNode, unknown>): unknown {
  if (node.kind === 'scalar') return scalarValue(node);
  if (node.kind === 'alias') return convertOnce(node.target, known);
  return node.anchor === undefined ? convertCollection(node, known) : convertOnce(node, known);
}

function convertOnce(node: YamlNode, known: Map<YamlNode, unknown>): unknown {
  if (!known.has(node)) known.set(node, convertCollection(node, known));
  return known.get(node);
}

function convertCollection(node: YamlNode, known: Map<YamlNode, unknown>): unknown {
  if (node.kind === 'sequence') return node.items.map((item) => convert(item, known));
  if (node.kind !== 'mapping') return convert(node, known);
  const value: Record<string, unknown> = Object.create(null);
  for (const pair of mergedPairs(node)) {
    const key = keyText(pair.key);
    if (key !== undefined) value[key] = convert(pair.value, known);
  }
  return value;
}

function scalarValue(node: YamlScalar): unknown {
  const resolved = resolveScalar(node);
  switch (resolved.kind) {
    case 'null':
      return null;
    case 'integer': {
      const number = Number(resolved.value);
      return Number.isSafeInteger(number) ? number : resolved.value;
    }
    case 'binary':
      return new TextDecoder().decode(resolved.value);
    case 'boolean':
    case 'float':
    case 'string':
      return resolved.value;
    default:
      return node.text;
  }
}
