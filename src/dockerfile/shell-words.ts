import { DockerfileProblem } from './problem.ts';
import { replacePattern, trimPattern } from './shell-pattern.ts';
import { isSpace } from './text.ts';
import type { EscapeCharacter } from './types.ts';

/** How a text is read; all off is what instructions do. */
export interface WordOptions {
  readonly escape: EscapeCharacter;
  /** Keep quote characters in the result. */
  readonly rawQuotes?: boolean;
  /** Keep escape characters in the result. */
  readonly rawEscapes?: boolean;
  /** Quotes have no meaning (contents of heredocs). */
  readonly plainQuotes?: boolean;
  /** Leave references to variables that are not set as they are. */
  readonly keepUnset?: boolean;
}

/** Variables by name. */
export type Variables = ReadonlyMap<string, string>;

/** A text after expansion: as one word, and cut at blanks that were not quoted. */
export interface Expanded {
  readonly text: string;
  readonly words: readonly string[];
}

interface Reader {
  readonly characters: readonly string[];
  readonly variables: Variables;
  readonly options: WordOptions;
  position: number;
}

/**
 * The shell-like expansion of Dockerfile words, as BuildKit's `shell.Lex` does it.
 *
 * @throws {DockerfileProblem} for unclosed quotes and braces, unknown modifiers, and `${name:?message}` that applies.
 */
export function expandText(text: string, variables: Variables, options: WordOptions): Expanded {
  const reader: Reader = { characters: [...text], variables, options, position: 0 };
  return readUntil(reader, undefined, options.rawEscapes ?? false);
}

const peek = (reader: Reader): string => reader.characters[reader.position] ?? '';
const next = (reader: Reader): string => reader.characters[reader.position++] ?? '';
const atEnd = (reader: Reader): boolean => reader.position >= reader.characters.length;

/** Words that grow while text goes by: a blank ends a word only when it is neither quoted nor escaped. */
interface Words {
  readonly done: string[];
  word: string;
}

function addText(words: Words, text: string): void {
  for (const character of text) {
    if (isSpace(character)) endWord(words);
    else words.word += character;
  }
}

function endWord(words: Words): readonly string[] {
  if (words.word !== '') words.done.push(words.word);
  words.word = '';
  return words.done;
}

/** Reads up to and including an unquoted `stop`, or to the end when there is none to look for. */
function readUntil(reader: Reader, stop: string | undefined, rawEscapes: boolean): Expanded {
  let text = '';
  const words: Words = { done: [], word: '' };
  while (!atEnd(reader)) {
    const character = peek(reader);
    if (character === stop) {
      reader.position++;
      return { text, words: endWord(words) };
    }
    const special = readSpecial(reader, character, rawEscapes);
    if (special !== undefined) {
      text += special;
      if (character === '$') addText(words, special);
      else words.word += special;
      continue;
    }
    reader.position++;
    if (character !== reader.options.escape) {
      addText(words, character);
      text += character;
      continue;
    }
    const escaped = (rawEscapes ? character : '') + next(reader);
    words.word += escaped;
    text += escaped;
  }
  if (stop !== undefined) throw new DockerfileProblem(`"${stop}" is missing in a \${…}`);
  return { text, words: endWord(words) };
}

/** What a quote, variable or `<<` at the reader's position stands for; undefined for any other character. */
function readSpecial(reader: Reader, character: string, rawEscapes: boolean): string | undefined {
  if (character === '$') return readVariable(reader);
  if (character === '<') return readHeredocMark(reader);
  if (reader.options.plainQuotes) return undefined;
  if (character === "'") return readSingleQuoted(reader);
  if (character === '"') return readDoubleQuoted(reader, rawEscapes);
  return undefined;
}

/** Keeps blanks between `<<` and the word after it together with both. */
function readHeredocMark(reader: Reader): string {
  let text = next(reader);
  if (peek(reader) !== '<') return text;
  text += next(reader);
  while (/^[\t\r ]$/.test(peek(reader))) text += next(reader);
  return text;
}

function readSingleQuoted(reader: Reader): string {
  const end = reader.characters.indexOf("'", reader.position + 1);
  if (end < 0) throw new DockerfileProblem("a single quote (') is not closed");
  const inside = reader.characters.slice(reader.position + 1, end).join('');
  reader.position = end + 1;
  return reader.options.rawQuotes ? `'${inside}'` : inside;
}

/** Within double quotes variables count, and the escape character only before `"`, `$` and itself. */
function readDoubleQuoted(reader: Reader, rawEscapes: boolean): string {
  const { escape: escapeCharacter, rawQuotes } = reader.options;
  const quote = next(reader);
  let text = rawQuotes ? quote : '';
  while (!atEnd(reader)) {
    const character = peek(reader);
    if (character === '$') {
      text += readVariable(reader);
      continue;
    }
    reader.position++;
    if (character === '"') return rawQuotes ? text + character : text;
    if (character !== escapeCharacter) text += character;
    else {
      if (rawEscapes) text += escapeCharacter;
      if (!atEnd(reader)) text += ['"', '$', escapeCharacter].includes(peek(reader)) ? next(reader) : escapeCharacter;
    }
  }
  throw new DockerfileProblem('a double quote (") is not closed');
}

/** Reads `$name` or `${…}` and gives its value. */
function readVariable(reader: Reader): string {
  reader.position++;
  if (peek(reader) === '{') return readBraces(reader);
  const name = readName(reader);
  if (name === '') return '$';
  return reader.variables.get(name) ?? (reader.options.keepUnset ? `$${name}` : '');
}

/** A name, a number, or one of the shell's special parameters; empty when nothing of that kind follows. */
function readName(reader: Reader): string {
  const first = peek(reader);
  if (/^[@*#?\-$!]$/.test(first)) return next(reader);
  const part = /^\p{Nd}$/u.test(first) ? /^\p{Nd}$/u : /^[\p{L}\p{Nd}_]$/u;
  let name = '';
  while (part.test(peek(reader))) name += next(reader);
  return name;
}

/** Reads `{name}`, `{name:-word}` and its relatives, from the brace on. */
function readBraces(reader: Reader): string {
  reader.position++;
  if (atEnd(reader)) throw new DockerfileProblem('a substitution has no closing brace');
  if (/^[{}:]$/.test(peek(reader)))
    throw new DockerfileProblem('bad substitution: a name must follow the opening brace');
  const name = readName(reader);
  const modifier = next(reader);
  switch (modifier) {
    case '}':
      return reader.variables.get(name) ?? (reader.options.keepUnset ? `\${${name}}` : '');
    case ':':
      return readModifier(reader, name, next(reader), true);
    case '/':
      return readReplacement(reader, name);
    case '':
      throw new DockerfileProblem('a substitution has no closing brace');
    default:
      return readModifier(reader, name, modifier, false);
  }
}

/** `-`, `+`, `?`, `#` and `%` after a name; with a colon before them an empty value counts as unset. */
function readModifier(reader: Reader, name: string, modifier: string, colon: boolean): string {
  const written = (colon ? ':' : '') + modifier;
  const trims = modifier === '#' || modifier === '%';
  if (!'-+?#%'.includes(modifier) || modifier === '' || (colon && trims)) {
    throw new DockerfileProblem(`unsupported modifier (${written}) in \${${name}…}`);
  }
  const word = readUntil(reader, '}', trims).text;
  const value = reader.variables.get(name);
  if (value === undefined && reader.options.keepUnset) return `\${${name}${written}${word}}`;
  if (trims) return trimPattern(value ?? '', modifier, word);
  const counts = value !== undefined && !(colon && value === '');
  if (modifier === '-') return counts ? value : word;
  if (modifier === '+') return counts ? word : '';
  if (counts) return value;
  throw new DockerfileProblem(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
}

/** `/pattern/replacement}`, or with a second slash in front for every match. */
function readReplacement(reader: Reader, name: string): string {
  const all = peek(reader) === '/';
  if (all) reader.position++;
  const pattern = readUntil(reader, '/', true).text;
  const replacement = readUntil(reader, '}', true).text;
  const value = reader.variables.get(name);
  if (value === undefined && reader.options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
  return replacePattern(value ?? '', pattern, replacement, all);
}
