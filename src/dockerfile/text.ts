/** Text rules of Go's standard library that the Dockerfile grammar is made of. */

const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const leadingSpace = new RegExp(`^${space.source}+`);

/** Go's `unicode.IsSpace`. Unlike `\s` it leaves out U+FEFF and takes U+0085. */
export function isSpace(character: string): boolean {
  return space.test(character);
}

/** Go's `strings.TrimLeftFunc(text, unicode.IsSpace)`. */
export function trimLeft(text: string): string {
  return text.replace(leadingSpace, '');
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1] ?? '')) end--;
  return trimLeft(text.slice(0, end));
}

/** Words between blanks; a leading or trailing blank gives an empty word, as Go's `Regexp.Split` does. */
export function splitBlanks(text: string): string[] {
  return text.split(/[\t\v\f\r ]+/);
}

/** `text` before and after its first run of blanks; one element when there is none. */
export function cutAtBlanks(text: string): [string] | [string, string] {
  const match = /[\t\v\f\r ]+/.exec(text);
  return match === null ? [text] : [text.slice(0, match.index), text.slice(match.index + match[0].length)];
}

/** Code points compared one by one: the order of Go's `sort.Strings` for valid text. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

const surrogate = /[\ud800-\udfff]/;

/** Sorts in place by the code points of a text. Without surrogates that is the order of code units, which is quicker. */
export function sortByText<T>(items: T[], textOf: (item: T) => string): T[] {
  if (items.some((item) => surrogate.test(textOf(item))))
    return items.sort((left, right) => compareText(textOf(left), textOf(right)));
  return items.sort((left, right) => {
    const [a, b] = [textOf(left), textOf(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

/** A surrogate stands for a code point above every other code unit's. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}

/** The word among `candidates` that `word` was probably meant to be: at most two characters or a third of it mistyped. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = 1 + (word.length < 3 ? 1 : Math.max(2, Math.floor(word.length / 3)));
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The text with half surrogates replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}
