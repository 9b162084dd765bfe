import type { Diagnostic } from '../core/diagnostic.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';
import { isMergeKey, resolveScalar } from '../yaml/resolve.ts';
import { mergedPairs } from '../yaml/value.ts';
import { scalarText } from './scalar.ts';
import { findingAt, rangeOf, type Source } from './source.ts';

/**
 * A document without aliases, merge keys and anchors, every key a text: what Skaffold's first decoding into untyped
 * values leaves. Nodes keep the place they were written at; an alias takes that of its anchor. Duplicate keys, keys
 * that are no scalars and merges of something else than mappings are findings.
 */
export function normalise(root: YamlMapping, source: Source, findings: Diagnostic[]): YamlMapping {
  const known = new Map<YamlNode, YamlNode>();
  const report = (node: YamlNode, message: string): void => {
    findings.push(findingAt(source, node, message));
  };

  function plain(node: YamlNode): YamlNode {
    if (node.kind === 'scalar') return checkedScalar(node);
    const before = known.get(node);
    if (before !== undefined) return before;
    const made = node.kind === 'alias' ? plain(node.target) : plainCollection(node);
    known.set(node, made);
    return made;
  }

  function checkedScalar(node: YamlScalar): YamlScalar {
    if (node.tag === undefined) return node;
    const value = resolveScalar(node);
    if (value.kind === 'invalid') report(node, value.message);
    return node;
  }

  function plainCollection(node: Exclude<YamlNode, { kind: 'scalar' | 'alias' }>): YamlNode {
    if (node.kind === 'sequence') return { ...node, items: node.items.map(plain) };
    reportBadMerges(node);
    return { ...node, pairs: uniquePairs(mergedPairs(node)) };
  }

  function reportBadMerges(node: YamlMapping): void {
    for (const { key, value } of node.pairs) {
      if (key.kind === 'scalar' && isMergeKey(key) && !isMergeSource(value))
        report(value, 'map merge requires a mapping or a list of mappings as the value of "<<"');
    }
  }

  function uniquePairs(pairs: readonly YamlPair[]): YamlPair[] {
    const first = new Map<string, YamlNode>();
    return pairs.flatMap(({ key, value }) => {
      const name = keyOf(key);
      if (name === undefined) {
        report(key, 'a key has to be a text, not a list or a mapping');
        return [];
      }
      const earlier = first.get(name.text);
      if (earlier !== undefined) {
        findings.push(duplicateKey(source, name, earlier));
        return [];
      }
      first.set(name.text, key);
      return [{ key: name, value: plain(value) }];
    });
  }

  return plain(root) as YamlMapping;
}

function isMergeSource(value: YamlNode): boolean {
  const node = value.kind === 'alias' ? value.target : value;
  if (node.kind === 'sequence') return node.items.every((item) => isMapping(item));
  return node.kind === 'mapping';
}

function isMapping(node: YamlNode): boolean {
  return node.kind === 'mapping' || (node.kind === 'alias' && node.target.kind === 'mapping');
}

/** The key as a plain text scalar in its place. */
function keyOf(key: YamlNode): YamlScalar | undefined {
  const node = key.kind === 'alias' ? key.target : key;
  if (node.kind !== 'scalar') return undefined;
  const { start, end } = key;
  return { kind: 'scalar', style: 'double-quoted', text: scalarText(node), start, end };
}

function duplicateKey(source: Source, key: YamlScalar, earlier: YamlNode): Diagnostic {
  const at = rangeOf(source, earlier);
  return findingAt(source, key, `key "${key.text}" is already defined at line ${at.line}`, {
    suggestion: 'Remove one of them, or merge what they say',
    related: [{ message: 'the first one is here', at }],
  });
}

/** The document without the top-level keys that start with a dot: a place for anchors, which Skaffold drops. */
export function withoutDotKeys(root: YamlMapping): YamlMapping {
  const pairs = root.pairs.filter(({ key }) => !(key.kind === 'scalar' && key.text.startsWith('.')));
  return pairs.length === root.pairs.length ? root : { ...root, pairs };
}
