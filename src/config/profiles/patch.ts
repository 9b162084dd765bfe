import type { YamlMapping, YamlNode, YamlSequence } from '../../core/yaml-node.ts';
import { toValue } from '../../yaml/value.ts';
import { child, keyName, nodeAt, textNode, withChild, withItems, withoutChild } from '../nodes.ts';
import { isNull } from '../scalar.ts';
import { spend, type Work } from './work.ts';

/** One entry of a profile's `patches`. */
export interface Patch {
  readonly op: string;
  readonly path: string;
  readonly from: string | undefined;
  /** Null where the patch gives none. */
  readonly value: YamlNode;
}

/**
 * Applies a patch in Skaffold's dialect of RFC 6902 (`krishicks/yaml-patch`): a segment `key=value` stands for every
 * object at or below that point with this text under that key, and the operation runs for each. Undefined when the
 * patch does not fit: no such place, a failed `test`, an unknown `op`.
 *
 * @throws {ToolError} when it takes more than the work that is left.
 */
export function applyPatch(root: YamlMapping, patch: Patch, work: Work): YamlNode | undefined {
  const targets = expand(root, patch.path, work);
  if (targets === undefined || targets.length === 0) return undefined;
  let document: YamlNode | undefined = root;
  for (const target of targets) {
    if (document === undefined) return undefined;
    document = applyAt(document, target, patch, work);
  }
  return document;
}

type Segments = readonly string[];

/** Segments of an RFC 6901 pointer. */
function parsePointer(pointer: string): Segments | undefined {
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Every concrete path a pointer with `key=value` segments stands for. */
function expand(root: YamlNode, pointer: string, work: Work): readonly Segments[] | undefined {
  const segments = parsePointer(pointer);
  if (segments === undefined) return undefined;
  let paths: Segments[] = [[]];
  for (const segment of segments) {
    paths = paths.flatMap((path) => {
      spend(work, path.length + 1);
      const search = parseSearch(segment, nodeBy(root, path), work);
      return search === undefined ? [[...path, segment]] : search.map((found) => [...path, ...found]);
    });
  }
  return paths;
}

/** Paths below `node` to the objects a `key=value` segment means; undefined for an ordinary segment. */
function parseSearch(segment: string, node: YamlNode | undefined, work: Work): readonly Segments[] | undefined {
  const equals = segment.indexOf('=');
  if (equals < 0 || node === undefined || child(node, segment) !== undefined) return undefined;
  return search(node, segment.slice(0, equals), segment.slice(equals + 1), [], work);
}

function search(node: YamlNode, key: string, value: string, path: Segments, work: Work): Segments[] {
  spend(work, path.length + 1);
  if (node.kind === 'sequence')
    return node.items.flatMap((item, index) => search(item, key, value, [...path, String(index)], work));
  if (node.kind !== 'mapping') return [];
  const own = child(node, key);
  const here = own?.kind === 'scalar' && toValue(own) === value ? [path] : [];
  return [...here, ...node.pairs.flatMap((pair) => search(pair.value, key, value, [...path, keyName(pair)], work))];
}

function nodeBy(root: YamlNode, path: Segments): YamlNode | undefined {
  return path.reduce<YamlNode | undefined>((node, segment) => step(node, segment), root);
}

function step(node: YamlNode | undefined, segment: string): YamlNode | undefined {
  if (node?.kind !== 'sequence') return child(node, segment);
  const index = listIndex(segment);
  return index === undefined ? undefined : nodeAt(node, [index]);
}

function listIndex(segment: string): number | undefined {
  return /^[0-9]{1,9}$/.test(segment) ? Number(segment) : undefined;
}

function applyAt(root: YamlNode, target: Segments, patch: Patch, work: Work): YamlNode | undefined {
  switch (patch.op) {
    case '':
    case 'replace':
      return change(root, target, (owner, name) => replaceIn(owner, name, patch.value), work);
    case 'add':
      return change(root, target, (owner, name) => addTo(owner, name, patch.value), work);
    case 'remove':
      return change(root, target, removeFrom, work);
    case 'move':
    case 'copy':
      return transfer(root, target, patch, work);
    case 'test':
      return holds(nodeBy(root, target), patch.value) ? root : undefined;
    default:
      return undefined;
  }
}

type Edit = (owner: YamlMapping | YamlSequence, name: string) => YamlNode | undefined;

/** Rebuilds the way from the root to the owner of the last segment, which `edit` changes. */
function change(node: YamlNode, path: Segments, edit: Edit, work: Work): YamlNode | undefined {
  const [name, ...rest] = path;
  if (name === undefined || (node.kind !== 'mapping' && node.kind !== 'sequence')) return undefined;
  spend(work, rest.length + (node.kind === 'mapping' ? node.pairs.length : node.items.length));
  if (rest.length === 0) return edit(node, name);
  const inner = step(node, name);
  const changed = inner === undefined ? undefined : change(inner, rest, edit, work);
  return changed === undefined ? undefined : setIn(node, name, changed);
}

function setIn(owner: YamlMapping | YamlSequence, name: string, value: YamlNode): YamlNode | undefined {
  if (owner.kind === 'mapping') return withChild(owner, name, value);
  const index = listIndex(name);
  if (index === undefined) return undefined;
  if (index >= owner.items.length) return withItems(owner, [...owner.items, value]);
  return withItems(owner, owner.items.with(index, value));
}

function replaceIn(owner: YamlMapping | YamlSequence, name: string, value: YamlNode): YamlNode | undefined {
  const old = step(owner, name);
  return old === undefined || isNull(old) ? undefined : setIn(owner, name, value);
}

function addTo(owner: YamlMapping | YamlSequence, name: string, value: YamlNode): YamlNode | undefined {
  if (owner.kind === 'mapping') return withChild(owner, name, value);
  const index = name === '-' ? owner.items.length : listIndex(name);
  if (index === undefined || index > owner.items.length) return undefined;
  return withItems(owner, owner.items.toSpliced(index, 0, value));
}

function removeFrom(owner: YamlMapping | YamlSequence, name: string): YamlNode | undefined {
  if (step(owner, name) === undefined) return undefined;
  if (owner.kind === 'mapping') return withoutChild(owner, name);
  return withItems(owner, owner.items.toSpliced(Number(name), 1));
}

/** `move` and `copy`: into a list they set the place rather than insert, and `-` is not allowed. */
function transfer(root: YamlNode, target: Segments, patch: Patch, work: Work): YamlNode | undefined {
  const from = patch.from === undefined ? undefined : parsePointer(patch.from);
  const value = from === undefined ? undefined : nodeBy(root, from);
  if (from === undefined || value === undefined) return undefined;
  const base = patch.op === 'move' ? change(root, from, removeFrom, work) : root;
  return base === undefined ? undefined : change(base, target, (owner, name) => setIn(owner, name, value), work);
}

/** Scalars and lists compare by value; an object never equals another, and a missing one nothing. */
function holds(node: YamlNode | undefined, expected: YamlNode): boolean {
  if (node === undefined || node.kind === 'mapping' || expected.kind === 'mapping') return false;
  return node.kind === expected.kind && comparable(node) === comparable(expected);
}

function comparable(node: YamlNode): string {
  return JSON.stringify(toValue(node), (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)) ?? '';
}

/** The null that stands for a `value` the patch does not give. */
export function noValue(place: YamlNode): YamlNode {
  return { ...textNode('', place), style: 'plain' };
}
