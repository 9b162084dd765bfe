import type { YamlMapping, YamlNode, YamlScalar } from '../core/yaml-node.ts';
import { isMergeKey, resolveScalar } from '../yaml/resolve.ts';
import { keyText } from '../yaml/value.ts';
import { follow } from './fields.ts';
import type { Finding } from './place.ts';

/**
 * What keeps a document from being one object: keys given twice, keys that are no scalars, values that do not fit their
 * tag, merges of something that is no mapping. `lineOf` tells the line of an offset, counted from 1.
 */
export function findingsIn(root: YamlNode, lineOf: (offset: number) => number): readonly Finding[] {
  const findings: Finding[] = [];
  visit(root, findings, lineOf);
  return findings;
}

function visit(node: YamlNode, findings: Finding[], lineOf: (offset: number) => number): void {
  if (node.kind === 'scalar') {
    if (node.tag !== undefined) checkTag(node, findings);
  } else if (node.kind === 'sequence') {
    for (const item of node.items) visit(item, findings, lineOf);
  } else if (node.kind === 'mapping') {
    checkKeys(node, findings, lineOf);
    for (const { value } of node.pairs) visit(value, findings, lineOf);
  }
}

function checkTag(node: YamlScalar, findings: Finding[]): void {
  const value = resolveScalar(node);
  if (value.kind === 'invalid') findings.push(finding(value.message, node));
}

function checkKeys(node: YamlMapping, findings: Finding[], lineOf: (offset: number) => number): void {
  const seen = new Map<string, YamlNode>();
  for (const { key, value } of node.pairs) {
    if (key.kind === 'scalar' && isMergeKey(key) && !isMergeable(value)) {
      findings.push(finding('Only mappings can be merged with <<', value));
    }
    const text = keyText(key);
    if (text === undefined) findings.push(finding('A key must be a scalar', key));
    else {
      const first = seen.get(text);
      if (first === undefined) seen.set(text, key);
      else findings.push(duplicate(text, first, key, lineOf));
    }
  }
}

function isMergeable(value: YamlNode): boolean {
  const written = follow(value);
  if (written.kind === 'sequence') return written.items.every((item) => follow(item).kind === 'mapping');
  return written.kind === 'mapping';
}

function duplicate(text: string, first: YamlNode, second: YamlNode, lineOf: (offset: number) => number): Finding {
  const message = `The key "${text}" on line ${lineOf(second.start)} is already defined on line ${lineOf(first.start)}`;
  return { ...finding(message, second), suggestion: 'Remove one of the two' };
}

function finding(message: string, { start, end }: YamlNode): Finding {
  return { severity: 'error', code: 'MANIFEST_PARSE_ERR', message, start, end };
}
