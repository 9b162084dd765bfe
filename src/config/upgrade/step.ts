import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../../core/yaml-node.ts';
import { child, itemsOf, keyName, keyNode, withChild, withoutChild } from '../nodes.ts';
import { isNull, scalarText } from '../scalar.ts';
import type { FindingDetails } from '../source.ts';

/** Tells what is lost, or cannot be upgraded, at the place of a node; `message` is one sentence without full stop. */
export type Report = (node: YamlNode, message: string, details?: FindingDetails) => void;

/** One step of the upgrade chain: what changes from one version to the next. Pure, but for what it reports. */
export type UpgradeStep = (root: YamlMapping, report: Report) => YamlMapping;

/** Where a node written nowhere points to. */
export interface Place {
  readonly start: number;
  readonly end: number;
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

/** Applies a change to `build` of every pipeline. */
export function changeBuilds(root: YamlMapping, change: (build: YamlMapping) => YamlMapping): YamlMapping {
  return changePipelines(root, (pipeline) => changeMapping(pipeline, 'build', change));
}

/** Applies a change to every artifact of every pipeline. */
export function changeArtifacts(root: YamlMapping, change: (artifact: YamlMapping) => YamlMapping): YamlMapping {
  return changeBuilds(root, (build) => changeItems(build, 'artifacts', change));
}

/** Applies a change to `deploy` of every pipeline. */
export function changeDeploys(root: YamlMapping, change: (deploy: YamlMapping) => YamlMapping): YamlMapping {
  return changePipelines(root, (pipeline) => changeMapping(pipeline, 'deploy', change));
}

/** Applies a change to every release of `deploy.helm` of every pipeline. */
export function changeReleases(root: YamlMapping, change: (release: YamlMapping) => YamlMapping): YamlMapping {
  return changeDeploys(root, (deploy) =>
    changeMapping(deploy, 'helm', (helm) => changeItems(helm, 'releases', change)),
  );
}

/** A copy with a key renamed where it stands. */
export function renamed(node: YamlMapping, from: string, to: string): YamlMapping {
  if (child(node, from) === undefined) return node;
  const pairs = node.pairs
    .filter((pair) => keyName(pair) !== to)
    .map((pair) => (keyName(pair) === from ? { key: keyNode(to, pair.key), value: pair.value } : pair));
  return { ...node, pairs };
}

/** The value under a key unless it is null, which says the same as leaving the key out. */
export function given(node: YamlNode | undefined, name: string): YamlNode | undefined {
  const value = child(node, name);
  return value === undefined || isNull(value) ? undefined : value;
}

/** The mapping under a key, or undefined for anything else there. */
export function mappingIn(node: YamlNode | undefined, name: string): YamlMapping | undefined {
  const value = child(node, name);
  return value?.kind === 'mapping' ? value : undefined;
}

/** The text under a key; empty where there is none. */
export function textIn(node: YamlNode | undefined, name: string): string {
  const value = child(node, name);
  return value?.kind === 'scalar' ? scalarText(value) : '';
}

/** A copy with a key set to a value, or without it where there is no value. */
export function withOptional(node: YamlMapping, name: string, value: YamlNode | undefined): YamlMapping {
  return value === undefined ? withoutChild(node, name) : withChild(node, name, value);
}

/** A mapping written nowhere, of the entries that have a value. */
export function mappingOf(entries: Readonly<Record<string, YamlNode | undefined>>, place: Place): YamlMapping {
  const pairs = Object.entries(entries).flatMap(([name, value]) =>
    value === undefined ? [] : [{ key: keyNode(name, value), value }],
  );
  return { kind: 'mapping', flow: false, pairs, start: place.start, end: place.end };
}

/** A list written nowhere. */
export function listOf(items: readonly YamlNode[], place: Place): YamlSequence {
  return { kind: 'sequence', flow: false, items, start: place.start, end: place.end };
}

/** The items of the lists under a key of two mappings, one after the other; undefined when there are none. */
export function joined(
  first: YamlNode | undefined,
  second: YamlNode | undefined,
  name: string,
): YamlSequence | undefined {
  const items = [...itemsOf(child(first, name)), ...itemsOf(child(second, name))];
  const place = given(first, name) ?? given(second, name);
  return place === undefined || items.length === 0 ? undefined : listOf(items, place);
}

/** Whether a boolean field is set and true, as Go's decoder reads it. */
export function isTrue(node: YamlNode | undefined, name: string): boolean {
  return /^(?:true|y|yes|on)$/i.test(textIn(node, name));
}

/** A boolean written nowhere. */
export function booleanNode(value: boolean, place: Place): YamlScalar {
  return { kind: 'scalar', style: 'plain', text: String(value), start: place.start, end: place.end };
}
