/** Go's quoted strings, as `strconv.Quote` and `strconv.Unquote` write and read them. */

const named: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
};
const fromName: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(named).map(([character, name]) => [name, character])),
  '\\': '\\',
};

/** Whether Go prints a character as it is: letters, marks, numbers, punctuation, symbols, and the ASCII blank. */
export function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

/** A Go string literal for the text. `ascii` escapes everything else too. */
export function quote(text: string, ascii: boolean = false): string {
  return quoteWith(text, '"', ascii);
}

/** A Go character literal for the first character of the text. */
export function quoteCharacter(character: string, ascii: boolean = false): string {
  return quoteWith(character, "'", ascii);
}

function quoteWith(text: string, mark: string, ascii: boolean): string {
  let result = mark;
  for (const character of text) result += escapeCharacter(character, mark, ascii);
  return result + mark;
}

function escapeCharacter(character: string, mark: string, ascii: boolean): string {
  if (character === mark || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80 || !ascii) {
    if (isPrintable(character)) return character;
  }
  const name = named[character];
  if (name !== undefined) return `\\${name}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code < 0xe000) return '\\ufffd';
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** The text of a Go string literal in double quotes or backquotes; undefined when it is malformed. */
export function unquote(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  const bytes: Buffer[] = [];
  for (let rest = body; rest !== ''; ) {
    const piece = unquoteCharacter(rest, '"');
    if (piece === undefined) return undefined;
    bytes.push(piece.bytes);
    rest = rest.slice(piece.length);
  }
  return Buffer.concat(bytes).toString();
}

/** One character of a literal: what it stands for, and how much of the literal it takes. */
export interface UnquotedCharacter {
  readonly code: number;
  readonly bytes: Buffer;
  readonly length: number;
}

/** Reads the first character of a literal's inside; `mark` is the quote around it. Undefined when it is malformed. */
export function unquoteCharacter(text: string, mark: string): UnquotedCharacter | undefined {
  const [character = ''] = text;
  if (character === mark || character === '\n' || character === '') return undefined;
  if (character !== '\\') return ofText(character, character.length);
  const escaped = text[1] ?? '';
  if (escaped === mark) return ofText(mark, 2);
  const plain = Object.hasOwn(fromName, escaped) ? fromName[escaped] : undefined;
  if (plain !== undefined) return ofText(plain, 2);
  return unquoteNumber(text);
}

/** `\x41`, `\101`, `\u00e4` and `\U0001f600`. The first two are bytes. */
function unquoteNumber(text: string): UnquotedCharacter | undefined {
  const byte = /^\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))/.exec(text);
  if (byte !== null) {
    const code = byte[1] === undefined ? Number.parseInt(byte[2] ?? '', 8) : Number.parseInt(byte[1], 16);
    return code > 255 ? undefined : { code, bytes: Buffer.from([code]), length: byte[0].length };
  }
  const point = /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text);
  if (point === null) return undefined;
  const code = Number.parseInt(point[1] ?? point[2] ?? '', 16);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
  return ofText(String.fromCodePoint(code), point[0].length);
}

function ofText(character: string, length: number): UnquotedCharacter {
  return { code: character.codePointAt(0) ?? 0, bytes: Buffer.from(character), length };
}
