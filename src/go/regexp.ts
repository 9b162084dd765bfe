import { GoFailure } from './template/values.ts';

/** Where a pattern is being read, and what it comes to in JavaScript. */
interface Translator {
  readonly pattern: string;
  position: number;
  source: string;
  /** Positions of the groups that are open. */
  readonly open: number[];
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  ungreedy: boolean;
  /** Whether what stands before the position can be repeated; `repeated` when it just was. */
  before: 'nothing' | 'something' | 'repeated';
}

/**
 * Compiles a regular expression of Go's `regexp` package (RE2 syntax) for JavaScript. Both take the leftmost match and prefer
 * earlier alternatives. Flags within the pattern other than at its start are not supported, nor is `\C`.
 *
 * @param flags further flags of JavaScript, such as `g`.
 * @throws {GoFailure} `error parsing regexp: …` in Go's words.
 */
export function compileRegexp(pattern: string, flags: string = ''): RegExp {
  const translator: Translator = {
    pattern,
    position: 0,
    source: '',
    open: [],
    ignoreCase: false,
    multiline: false,
    dotAll: false,
    ungreedy: false,
    before: 'nothing',
  };
  readLeadingFlags(translator);
  while (translator.position < pattern.length) {
    const next = translateNext(translator);
    translator.source += next.source;
    translator.position += next.length;
    translator.before = next.before;
  }
  if (translator.open.length > 0) throw failure('missing closing )', pattern);
  return new RegExp(
    translator.source,
    `u${translator.ignoreCase ? 'i' : ''}${translator.multiline ? 'm' : ''}${flags}`,
  );
}

function failure(problem: string, where: string): GoFailure {
  return new GoFailure(`error parsing regexp: ${problem}: \`${where}\``);
}

function readLeadingFlags(translator: Translator): void {
  const match = /^\(\?([imsU]+)\)/.exec(translator.pattern);
  if (match === null) return;
  const given = match[1] ?? '';
  translator.position = match[0].length;
  translator.ignoreCase = given.includes('i');
  translator.multiline = given.includes('m');
  translator.dotAll = given.includes('s');
  translator.ungreedy = given.includes('U');
}

/** What the next `length` characters of the pattern come to. */
interface Piece {
  readonly source: string;
  readonly length: number;
  readonly before: Translator['before'];
}

function piece(source: string, length: number, before: Translator['before'] = 'something'): Piece {
  return { source, length, before };
}

const quoteLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function translateNext(translator: Translator): Piece {
  const rest = translator.pattern.slice(translator.position);
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  switch (character) {
    case '(':
      return openGroup(translator, rest);
    case ')':
      if (translator.open.pop() === undefined) throw failure('unexpected )', translator.pattern);
      return piece(')', 1);
    case '|':
      return piece('|', 1, 'nothing');
    case '*':
    case '+':
    case '?':
      return repeat(translator, character, character);
    case '{':
      return braces(translator, rest);
    case '[':
      return characterClass(rest);
    case '.':
      return piece(translator.dotAll ? '[^]' : '[^\\n]', 1);
    case '^':
    case '$':
      return piece(character, 1);
    case '\\':
      return translateEscape(translator, rest);
    default:
      return piece(quoteLiteral(character), character.length);
  }
}

function openGroup(translator: Translator, rest: string): Piece {
  const named = /^\(\?P?<([^>]*)>/.exec(rest);
  if (named !== null && !/^\(\?<[=!]/.test(rest)) {
    if (!/^[A-Za-z_]\w*$/.test(named[1] ?? '')) throw failure('invalid named capture', named[0]);
    translator.open.push(translator.position);
    return piece(`(?<${named[1]}>`, named[0].length, 'nothing');
  }
  translator.open.push(translator.position);
  if (rest.startsWith('(?:')) return piece('(?:', 3, 'nothing');
  if (!rest.startsWith('(?')) return piece('(', 1, 'nothing');
  if (/^\(\?[imsU-]+[:)]/.test(rest))
    throw new GoFailure(`flags inside of the regular expression \`${translator.pattern}\` are not supported`);
  throw failure('invalid or unsupported Perl syntax', /^\(\?<?./su.exec(rest)?.[0] ?? rest);
}

function repeat(translator: Translator, operator: string, source: string): Piece {
  if (translator.before === 'nothing') throw failure('missing argument to repetition operator', operator);
  const lazy = translator.pattern[translator.position + operator.length] === '?';
  if (translator.before === 'repeated') {
    const previous = /(?:[*+?]|\{\d+(?:,\d*)?\})\??$/.exec(translator.pattern.slice(0, translator.position))?.[0] ?? '';
    throw failure('invalid nested repetition operator', previous + operator + (lazy ? '?' : ''));
  }
  return piece(source + (lazy !== translator.ungreedy ? '?' : ''), operator.length + (lazy ? 1 : 0), 'repeated');
}

/** `{n}`, `{n,}` and `{n,m}`; a brace that is none of them is a literal. */
function braces(translator: Translator, rest: string): Piece {
  const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(rest);
  if (match === null) return piece('\\{', 1);
  const [operator, least = '0', comma, most = ''] = match;
  const upper = comma === undefined ? least : most;
  if (Number(least) > 1000 || Number(upper) > 1000 || (upper !== '' && Number(upper) < Number(least))) {
    throw failure('invalid repeat count', operator);
  }
  return repeat(translator, operator, operator);
}

const escapeClasses: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: '\\t\\n\\f\\r ',
};

/** Escapes outside of classes. */
function translateEscape(translator: Translator, rest: string): Piece {
  const letter = rest[1] ?? '';
  if (letter === '') throw failure('trailing backslash at end of expression', '');
  if (letter === 'A') return piece('(?<![^])', 2);
  if (letter === 'z') return piece('(?![^])', 2);
  if (letter === 'b' || letter === 'B') return piece(`\\${letter}`, 2);
  if (letter === 'Q') return quoted(translator, rest);
  const { source, length } = escapedCharacters(rest);
  return piece(source, length);
}

function quoted(translator: Translator, rest: string): Piece {
  const end = rest.indexOf('\\E');
  const text = rest.slice(2, end < 0 ? undefined : end);
  return piece(quoteLiteral(text), end < 0 ? rest.length : end + 2, text === '' ? translator.before : 'something');
}

const controls: Readonly<Record<string, string>> = { a: '\\x07', f: '\\f', n: '\\n', r: '\\r', t: '\\t', v: '\\v' };

/** An escape that stands for characters, as JavaScript writes it outside of a class. */
function escapedCharacters(rest: string): {
  readonly source: string;
  readonly length: number;
  readonly inClass?: string;
} {
  const letter = rest[1] ?? '';
  const members = escapeClasses[letter.toLowerCase()];
  if (members !== undefined) {
    const negated = letter !== letter.toLowerCase();
    return { source: `[${negated ? '^' : ''}${members}]`, length: 2, inClass: negated ? `\\${letter}` : members };
  }
  const control = controls[letter];
  if (control !== undefined) return { source: control, length: 2 };
  const property = /^\\[pP](?:\{(\^?)([^}]+)\}|([A-Z]))/.exec(rest);
  if (property !== null) return unicodeProperty(property);
  const code =
    /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest) ?? /^\\()()(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (code !== null) {
    const value = code[3] === undefined ? Number.parseInt(code[1] ?? code[2] ?? '', 16) : Number.parseInt(code[3], 8);
    return { source: `\\u{${value.toString(16)}}`, length: code[0].length };
  }
  if (/^[A-Za-z0-9]$/.test(letter) || letter > '\x7f') throw failure('invalid escape sequence', `\\${letter}`);
  return { source: quoteLiteral(letter), length: 2 };
}

function unicodeProperty([whole, caret = '', name = '', short]: RegExpExecArray): {
  readonly source: string;
  readonly length: number;
} {
  const negated = whole.startsWith('\\P') !== (caret === '^');
  const property = short ?? name;
  const source = `\\${negated ? 'P' : 'p'}{${property.length <= 2 ? property : `Script=${property}`}}`;
  try {
    new RegExp(source, 'u');
  } catch {
    throw failure('invalid character class range', whole);
  }
  return { source, length: whole.length };
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
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** `[…]`: ranges, escapes and named classes. */
function characterClass(rest: string): Piece {
  const negated = rest[1] === '^';
  const start = negated ? 2 : 1;
  let position = start;
  let source = negated ? '[^' : '[';
  for (let first = true; ; first = false) {
    if (position >= rest.length) throw failure('missing closing ]', rest);
    if (rest[position] === ']' && !first) break;
    const member = classMember(rest, position);
    source += member.source;
    position += member.length;
  }
  return piece(`${source}]`, position + 1);
}

/** One character, range or named class within brackets. */
function classMember(rest: string, position: number): { readonly source: string; readonly length: number } {
  const text = rest.slice(position);
  const named = /^\[:(\^?)(\w+):\]/.exec(text);
  if (named !== null) return posixClass(named);
  const low = classCharacter(text);
  if (
    low.code === undefined ||
    text[low.length] !== '-' ||
    text[low.length + 1] === ']' ||
    text[low.length + 1] === undefined
  )
    return low;
  const high = classCharacter(text.slice(low.length + 1));
  const length = low.length + 1 + high.length;
  if (high.code === undefined || high.code < low.code)
    throw failure('invalid character class range', text.slice(0, length));
  return { source: `${low.source}-${high.source}`, length };
}

function posixClass([whole, caret, name = '']: RegExpExecArray): { readonly source: string; readonly length: number } {
  const members = Object.hasOwn(posix, name) ? posix[name] : undefined;
  if (members === undefined) throw failure('invalid character class range', whole);
  if (caret === '^') throw new GoFailure(`the class ${whole} is not supported in regular expressions`);
  return { source: members, length: whole.length };
}

/** A single character within brackets with its code point, or an escape for several. */
function classCharacter(text: string): { readonly source: string; readonly length: number; readonly code?: number } {
  const code = text.codePointAt(0) ?? 0;
  if (text[0] !== '\\') {
    const character = String.fromCodePoint(code);
    return { source: character.replace(/[\\\]^[-]/, '\\$&'), length: character.length, code };
  }
  if (text.length === 1) throw failure('trailing backslash at end of expression', '');
  const escaped = escapedCharacters(text);
  if (escaped.inClass !== undefined) {
    return {
      source: escaped.inClass === '\\S' ? '\\0-\\x08\\x0b\\x0e-\\x1f!-\\u{10ffff}' : escaped.inClass,
      length: escaped.length,
    };
  }
  if (/^\\[pP]\{/.test(escaped.source)) return { source: escaped.source, length: escaped.length };
  const letter = text[1] ?? '';
  const isNumber = escaped.source.startsWith('\\u{');
  const plain = isNumber
    ? Number.parseInt(escaped.source.slice(3), 16)
    : (controlCodes[letter] ?? letter.codePointAt(0) ?? 0);
  return { source: `\\u{${plain.toString(16)}}`, length: escaped.length, code: plain };
}

const controlCodes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Go's `Regexp.ReplaceAllString`: `$1`, `${1}` and `${name}` in the replacement stand for groups. */
export function replaceAll(expression: RegExp, text: string, replacement: string): string {
  return replaceMatches(expression, text, (match) => expandReplacement(replacement, match));
}

/** Replaces every match; an empty one right after another does not count, as in Go. */
export function replaceMatches(
  expression: RegExp,
  text: string,
  replacement: (match: RegExpExecArray) => string,
): string {
  let result = '';
  let end = 0;
  for (const match of matchesOf(expression, text)) {
    result += text.slice(end, match.index) + replacement(match);
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

/** Every match in order, without empty ones that touch the end of the one before. The expression needs the flag `g`. */
export function matchesOf(expression: RegExp, text: string): readonly RegExpExecArray[] {
  let end = -1;
  return [...text.matchAll(expression)].filter((match) => {
    if (match[0] === '' && match.index === end) return false;
    end = match.index + match[0].length;
    return true;
  });
}

function expandReplacement(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(
    /\$(?:\$|\{([^}]*)\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare ?? '';
      if (braced !== undefined && !/^\w+$/.test(braced)) return whole;
      return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
    },
  );
}
