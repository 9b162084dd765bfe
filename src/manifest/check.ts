import type { YamlMapping, YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';
import { mostProblems } from '../yaml/limits.ts';
import { isMergeKey, resolveScalar } from '../yaml/resolve.ts';
import { keyText } from '../yaml/value.ts';
import { follow } from './fields.ts';
import type { Finding } from './place.ts';

/**
 * What keeps a document from being one object: keys given twice, keys that are no scalars, values that do not fit their
 * tag, merges of something that is no mapping. `lineOf` tells the line of an offset, counted from 1. No more than a
 * thousand findings are told.
 */
export function findingsIn(root: YamlNode, lineOf: (offset: number) => number): readonly Finding[] {
  const findings: Finding[] = [];
  visit(root, findings, { lineOf, start: root.start });
  return findings;
}

/** For lines in messages: of the file, and of the object, which starts at offset `start`. */
interface Lines {
  readonly lineOf: (offset: number) => number;
  readonly start: number;
}

function visit(node: YamlNode, findings: Finding[], lines: Lines): void {
  if (findings.length >= mostProblems) return;
  if (node.kind === 'scalar') {
    if (node.tag !== undefined) checkTag(node, findings);
  } else if (node.kind === 'sequence') {
    for (const item of node.items) visit(item, findings, lines);
  } else if (node.kind === 'mapping') {
    checkKeys(node, findings, lines);
    for (const { value } of node.pairs) visit(value, findings, lines);
  }
}

function checkTag(node: YamlScalar, findings: Finding[]): void {
  const value = resolveScalar(node);
  if (value.kind === 'invalid') findings.push(finding(value.message, node));
}

function checkKeys(node: YamlMapping, findings: Finding[], lines: Lines): void {
  for (const { key, value } of node.pairs) {
    if (key.kind === 'scalar' && isMergeKey(key) && !isMergeable(value)) {
      findings.push(finding('Only mappings can be merged with <<', value));
    }
    if (keyText(key) === undefined) findings.push(finding('A key must be a scalar', key));
  }
  const room = Math.max(0, mostProblems - findings.length);
  for (const [first, second] of repeatedKeys(node).slice(0, room)) findings.push(duplicate(first, second, lines));
}

/** Most mappings are small: comparing each with each is quicker there than a table. */
const fewKeys = 12;

function repeatedKeys({ pairs }: YamlMapping): readonly (readonly [YamlNode, YamlNode])[] {
  if (pairs.length <= fewKeys && !hasRepeats(pairs.map(textOfKey))) return [];
  const repeated: [YamlNode, YamlNode][] = [];
  const seen = new Map<string, YamlNode>();
  for (const { key } of pairs) {
    const text = keyText(key);
    if (text === undefined) continue;
    const first = seen.get(text);
    if (first === undefined) seen.set(text, key);
    else repeated.push([first, key]);
  }
  return repeated;
}

function textOfKey({ key }: YamlPair): string | undefined {
  return key.kind === 'scalar' ? key.text : keyText(key);
}

function hasRepeats(texts: readonly (string | undefined)[]): boolean {
  const count = texts.length;
  for (let later = 1; later < count; later++) {
    const text = texts[later];
    for (let earlier = 0; earlier < later; earlier++) if (texts[earlier] === text) return true;
  }
  return false;
}

function isMergeable(value: YamlNode): boolean {
  const written = follow(value);
  if (written.kind === 'sequence') return written.items.every((item) => follow(item).kind === 'mapping');
  return written.kind === 'mapping';
}

/** Skaffold and kubectl count lines from the start of the object, so both numbers are told where they differ. */
function duplicate(first: YamlNode, second: YamlNode, { lineOf, start }: Lines): Finding {
  const line = lineOf(second.start);
  const own = line - lineOf(start) + 1;
  const where = own === line ? `line ${line}` : `line ${line} (line ${own} of the object)`;
  const message = `The key "${keyText(second)}" on ${where} is already defined on line ${lineOf(first.start)}`;
  return { ...finding(message, second), suggestion: 'Remove one of the two' };
}

function finding(message: string, { start, end }: YamlNode): Finding {
  return { severity: 'error', code: 'MANIFEST_PARSE_ERR', message, start, end };
}
