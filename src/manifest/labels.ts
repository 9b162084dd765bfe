import type { Transform } from '../core/manifest.ts';
import type { YamlMapping, YamlNode, YamlPair } from '../core/yaml-node.ts';
import { pairNode, stringNode } from '../yaml/value-node.ts';
import { type StringMapping, stringMapping } from './fields.ts';
import { type FieldVisitor, pathText, rewriteFields } from './rewrite.ts';
import type { FieldRules, ResourceSelector } from './selector.ts';

/** The label that tells one run's objects from another's; unlike all others it is overwritten. */
const runIdLabel = 'skaffold.dev/run-id';

/**
 * Adds labels wherever the selector finds metadata, as Skaffold does: labels that are there keep their values, and
 * what is not a mapping is left as it is.
 */
export function setLabels(labels: ReadonlyMap<string, string>, selector: ResourceSelector): Transform {
  if (labels.size === 0) return (manifests) => manifests;
  return (manifests) =>
    manifests.map((manifest) => {
      const rules = selector.rulesFor(manifest);
      return rules === undefined ? manifest : rewriteFields(manifest, labelVisitor(labels, rules));
    });
}

function labelVisitor(labels: ReadonlyMap<string, string>, rules: FieldRules): FieldVisitor {
  return {
    wants: rules.labels.wants,
    visit(path, value) {
      const key = rules.labels.matches(path.name, () => pathText(path));
      const metadata = key === undefined ? undefined : stringMapping(value);
      if (key === undefined || metadata === undefined) return 'enter';
      return labelled(metadata, key, labels) ?? 'enter';
    },
  };
}

function labelled(metadata: StringMapping, key: string, labels: ReadonlyMap<string, string>): YamlNode | undefined {
  const pairs = metadata.entries.map(({ pair }) => pair);
  const index = metadata.entries.findLastIndex(({ name }) => name === key);
  const present = pairs[index];
  if (present === undefined) {
    return { ...metadata.node, pairs: [...pairs, pairNode(key, Object.fromEntries(labels))] };
  }
  const existing = stringMapping(present.value);
  if (existing === undefined) return undefined;
  pairs[index] = { key: present.key, value: merged(existing, labels) };
  return { ...metadata.node, pairs };
}

function merged({ node, entries }: StringMapping, labels: ReadonlyMap<string, string>): YamlMapping {
  const kept = entries.map(({ name, pair }): YamlPair => {
    const runId = name === runIdLabel ? labels.get(runIdLabel) : undefined;
    return runId === undefined ? pair : { key: pair.key, value: stringNode(runId) };
  });
  const known = new Set(entries.map(({ name }) => name));
  const added = [...labels].filter(([name]) => !known.has(name)).map(([name, value]) => pairNode(name, value));
  return { ...node, pairs: [...kept, ...added] };
}
