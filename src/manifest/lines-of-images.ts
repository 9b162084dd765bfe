import type { Placeholder, PlaceholderFinder } from './placeholders.ts';

/** An image on a line of its own in a text of several lines, such as a manifest that stands in a ConfigMap. */
export interface ImageLine extends Placeholder {
  /** The reference as it is written there. */
  readonly reference: string;
  /** Where the reference begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

/** `image: app`, also as an item, in quotes, or with a comment behind it. */
const imageLine = /^[ \t]*(?:- +)?["']?image["']?: +["']?([^\s"'#]+)["']?,?[ \t]*\r?(?:[ \t]#.*)?$/gm;

/** The images of artifacts on lines `image: …` of a text. */
export function imageLinesIn(text: string, finder: PlaceholderFinder): readonly ImageLine[] {
  return [...text.matchAll(imageLine)].flatMap(({ 0: line, 1: reference = '', index }) => {
    const found = finder.find(reference, 'image');
    const start = index + line.indexOf(reference, line.indexOf(':') + 1);
    return found === undefined ? [] : [{ ...found, reference, start, end: start + reference.length }];
  });
}

/** The text with the built image in each of these places, which are in order. */
export function withImages(text: string, images: readonly ImageLine[]): string {
  let [result, at] = ['', 0];
  for (const { start, end, prefix, tag } of images) {
    result += text.slice(at, start) + prefix + tag;
    at = end;
  }
  return result + text.slice(at);
}
