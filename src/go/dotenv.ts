import { ToolError } from '../core/errors.ts';

/** Blanks that do not end a line, as github.com/joho/godotenv sees them. */
const blank = '[\\t\\v\\f\\r \\x85\\xa0]';
const skipped = /(?:\s|#[^\n]*)*/y;
const keyPattern = new RegExp(
  `${blank}*(?:export${blank}+)?((?:[\\p{L}\\p{N}._]|${blank})*?)${blank}*[=:]${blank}*`,
  'uy',
);
const unquoted = /[^\n\r]*/y;
const quoted = /"((?:[^"]|(?<=\\)")*)(?<!\\)"|'((?:[^']|(?<=\\)')*)(?<!\\)'/y;
const variable = /(\\)?(\$)(\()?\{?([A-Z0-9_]+)?\}?/g;

/**
 * Reads a file of `NAME=value` lines as godotenv v1.5 does (which Skaffold uses for `skaffold.env` and
 * `--set-value-file`): `export` in front, `NAME: value`, comments, quotes, `\n` and `$NAME` inside double quotes,
 * `$NAME` (an earlier line's) in unquoted values. `file` is named in errors.
 *
 * @throws {ToolError} `CONFIG_FILE_PARSING_ERR` with the line that is no such line.
 */
export function parseDotenv(text: string, file: string): ReadonlyMap<string, string> {
  const source = text.replaceAll('\r\n', '\n');
  const values = new Map<string, string>();
  for (let at = skip(source, 0); at < source.length; at = skip(source, at)) {
    const key = matchAt(keyPattern, source, at);
    if (key === undefined) throw malformed(file, source, at, 'is not of the form NAME=value');
    const valueStart = at + key[0].length;
    const { value, length } = readValue(source, valueStart, values, file);
    values.set(key[1] ?? '', value);
    at = valueStart + length;
  }
  return values;
}

function skip(source: string, at: number): number {
  return at + (matchAt(skipped, source, at)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

interface Value {
  readonly value: string;
  /** Characters of the source it takes. */
  readonly length: number;
}

function readValue(source: string, at: number, values: ReadonlyMap<string, string>, file: string): Value {
  if (source[at] === '"' || source[at] === "'") return readQuoted(source, at, values, file);
  const line = matchAt(unquoted, source, at)?.[0] ?? '';
  const comment = lastComment(line);
  return { value: expand((comment < 0 ? line : line.slice(0, comment)).trim(), values), length: line.length };
}

/** Where the first of the comments at the end of a line begins, judged from behind: the last `#` after a blank. */
function lastComment(line: string): number {
  for (let at = line.length - 1; at > 0; at--) if (line[at] === '#' && /\s/.test(line[at - 1] ?? '')) return at;
  return -1;
}

function readQuoted(source: string, at: number, values: ReadonlyMap<string, string>, file: string): Value {
  const match = matchAt(quoted, source, at);
  if (match === undefined) throw malformed(file, source, at, 'has a quote that is not closed');
  const [whole, double, single = ''] = match;
  return { value: double === undefined ? single : expand(unescapeText(double), values), length: whole.length };
}

/** `\n` and `\r` become line breaks; other backslashes go, except in front of `$`. */
function unescapeText(text: string): string {
  const breaks: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r' };
  return text.replace(/\\./g, (sequence) => breaks[sequence] ?? sequence).replace(/\\([^$])/g, '$1');
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(variable, (whole, escaped, _dollar, open, name) => {
    if (escaped !== undefined || open !== undefined) return whole.slice(1);
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
