import type { Manifest } from '../core/manifest.ts';
import type { YamlAlias, YamlMapping, YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';
import { isCertainlyString, resolveScalar } from '../yaml/resolve.ts';
import { mergedPairs } from '../yaml/value.ts';
import { stringNode } from '../yaml/value-node.ts';

/** Any node but an alias. */
export type WrittenNode = Exclude<YamlNode, YamlAlias>;

/** What kind of object a manifest is: API group (empty for the core group) and kind. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** The node an alias stands for; other nodes themselves. */
export function follow(node: YamlNode): WrittenNode {
  return node.kind === 'alias' ? follow(node.target) : node;
}

/** Whether a document holds nothing that could be an object: `null` and the empty mapping. */
export function isEmpty(root: YamlNode): boolean {
  if (root.kind === 'scalar') return resolveScalar(root).kind === 'null';
  return root.kind === 'mapping' && root.pairs.length === 0;
}

/** The value of a string scalar, or undefined for any other node. */
export function stringOf(node: YamlNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const written = follow(node);
  if (written.kind !== 'scalar') return undefined;
  return stringValue(written);
}

function stringValue(node: YamlScalar): string | undefined {
  if (node.tag === undefined && (node.style !== 'plain' || isCertainlyString(node.text))) return node.text;
  const value = resolveScalar(node);
  if (value.kind === 'string') return value.value;
  if (value.kind === 'merge') return '<<';
  return value.kind === 'binary' ? new TextDecoder().decode(value.value) : undefined;
}

/** The value of a mapping's field, merged ones included. */
export function fieldOf(node: YamlNode | undefined, name: string): YamlNode | undefined {
  const written = node === undefined ? undefined : follow(node);
  if (written?.kind !== 'mapping') return undefined;
  return mergedPairs(written).findLast(({ key }) => stringOf(key) === name)?.value;
}

/** The mapping with one field set: in its place where it is there, else at the end. Merged fields become own ones. */
export function withField(mapping: YamlMapping, name: string, value: YamlNode): YamlMapping {
  const pairs = [...mergedPairs(mapping)];
  const index = pairs.findLastIndex(({ key }) => stringOf(key) === name);
  const pair = { key: pairs[index]?.key ?? stringNode(name), value };
  pairs.splice(index < 0 ? pairs.length : index, 1, pair);
  return { ...mapping, pairs };
}

/** Group and kind as Skaffold reads them: without an `apiVersion`, or with more than one `/` in it, there is no group. Undefined without a kind. */
export function groupKindOf({ root }: Manifest): GroupKind | undefined {
  const [apiVersion, kind] = [stringOf(fieldOf(root, 'apiVersion')), stringOf(fieldOf(root, 'kind'))];
  return kind === undefined ? undefined : { group: groupOf(apiVersion ?? ''), kind };
}

/** The group in an `apiVersion`. */
export function groupOf(apiVersion: string): string {
  const [group, ...version] = apiVersion.split('/');
  return version.length === 1 ? (group ?? '') : '';
}

/** A mapping whose keys are all strings; only such mappings are entered by the passes over a manifest. */
export interface StringMapping {
  readonly node: YamlMapping;
  /** Own and merged pairs. */
  readonly entries: readonly { readonly name: string; readonly pair: YamlPair }[];
}

/** Reads a mapping as a {@link StringMapping}; undefined where the node is something else. */
export function stringMapping(node: YamlNode): StringMapping | undefined {
  const written = follow(node);
  if (written.kind !== 'mapping') return undefined;
  const entries: { name: string; pair: YamlPair }[] = [];
  for (const pair of mergedPairs(written)) {
    const name = stringOf(pair.key);
    if (name === undefined) return undefined;
    entries.push({ name, pair });
  }
  return { node: written, entries };
}
