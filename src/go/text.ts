/** Text functions of Go's `strings` and `unicode` packages that JavaScript's own do differently. */

const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Go's `unicode.IsSpace`. */
export function isSpace(character: string): boolean {
  return space.test(character);
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  return trimMatching(text, isSpace);
}

/** Text without the characters at both ends that the test accepts. */
export function trimMatching(text: string, test: (character: string) => boolean): string {
  const characters = [...text];
  const start = characters.findIndex((character) => !test(character));
  if (start < 0) return '';
  return characters.slice(start, characters.findLastIndex((character) => !test(character)) + 1).join('');
}

/** Go maps characters one by one: what becomes several characters in JavaScript, such as ß, stays as it is. */
function mapCase(text: string, convert: (character: string) => string): string {
  return [...text]
    .map((character) => {
      const converted = convert(character);
      return [...converted].length === 1 ? converted : character;
    })
    .join('');
}

/** Go's `strings.ToUpper`. */
export function toUpper(text: string): string {
  return mapCase(text, (character) => character.toUpperCase());
}

/** Go's `strings.ToLower`. */
export function toLower(text: string): string {
  return mapCase(text, (character) => (character === '\u0130' ? 'i' : character.toLowerCase()));
}

/** Go's `unicode.ToTitle` for one character, which differs from upper case for the few like ǆ. */
export function toTitleCase(character: string): string {
  const digraphs = 'ǅǅǅǈǈǈǋǋǋ';
  const index = 'ǄǅǆǇǈǉǊǋǌ'.indexOf(character);
  if (index >= 0) return digraphs[index] ?? character;
  return /^[Ǳǲǳ]$/.test(character) ? 'ǲ' : toUpper(character);
}

/** Go's `strings.Title`: the first letter of each word in upper case; letters, digits and `_` make words. */
export function toTitle(text: string): string {
  let previous = ' ';
  return [...text]
    .map((character) => {
      const starts = isSeparator(previous);
      previous = character;
      return starts ? toTitleCase(character) : character;
    })
    .join('');
}

function isSeparator(character: string): boolean {
  if (/[\p{L}\p{Nd}_]/u.test(character)) return false;
  return character < '\x80' || isSpace(character);
}

/** Go's `strings.Split`: an empty separator splits into characters. */
export function split(text: string, separator: string): string[] {
  return separator === '' ? [...text] : text.split(separator);
}

/** Go's `strings.SplitN`: at most `count` pieces, the last one with the rest; all of them when it is negative. */
export function splitAtMost(text: string, separator: string, count: number): string[] {
  if (count === 0) return [];
  const pieces = split(text, separator);
  if (count < 0 || pieces.length <= count) return pieces;
  return [...pieces.slice(0, count - 1), pieces.slice(count - 1).join(separator)];
}
