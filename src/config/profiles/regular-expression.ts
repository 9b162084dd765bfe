/**
 * Whether a pattern matches a value, as profiles compare (Skaffold's `RegexEqual`): a leading `!` negates the rest; the
 * rest matches when it is the value itself, or a regular expression (RE2) that matches anywhere in it. A pattern that is
 * no regular expression matches only itself.
 */
export function patternMatches(pattern: string, value: string): boolean {
  if (pattern.startsWith('!')) return !matches(pattern.slice(1), value);
  return matches(pattern, value);
}

function matches(pattern: string, value: string): boolean {
  return pattern === value || (compileRe2(pattern)?.test(value) ?? false);
}

/** What RE2 does not have and JavaScript would take: look-around and back-references. */
const notInRe2 = /\(\?<?[=!]|\\[1-9]|\\k</;

/** A JavaScript expression for an RE2 one, or undefined when RE2 would refuse the pattern or we cannot translate it. */
export function compileRe2(pattern: string): RegExp | undefined {
  if (notInRe2.test(pattern)) return undefined;
  const { flags, rest } = leadingFlags(pattern);
  const source = translate(rest);
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, `u${flags}`);
  } catch {
    return undefined;
  }
}

/** Takes `(?ims)` off the front; RE2's `s` and `m` mean the same as JavaScript's. */
function leadingFlags(pattern: string): { readonly flags: string; readonly rest: string } {
  const found = /^\(\?([ims]+)\)/.exec(pattern);
  if (found === null) return { flags: '', rest: pattern };
  return { flags: [...new Set(found[1])].join(''), rest: pattern.slice(found[0].length) };
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Characters that JavaScript lets nobody escape in Unicode mode, though RE2 does. */
const needlessEscape = /[^\w\s^$\\.*+?()[\]{}|/-]/;

/** Piece by piece: escapes, bracket classes, and the few group forms that are spelt differently. */
function translate(pattern: string): string | undefined {
  const piece = /\\([\s\S])|\[:(\^?)([a-z]+):\]|\(\?P</gu;
  let inBrackets = false;
  let out = '';
  let last = 0;
  for (const found of pattern.matchAll(piece)) {
    const between = pattern.slice(last, found.index);
    inBrackets = bracketsAfter(between, inBrackets);
    const text = translatePiece(found, inBrackets);
    if (text === undefined) return undefined;
    out += escapeBetween(between) + text;
    last = found.index + found[0].length;
  }
  return out + escapeBetween(pattern.slice(last));
}

function bracketsAfter(text: string, inBrackets: boolean): boolean {
  let inside = inBrackets;
  for (const character of text) {
    if (character === '[') inside = true;
    else if (character === ']') inside = false;
  }
  return inside;
}

function translatePiece(found: RegExpMatchArray, inBrackets: boolean): string | undefined {
  const [whole, escaped, negated, posix] = found;
  if (whole === '(?P<') return inBrackets ? whole : '(?<';
  if (posix !== undefined) return inBrackets && negated === '' ? posixClasses[posix] : undefined;
  if (escaped === 'z') return '$(?![\\s\\S])';
  if (escaped === 'A') return '(?<![\\s\\S])';
  if (escaped === 'a') return '\\x07';
  return needlessEscape.test(escaped ?? '') ? escaped : whole;
}

/** RE2 takes a lone `]`, `{` or `}` as itself; JavaScript's Unicode mode does not. */
function escapeBetween(text: string): string {
  return text.replace(/\{(?!\d+(?:,\d*)?\})/g, '\\{').replace(/(^|[^\d,{])\}/g, '$1\\}');
}
