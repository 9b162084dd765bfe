import { child, keyName } from '../../config/nodes.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlSequence } from '../../core/yaml-node.ts';
import { printNode } from '../../yaml/print.ts';

/** A part of a text to replace. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text in which `from` was read, changed to say what `to` says, all else in it untouched: scalars are replaced where
 * they stand, fields that `to` does not have lose their lines. Undefined where more would have to change.
 *
 * @param from a normalised document that lies in the text.
 */
export function withScalarsOf(text: string, from: YamlMapping, to: YamlNode): string | undefined {
  const edits = editsOf(text, from, to);
  if (edits === undefined) return undefined;
  let edited = text;
  for (const { start, end, text: part } of [...edits].sort((left, right) => right.start - left.start)) {
    edited = edited.slice(0, start) + part + edited.slice(end);
  }
  return edited;
}

/** Undefined where the two differ in more than scalars and fields that are left out. */
function editsOf(text: string, from: YamlNode, to: YamlNode): readonly Edit[] | undefined {
  if (from.kind === 'mapping' && to.kind === 'mapping') return editsOfMapping(text, from, to);
  if (from.kind === 'sequence' && to.kind === 'sequence') return editsOfSequence(text, from, to);
  if (printNode(from) === printNode(to)) return [];
  if (from.kind !== 'scalar' || to.kind !== 'scalar') return undefined;
  const written = printNode(to).trimEnd();
  const fits = from.end > from.start && !written.includes('\n') && !text.slice(from.start, from.end).includes('\n');
  return fits ? [{ start: from.start, end: from.end, text: written }] : undefined;
}

function editsOfMapping(text: string, from: YamlMapping, to: YamlMapping): readonly Edit[] | undefined {
  if (to.pairs.some((pair) => child(from, keyName(pair)) === undefined)) return undefined;
  return all(
    from.pairs.map((pair) => {
      const wanted = child(to, keyName(pair));
      return wanted === undefined ? withoutLines(text, pair, from) : editsOf(text, pair.value, wanted);
    }),
  );
}

function editsOfSequence(text: string, from: YamlSequence, to: YamlSequence): readonly Edit[] | undefined {
  if (from.items.length !== to.items.length) return undefined;
  return all(from.items.map((item, index) => editsOf(text, item, to.items[index] ?? item)));
}

/** Takes a field on a line of its own away, where it is not the only one of its mapping. */
function withoutLines(text: string, { key, value }: YamlPair, owner: YamlMapping): readonly Edit[] | undefined {
  const start = text.lastIndexOf('\n', key.start - 1) + 1;
  const lineEnd = text.indexOf('\n', value.end);
  const isAlone = /^ *$/.test(text.slice(start, key.start)) && value.kind === 'scalar' && value.end > key.end;
  if (owner.flow || owner.pairs.length < 2 || !isAlone) return undefined;
  return [{ start, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' }];
}

function all(parts: readonly (readonly Edit[] | undefined)[]): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    for (const edit of part) edits.push(edit);
  }
  return edits;
}
