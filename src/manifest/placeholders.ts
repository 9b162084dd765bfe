import type { BuiltArtifact } from '../core/artifact.ts';
import { parsedReference, tagsByName } from './images.ts';

/** An artifact's name found in a text. */
export interface Placeholder {
  /** The name as the configuration has it, in lower case and without `ko://`. */
  readonly image: string;
  /** What to write in its place. */
  readonly tag: string;
  /** What stands in front of it in the text: empty, or `--flag=`. */
  readonly prefix: string;
}

/** Tells texts that name an artifact's image from others. */
export interface PlaceholderFinder {
  /**
   * The artifact that a text names, as a whole or behind `=`. A name of one word (`web`) is as likely a service or a label:
   * it counts with a tag that is no port, or where `hint`, the name of the field, variable or flag, speaks of images.
   */
  find(text: string, hint: string): Placeholder | undefined;
  /** Whether a printed document, without its fields called `image`, can hold any: false is certain. */
  mayHold(printed: string): boolean;
  /** Whether a text as it was written can name any: false is certain. */
  isMentioned(text: string): boolean;
}

/** Makes a finder for the artifacts of a render. */
export function createPlaceholderFinder(builds: readonly BuiltArtifact[]): PlaceholderFinder {
  const tags = tagsByName(builds);
  const names = [...tags.keys()].map((name) => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  const suspect = suspectPattern(names);
  const mention =
    names.length === 0 ? undefined : new RegExp(`(?:^|[^\\w.-])(?:${names.join('|')})(?:$|[^\\w.-])`, 'i');
  return {
    find(text, hint) {
      const [, prefix = '', candidate = ''] = /^([^\s=]*=)?(.*)$/s.exec(text) ?? [];
      const reference = parsedReference(candidate);
      const tag = reference === undefined || reference.digest !== '' ? undefined : tags.get(reference.baseName);
      if (reference === undefined || tag === undefined) return undefined;
      const image = reference.baseName;
      const isNamed = image.includes('/') || isTag(reference.tag) || /image/i.test(prefix === '' ? hint : prefix);
      return isNamed ? { image, tag, prefix } : undefined;
    },
    mayHold: (printed) => suspect?.test(printed) ?? false,
    // An escape or a tag may hide a name.
    isMentioned: (text) => mention !== undefined && (mention.test(text) || /\\|!!/.test(text)),
  };
}

/** `web:8080` is a host and its port. */
function isTag(tag: string): boolean {
  return tag !== '' && !/^\d{1,5}$/.test(tag);
}

/** One pass over a document in place of a look at each of its strings. */
function suspectPattern(escaped: readonly string[]): RegExp | undefined {
  if (escaped.length === 0) return undefined;
  const long = escaped.filter((name) => name.includes('/'));
  const any = `(?:${escaped.join('|')})`;
  const parts = [
    `[\\s"'=/]${any}:[\\w]`,
    `image\\S*["']?(?:=|: |:? *\\n *- )["']?(?:ko://)?${any}["'\\s]`,
    `value: ["']?${any}["'\\s]`,
  ];
  if (long.length > 0) parts.push(`[\\s"'=/](?:${long.join('|')})["':\\s]`);
  return new RegExp(parts.join('|'), 'i');
}
