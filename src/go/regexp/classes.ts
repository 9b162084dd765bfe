import { failure } from './errors.ts';

/** A set of characters. */
export interface CharacterSet {
  has(code: number): boolean;
}

/** Part of a class: members as JavaScript writes them within brackets, or everything but them. */
export interface SetItem {
  readonly members: string;
  readonly negated: boolean;
}

export interface SetOptions {
  readonly ignoreCase: boolean;
  /** Everything but the items. */
  readonly negated?: boolean;
}

const asciiSize = 128;

/**
 * A set of the characters in any of the items. Single characters are tested by JavaScript's own engine, which knows Unicode's classes
 * and folds case the same simple way as Go.
 */
export function createSet(items: readonly SetItem[], { ignoreCase, negated = false }: SetOptions): CharacterSet {
  const flags = ignoreCase ? 'iu' : 'u';
  const positive = items.filter((item) => !item.negated).map((item) => item.members);
  const included = positive.length === 0 ? undefined : new RegExp(`^[${positive.join('')}]$`, flags);
  const excluding = items.filter((item) => item.negated).map((item) => new RegExp(`^[${item.members}]$`, flags));
  const ascii = new Int8Array(asciiSize);
  const test = (code: number): boolean => {
    const character = String.fromCodePoint(code);
    const isIn = included?.test(character) === true || excluding.some((expression) => !expression.test(character));
    return isIn !== negated;
  };
  return {
    has: (code) => {
      if (code >= asciiSize) return test(code);
      if (ascii[code] === 0) ascii[code] = test(code) ? 1 : -1;
      return ascii[code] === 1;
    },
  };
}

/** A character as a member of a JavaScript class. */
export function memberOf(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

const perl: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };

/** `\d`, `\S` and the like at the start of the text. */
export function perlClass(text: string): SetItem | undefined {
  const letter = text[0] === '\\' ? (text[1] ?? '') : '';
  const members = Object.hasOwn(perl, letter.toLowerCase()) ? perl[letter.toLowerCase()] : undefined;
  return members === undefined ? undefined : { members, negated: letter !== letter.toLowerCase() };
}

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** An item of a class and how many UTF-16 units of the pattern it takes. */
export interface ReadItem {
  readonly item: SetItem;
  readonly length: number;
}

/**
 * `[:alpha:]` and `[:^alpha:]` at the start of the text.
 *
 * @throws {GoFailure} for a name that is no class.
 */
export function posixClass(text: string): ReadItem | undefined {
  const end = text.startsWith('[:') ? text.indexOf(':]', 2) : -1;
  if (end < 0) return undefined;
  const [, caret, name = ''] = /^\[:(\^?)(.*):\]$/s.exec(text.slice(0, end + 2)) ?? [];
  const members = Object.hasOwn(posix, name) ? posix[name] : undefined;
  if (members === undefined) throw failure('invalid character class range', text.slice(0, end + 2));
  return { item: { members, negated: caret === '^' }, length: end + 2 };
}

/**
 * `\pN`, `\p{Greek}`, `\P{Lu}` and `\p{^Lu}` at the start of the text.
 *
 * @throws {GoFailure} for a class that Go does not know.
 */
export function unicodeClass(text: string): ReadItem | undefined {
  if (!/^\\[pP]/.test(text)) return undefined;
  const match = /^\\[pP](?:\{([^}]*)\}|([^{]))/su.exec(text);
  if (match === null) throw failure('invalid character class range', text);
  const [whole, braced, single] = match;
  const name = braced ?? single ?? '';
  const members = unicodeMembers(canonicalName(name.replace(/^\^/, '')));
  if (members === undefined) throw failure('invalid character class range', whole);
  return { item: { members, negated: text.startsWith('\\P') !== name.startsWith('^') }, length: whole.length };
}

/** Go (since 1.25) looks names up without blanks, hyphens and underscores, in lower case behind the first letter. */
function canonicalName(name: string): string {
  const letters = name.replace(/[-_ ]/g, '');
  return letters.slice(0, 1).toUpperCase() + letters.slice(1).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** General categories by their long names; those of one and two letters need no table. */
const categories: readonly string[] = [
  'Cased_Letter Close_Punctuation Connector_Punctuation Control cntrl Currency_Symbol Dash_Punctuation Decimal_Number digit',
  'Enclosing_Mark Final_Punctuation Format Initial_Punctuation Letter Letter_Number Line_Separator Lowercase_Letter Mark',
  'Combining_Mark Math_Symbol Modifier_Letter Modifier_Symbol Nonspacing_Mark Number Open_Punctuation Other Other_Letter',
  'Other_Number Other_Punctuation Other_Symbol Paragraph_Separator Private_Use Punctuation punct Separator Space_Separator',
  'Spacing_Mark Surrogate Symbol Titlecase_Letter Unassigned Uppercase_Letter',
].flatMap((line) => line.split(' '));

/** The members of a class in JavaScript's words. A name of several words is only known to Go when it is a category's. */
function unicodeMembers(name: string): string | undefined {
  if (name === 'Any') return '\\u{0}-\\u{10ffff}';
  if (name === 'Ascii') return '\\x00-\\x7f';
  if (name === 'Assigned') return '\\P{Cn}';
  if (name === 'Lc') return '\\p{LC}';
  if (/^[CLMNPSZ][a-z]?$/.test(name)) return knownProperty(`General_Category=${name}`);
  const category = categories.find((known) => canonicalName(known) === name);
  if (category !== undefined) return `\\p{General_Category=${category}}`;
  return knownProperty(`Script=${name}`);
}

function knownProperty(property: string): string | undefined {
  try {
    new RegExp(`\\p{${property}}`, 'u');
    // A script's short name, such as Grek, means nothing to Go.
    return /^Script=[A-Z][a-z]{3}$/.test(property) && !fourLetterScripts.has(property.slice(7))
      ? undefined
      : `\\p{${property}}`;
  } catch {
    return undefined;
  }
}

/** Scripts whose full name has four letters. */
const fourLetterScripts: ReadonlySet<string> = new Set([
  'Ahom',
  'Cham',
  'Kawi',
  'Lisu',
  'Miao',
  'Modi',
  'Newa',
  'Thai',
  'Toto',
]);
