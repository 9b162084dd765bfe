import type { YamlMapping, YamlNode, YamlScalar } from '../core/yaml-node.ts';
import { keyName } from './nodes.ts';
import { goText } from './scalar.ts';

/** One value of a tree, with its dotted key. */
export interface FlatEntry {
  readonly key: string;
  readonly value: YamlScalar;
}

/**
 * The values of helm's `setValues` as Skaffold flattens them: nested mappings to dotted keys, list items to `key[0]`.
 * Empty mappings and lists vanish.
 */
export function flattenNodes(node: YamlMapping): readonly FlatEntry[] {
  return node.pairs.flatMap((pair) => entriesAt(keyName(pair), pair.value));
}

/** As {@link flattenNodes}, with scalars in Go's `%v` format; of equal keys the last counts. */
export function flatten(node: YamlMapping): Readonly<Record<string, string>> {
  const into: Record<string, string> = Object.create(null);
  for (const { key, value } of flattenNodes(node)) into[key] = goText(value);
  return into;
}

function entriesAt(key: string, node: YamlNode): readonly FlatEntry[] {
  if (node.kind === 'scalar') return [{ key, value: node }];
  if (node.kind === 'sequence') return node.items.flatMap((item, index) => entriesAt(`${key}[${index}]`, item));
  if (node.kind === 'mapping') return node.pairs.flatMap((pair) => entriesAt(`${key}.${keyName(pair)}`, pair.value));
  return [];
}
