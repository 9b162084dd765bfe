import type { Manifest } from '../core/manifest.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlSequence } from '../core/yaml-node.ts';
import { follow, stringMapping } from './fields.ts';

/** One field met on the way through a manifest. */
export interface Field {
  /** Names from the root, each behind a `.`: `.spec.template.spec`. Items of lists add nothing. */
  readonly path: string;
  /** The last of them. */
  readonly name: string;
  readonly value: YamlNode;
}

/** What to do with a field: put this node in its place, leave it, or go on below it. */
export type Visit = (field: Field) => YamlNode | 'keep' | 'enter';

/** Rewrites the fields of a manifest, depth first. What did not change is shared with the original. */
export function rewriteFields(manifest: Manifest, visit: Visit): Manifest {
  const root = rewriteNode(manifest.root, '', visit);
  return root === manifest.root ? manifest : { ...manifest, root };
}

function rewriteNode(node: YamlNode, path: string, visit: Visit): YamlNode {
  const written = follow(node);
  if (written.kind === 'scalar') return node;
  const result = written.kind === 'sequence' ? rewriteItems(written, path, visit) : rewritePairs(written, path, visit);
  return result === written ? node : result;
}

function rewriteItems(node: YamlSequence, path: string, visit: Visit): YamlSequence {
  const items = mapShared(node.items, (item) => rewriteNode(item, path, visit));
  return items === node.items ? node : { ...node, items };
}

function rewritePairs(node: YamlMapping, path: string, visit: Visit): YamlMapping {
  const mapping = stringMapping(node);
  if (mapping === undefined) return node;
  let pairs: YamlPair[] | undefined;
  for (const [index, { name, pair }] of mapping.entries.entries()) {
    const value = rewriteField({ path: `${path}.${name}`, name, value: pair.value }, visit);
    if (value === pair.value) continue;
    pairs ??= mapping.entries.map((entry) => entry.pair);
    pairs[index] = { key: pair.key, value };
  }
  return pairs === undefined ? node : { ...node, pairs };
}

function rewriteField(field: Field, visit: Visit): YamlNode {
  const decision = visit(field);
  if (decision === 'keep') return field.value;
  return decision === 'enter' ? rewriteNode(field.value, field.path, visit) : decision;
}

/** `map` that returns the list itself where nothing changed. */
function mapShared<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed: Item[] | undefined;
  for (const [index, item] of items.entries()) {
    const result = change(item);
    if (result === item) continue;
    changed ??= [...items];
    changed[index] = result;
  }
  return changed ?? items;
}
