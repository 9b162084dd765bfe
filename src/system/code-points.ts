/**
 * Orders two strings by Unicode code point, the order of Go's string comparison and of byte-wise sorted UTF-8.
 * JavaScript's own `<` compares UTF-16 code units, which puts U+E000..U+FFFF after everything beyond U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** A surrogate stands for a code point above every other code unit's. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}

const surrogate = /[\ud800-\udfff]/;

/** Sorts names in place by code point. Without surrogates that is the order of code units, which is built in and quicker. */
export function sortByCodePoints(names: string[]): string[] {
  return names.some((name) => surrogate.test(name)) ? names.sort(compareCodePoints) : names.sort();
}
