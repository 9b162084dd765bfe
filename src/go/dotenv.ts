import { ToolError } from '../core/errors.ts';
import { trimMatching, trimSpace } from './text.ts';

/** Blanks that do not end a line, as github.com/joho/godotenv sees them. */
const blank = '[\\t\\v\\f\\r \\x85\\xa0]';
const blanks = new RegExp(`${blank}*`, 'y');
const isBlank = (character: string): boolean => /^[\t\v\f\r \x85\xa0]$/.test(character);
const exported = new RegExp(`export(?=${blank})`, 'y');
const commentStart = new RegExp(`(?<=${blank})#`, 'g');
/** Any blank of Unicode, and comments, between two lines. */
const between = /(?:[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|#[^\n]*)*/y;
const unquoted = /[^\n\r]*/y;
const variable = /(\\)?\$\(?\{?([A-Z0-9_]+)?\}?/g;

/**
 * Reads a file of `NAME=value` lines as godotenv v1.5.1 does (which Skaffold uses for `skaffold.env` and
 * `--set-value-file`): `export` in front, `NAME: value`, comments, quotes, `\n` and `$NAME` inside double quotes,
 * `$NAME` (an earlier line's) in unquoted values. `file` is named in errors. A value without a name, which godotenv
 * makes of a last line without `=`, is left out: nothing could ask for it.
 *
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` with the line that is no such line.
 */
export function parseDotenv(text: string, file: string): ReadonlyMap<string, string> {
  const source = text.replaceAll('\r\n', '\n');
  const values = new Map<string, string>();
  for (let at = endOf(between, source, 0); at < source.length; at = endOf(between, source, at)) {
    const name = readName(source, at, file);
    const value = readValue(source, name.end, values, file);
    if (name.text !== '') values.set(name.text, value.text);
    at = value.end;
  }
  return values;
}

/** Something that was read, and where it ends. */
interface Read {
  readonly text: string;
  readonly end: number;
}

/** Where what the expression matches here ends; here, when it matches nothing. */
function endOf(expression: RegExp, source: string, at: number): number {
  expression.lastIndex = at;
  return at + (expression.exec(source)?.[0].length ?? 0);
}

/** A name with the sign behind it. When the file ends before one, there is no name, and all of it is the value. */
function readName(source: string, at: number, file: string): Read {
  const first = endOf(blanks, source, at);
  const start = endOf(blanks, source, endOf(exported, source, first));
  const sign = source.slice(start).search(/[=:]/);
  const written = source.slice(start, sign < 0 ? undefined : start + sign);
  if (start === source.length || !isName(written)) throw malformed(file, source, at, 'is not of the form NAME=value');
  if (sign < 0) return { text: '', end: start };
  return { text: trimSpace(written), end: endOf(blanks, source, start + sign + 1) };
}

/** godotenv looks at the bytes of a name one by one, as if each were a character of Latin-1. */
function isName(text: string): boolean {
  return /^[\t\v\f\r \x85\xa0_.\p{L}\p{N}]*$/u.test(Buffer.from(text).toString('latin1'));
}

function readValue(source: string, at: number, values: ReadonlyMap<string, string>, file: string): Read {
  const quote = source[at];
  if (quote === '"' || quote === "'") return readQuoted(source, at, values, file);
  const end = endOf(unquoted, source, at);
  const line = source.slice(at, end);
  // A comment begins at the last # behind a blank; those before it belong to the value.
  const comment = [...line.matchAll(commentStart)].at(-1)?.index;
  return { text: expand(trimMatching(line.slice(0, comment), isBlank), values), end };
}

/** A quoted text ends at the first quote with no backslash right before it. All quotes at its ends go. */
function readQuoted(source: string, at: number, values: ReadonlyMap<string, string>, file: string): Read {
  const quote = source[at] ?? '';
  let end = source.indexOf(quote, at + 1);
  while (end >= 0 && source[end - 1] === '\\') end = source.indexOf(quote, end + 1);
  if (end < 0) throw malformed(file, source, at, 'has a quote that is not closed');
  const text = trimMatching(source.slice(at, end), (character) => character === quote);
  return { text: quote === '"' ? expand(unescapeText(text), values) : text, end: end + 1 };
}

/** `\n` and `\r` become line breaks; other backslashes go, except in front of `$`. */
function unescapeText(text: string): string {
  const breaks: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r' };
  return text.replace(/\\[^\n]/gu, (sequence) => breaks[sequence] ?? sequence).replace(/\\([^$])/gu, '$1');
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(variable, (whole: string, escaped: string | undefined, name: string | undefined) => {
    if (escaped !== undefined) return whole.slice(1);
    return name === undefined ? whole : (values.get(name) ?? '');
  });
}

function malformed(file: string, source: string, at: number, problem: string): ToolError {
  const line = source.slice(0, at).split('\n').length;
  return new ToolError('CONFIG_FILE_PARSING_ERR', `${file}:${line}: this line ${problem}`, {
    suggestions: [
      { code: 'FIX_DOTENV', action: 'Write one NAME=value per line, and quote values with special characters' },
    ],
  });
}
