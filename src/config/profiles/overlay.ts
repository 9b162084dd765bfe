import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { child, emptyMapping, itemsOf, keyName, withChild, withoutChild } from '../nodes.ts';
import { isNull } from '../scalar.ts';
import { type Field, fieldAt, fieldsAt, latest, rootDefinition } from '../schema.ts';
import { isZeroScalar } from './zero.ts';

/** The sections a profile may vary; everything else in it says when it applies. */
const sections = ['build', 'test', 'manifests', 'deploy', 'portForward', 'resourceSelector', 'verify', 'customActions'];

/**
 * Lays a profile over a document by Skaffold's rules: lists that are not empty and whole objects replace, texts, numbers
 * and booleans replace unless they are empty, 0 or false, and the sections themselves are merged field by field. Of a
 * group that allows one member the profile's member replaces whichever is there.
 */
export function overlayProfile(root: YamlMapping, profile: YamlMapping): YamlMapping {
  const varied: YamlMapping = { ...profile, pairs: profile.pairs.filter((pair) => sections.includes(keyName(pair))) };
  return overlay(root, varied, rootDefinition);
}

function overlay(current: YamlMapping, profile: YamlMapping, definition: string): YamlMapping {
  let result = withoutReplacedGroups(current, profile, definition);
  for (const pair of profile.pairs) {
    const name = keyName(pair);
    const field = fieldAt(definition, name, latest);
    if (field === undefined || isNull(pair.value)) continue;
    const value = field.mergesFields ? merged(child(result, name), pair.value, field) : replacement(pair.value, field);
    if (value !== undefined) result = withChild(result, name, value);
  }
  return result;
}

function merged(current: YamlNode | undefined, profile: YamlNode, field: Field): YamlNode | undefined {
  if (profile.kind !== 'mapping') return undefined;
  const base = current?.kind === 'mapping' ? current : emptyMapping(profile);
  return overlay(base, profile, field.type.slice(1));
}

function replacement(node: YamlNode, field: Field): YamlNode | undefined {
  if (field.type.startsWith('@') || field.zeroIsSet) return node;
  if (field.type.startsWith('[')) return itemsOf(node).length > 0 ? node : undefined;
  return isZeroScalar(node, field.type) ? undefined : node;
}

/** Takes the members of a group out of the document when the profile brings one of them. */
function withoutReplacedGroups(current: YamlMapping, profile: YamlMapping, definition: string): YamlMapping {
  const fields = fieldsAt(definition, latest).filter(({ group }) => group !== undefined);
  const brought = new Set(fields.filter(({ name }) => isThere(child(profile, name))).map(({ group }) => group));
  const replaced = fields.filter(({ group }) => brought.has(group));
  return replaced.reduce((node, { name }) => withoutChild(node, name), current);
}

function isThere(node: YamlNode | undefined): boolean {
  return node !== undefined && !isNull(node);
}
