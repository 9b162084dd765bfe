import type { YamlMapping, YamlNode } from '../core/yaml-node.ts';
import { keyName } from './nodes.ts';
import { goText } from './scalar.ts';

/**
 * The values of helm's `setValues` as Skaffold flattens them: nested mappings to dotted keys, list items to `key[0]`,
 * scalars in Go's `%v` format. Empty mappings and lists vanish.
 */
export function flatten(node: YamlMapping): Readonly<Record<string, string>> {
  const into: Record<string, string> = Object.create(null);
  for (const pair of node.pairs) add(into, keyName(pair), pair.value);
  return into;
}

function add(into: Record<string, string>, key: string, node: YamlNode): void {
  if (node.kind === 'scalar') into[key] = goText(node);
  else if (node.kind === 'sequence')
    for (const [index, item] of node.items.entries()) add(into, `${key}[${index}]`, item);
  else if (node.kind === 'mapping') for (const pair of node.pairs) add(into, `${key}.${keyName(pair)}`, pair.value);
}
