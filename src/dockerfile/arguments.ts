import { DockerfileProblem } from './problem.ts';
import { cutAtBlanks, isSpace, splitBlanks, trimLeft, wellFormed } from './text.ts';
import type { EscapeCharacter } from './types.ts';
import { splitWords } from './words.ts';

/** What follows an instruction's flags, cut the way that kind of instruction cuts it. */
export interface InstructionArguments {
  readonly words: readonly string[];
  readonly json: boolean;
}

type ReadArguments = (text: string, escapeCharacter: EscapeCharacter, keyword: string) => InstructionArguments;

const nothing: InstructionArguments = { words: [], json: false };
const plain = (words: readonly string[]): InstructionArguments => ({ words, json: false });

const readText: ReadArguments = (text) => (text === '' ? nothing : plain([text]));
const readBlankSeparated: ReadArguments = (text) => (text === '' ? nothing : plain(splitBlanks(text)));
const readJsonOrText: ReadArguments = (text, ...rest) => readJson(text) ?? readText(text, ...rest);
const readJsonOrBlankSeparated: ReadArguments = (text, ...rest) => readJson(text) ?? readBlankSeparated(text, ...rest);

const readers: Readonly<Record<string, ReadArguments>> = {
  ADD: readJsonOrBlankSeparated,
  ARG: (text, escapeCharacter) => plain(splitWords(text, escapeCharacter)),
  CMD: readJsonOrText,
  COPY: readJsonOrBlankSeparated,
  ENTRYPOINT: readJsonOrText,
  ENV: readPairs,
  EXPOSE: readBlankSeparated,
  FROM: readBlankSeparated,
  HEALTHCHECK: readHealthcheck,
  LABEL: readPairs,
  MAINTAINER: readText,
  ONBUILD: readText,
  RUN: readJsonOrText,
  SHELL: readJsonOrText,
  STOPSIGNAL: readText,
  USER: readText,
  VOLUME: readJsonOrBlankSeparated,
  WORKDIR: readText,
};

/** Every instruction there is, in upper case. */
export const knownKeywords: readonly string[] = Object.keys(readers);

/** Instructions in which `<<` may start a heredoc. */
export const keywordsWithHeredocs: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);

/**
 * Cuts arguments (flags already taken off, blanks around trimmed) for a keyword in upper case. An unknown one has none.
 *
 * @throws {DockerfileProblem} for a JSON array of other things than strings, and names without values in ENV and LABEL.
 */
export function argumentsOf(keyword: string, text: string, escapeCharacter: EscapeCharacter): InstructionArguments {
  const read = Object.hasOwn(readers, keyword) ? readers[keyword] : undefined;
  return read === undefined ? nothing : read(text, escapeCharacter, keyword);
}

/**
 * A JSON array of strings. Anything that is not JSON, such as single quotes or a comma at the end, is no array but
 * the shell form. Half surrogates become U+FFFD as in Go.
 */
function readJson(text: string): InstructionArguments | undefined {
  const trimmed = trimLeft(text);
  if (!trimmed.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return undefined;
  }
  const words = (value as readonly unknown[]).filter((word) => typeof word === 'string');
  if (words.length === (value as readonly unknown[]).length)
    return { words: words.map((word) => wellFormed(word)), json: true };
  throw new DockerfileProblem('a JSON array must consist of strings only');
}

/** `name=value …`, or the old form `name rest of the line`: three words each, the last one saying which. */
function readPairs(text: string, escapeCharacter: EscapeCharacter, keyword: string): InstructionArguments {
  const words = splitWords(text, escapeCharacter);
  const [first] = words;
  if (first === undefined) return nothing;
  if (!first.includes('=')) {
    const [name, value] = cutAtBlanks(text);
    if (value === undefined)
      throw new DockerfileProblem(`${keyword} must have two arguments`, `Write ${keyword} ${name}=value`);
    return plain([name, value, '']);
  }
  return plain(words.flatMap(splitPair));
}

function splitPair(word: string): readonly string[] {
  const equals = word.indexOf('=');
  if (equals >= 0) return [word.slice(0, equals), word.slice(equals + 1), '='];
  throw new DockerfileProblem(
    `"${word}" has no "=", it must have the form name=value`,
    'Quote values that contain blanks',
  );
}

/** The type (`CMD` or `NONE`) and what follows it. */
function readHealthcheck(text: string, escapeCharacter: EscapeCharacter, keyword: string): InstructionArguments {
  if (text === '') return nothing;
  const end = text.split('').findIndex(isSpace);
  const type = end < 0 ? text : text.slice(0, end);
  const { words, json } = readJsonOrText(trimLeft(text.slice(type.length)), escapeCharacter, keyword);
  return { words: [type, ...words], json };
}
