import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { child, withChild } from '../nodes.ts';

/** One step of the upgrade chain: what changes when a document becomes version `to`. Pure. */
export interface UpgradeStep {
  /** The version this step leads to, such as `v4beta5`. */
  readonly to: string;
  apply(root: YamlMapping): YamlMapping;
}

/** Changes the value under a key, where there is one that is a mapping. */
export function changeMapping(
  owner: YamlMapping,
  name: string,
  change: (node: YamlMapping) => YamlMapping,
): YamlMapping {
  const node = child(owner, name);
  return node?.kind === 'mapping' ? withChild(owner, name, change(node)) : owner;
}

/** Changes every mapping in the list under a key, where there is one. */
export function changeItems(owner: YamlMapping, name: string, change: (node: YamlMapping) => YamlMapping): YamlMapping {
  const node = child(owner, name);
  if (node?.kind !== 'sequence') return owner;
  const items = node.items.map((item: YamlNode) => (item.kind === 'mapping' ? change(item) : item));
  return withChild(owner, name, { ...node, items });
}

/** Applies a change to the main pipeline and to that of every profile. */
export function changePipelines(root: YamlMapping, change: (pipeline: YamlMapping) => YamlMapping): YamlMapping {
  return changeItems(change(root), 'profiles', change);
}
