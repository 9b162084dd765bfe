/**
 * Images of the project's artifacts in places that no rule of Skaffold's names: fields of custom resources, values of
 * variables, arguments. Skaffold passes them over without a word, and the cluster then runs whatever the name means there.
 */
import type { Manifest } from '../core/manifest.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../core/yaml-node.ts';
import { mergedPairs } from '../yaml/value.ts';
import { stringNode } from '../yaml/value-node.ts';
import { fieldOf, follow, type GroupKind, groupKindOf, stringOf } from './fields.ts';
import { printedForm, printedKind } from './lazy.ts';
import { imageLinesIn, withImages } from './lines-of-images.ts';
import type { PlaceholderFinder } from './placeholders.ts';
import { type FieldPath, pathText } from './rewrite.ts';
import type { FieldRules, ResourceSelector } from './selector.ts';

/** An image that Skaffold leaves as it is. */
export interface Stray {
  /** The text of the value it stands in. */
  readonly value: string;
  /** The artifact it names. */
  readonly image: string;
  readonly groupKind: GroupKind;
  /** Where it stands, as selector rules write it. */
  readonly path: string;
  /** Whether a selector rule could name it: list items and parts of a text have no path of their own. */
  readonly selectable: boolean;
  /** Whether the kind has rules already, which a new one would take the place of. */
  readonly hasRules: boolean;
  /** Offsets into the origin's text. */
  readonly start: number;
  readonly end: number;
}

/** The stray images of a manifest, and the manifest with all of them replaced. */
export interface StraysFound {
  readonly strays: readonly Stray[];
  readonly pinned: Manifest;
}

interface Search {
  /** The text that the manifest comes from. */
  readonly text: string;
  readonly finder: PlaceholderFinder;
  readonly groupKind: GroupKind;
  readonly rules: FieldRules | undefined;
  readonly strays: Stray[];
}

/** Goes through all strings of a manifest. Kinds that the user denies, and labels, are left alone. */
export function findStrays(manifest: Manifest, selector: ResourceSelector, finder: PlaceholderFinder): StraysFound {
  const groupKind = groupKindOf(manifest) ?? { group: '', kind: '' };
  if (selector.denies(groupKind)) return { strays: [], pinned: manifest };
  const search: Search = {
    text: manifest.origin.text,
    finder,
    groupKind,
    rules: selector.rulesForKind(groupKind),
    strays: [],
  };
  const root = pinNode(manifest.root, undefined, search);
  return { strays: search.strays, pinned: root === manifest.root ? manifest : { ...manifest, root } };
}

/** Labels and what selects by them: an image name there is a name like any other. */
const labelFields: ReadonlySet<string> = new Set(['labels', 'matchLabels', 'selector']);

function pinNode(node: YamlNode, path: FieldPath | undefined, search: Search): YamlNode {
  if (node.kind === 'mapping') return pinMapping(node, path, search);
  if (node.kind === 'sequence') return pinSequence(node, path, search);
  if (node.kind === 'scalar') return node;
  const written = follow(node);
  const result = pinNode(written, path, search);
  return result === written ? node : result;
}

function pinMapping(node: YamlMapping, parent: FieldPath | undefined, search: Search): YamlMapping {
  const pairs = mergedPairs(node);
  const pinned = pairs.map((pair) => {
    const name = stringOf(pair.key);
    if (name === undefined || labelFields.has(name)) return pair;
    const path = { name, parent };
    const value = pinField(node, pair.value, path, search);
    return value === pair.value ? pair : { key: pair.key, value };
  });
  return pinned.every((pair, index) => pair === pairs[index]) ? node : { ...node, pairs: pinned };
}

function pinField(mapping: YamlMapping, value: YamlNode, path: FieldPath, search: Search): YamlNode {
  const written = follow(value);
  if (written.kind !== 'scalar') return pinNode(value, path, search);
  if (search.rules?.image.matches(path.name, () => pathText(path)) === true) return value;
  const hint = path.name === 'value' ? (stringOf(fieldOf(mapping, 'name')) ?? '') : path.name;
  return pinText(written, hint, path, true, search) ?? value;
}

function pinSequence(node: YamlSequence, path: FieldPath | undefined, search: Search): YamlSequence {
  let before = '';
  const items = node.items.map((item) => {
    const written = follow(item);
    if (written.kind !== 'scalar') return pinNode(item, path, search);
    const pinned = pinText(written, before, path, false, search);
    before = written.text;
    return pinned ?? item;
  });
  return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
}

function pinText(
  node: YamlScalar,
  hint: string,
  path: FieldPath | undefined,
  isField: boolean,
  search: Search,
): YamlNode | undefined {
  const { finder, groupKind, rules, strays } = search;
  const value = stringOf(node);
  if (value?.includes('\n') === true) return pinLines(node, value, path, search);
  const found = value === undefined ? undefined : finder.find(value, hint);
  if (value === undefined || found === undefined) return undefined;
  const { start, end } = node;
  strays.push({
    value,
    image: found.image,
    groupKind,
    path: path === undefined ? '' : pathText(path),
    selectable: isField && found.prefix === '',
    hasRules: rules !== undefined,
    start,
    end,
  });
  return { ...stringNode(found.prefix + found.tag), start, end };
}

/** A text of several lines may hold a manifest: its images are looked for line by line. */
function pinLines(
  node: YamlScalar,
  value: string,
  path: FieldPath | undefined,
  { text, finder, groupKind, rules, strays }: Search,
): YamlNode | undefined {
  const images = imageLinesIn(value, finder);
  if (images.length === 0) return undefined;
  // Escapes aside, the lines are written as they read.
  const written = imageLinesIn(text.slice(node.start, node.end), finder);
  images.forEach(({ reference, image }, index) => {
    const place = written.length === images.length ? written[index] : undefined;
    strays.push({
      value: reference,
      image,
      groupKind,
      path: path === undefined ? '' : pathText(path),
      selectable: false,
      hasRules: rules !== undefined,
      start: place === undefined ? node.start : node.start + place.start,
      end: place === undefined ? node.end : node.start + place.end,
    });
  });
  return { ...stringNode(withImages(value, images)), start: node.start, end: node.end };
}

/** Whether a manifest can have any: false is certain, and quicker to come by. */
export function mayHoldStrays(manifest: Manifest, selector: ResourceSelector, finder: PlaceholderFinder): boolean {
  const printed = printedForm(manifest);
  if (printed === undefined) {
    const { start, end } = manifest.root;
    return finder.isMentioned(manifest.origin.text.slice(start, end));
  }
  const { pieces, textOf } = printed;
  if (pieces.length > 1 && pieces.some((piece, index) => index % 2 === 1 && finder.isMentioned(textOf(piece)))) {
    const kind = printedKind(printed);
    if (kind === undefined || selector.rulesForKind(kind)?.everyImage !== true) return true;
  }
  return finder.mayHold(
    pieces.length === 1 ? (pieces[0] ?? '') : pieces.filter((_, index) => index % 2 === 0).join(''),
  );
}
