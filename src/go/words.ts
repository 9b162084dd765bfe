/** What github.com/Masterminds/goutils v1.1 and github.com/huandu/xstrings v1.5 do with words. */
import { isSpace, toLower, toTitleCase, toUpper } from './text.ts';

const isUpper = (character: string): boolean => /^\p{Lu}$/u.test(character);
const isConnector = (character: string): boolean => character === '-' || character === '_' || isSpace(character);

/** The UTF-8 bytes of a text, each as the character with that code: what goutils takes characters to be in some places. */
function bytesAsCharacters(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** goutils' `Uncapitalize`: the first character of each word in lower case. */
export function uncapitalize(text: string): string {
  let starts = true;
  return [...text]
    .map((character) => {
      if (isSpace(character)) starts = true;
      else if (starts) {
        starts = false;
        return toLower(character);
      }
      return character;
    })
    .join('');
}

/** goutils' `SwapCase`: what was small and starts a word gets title case. */
export function swapCase(text: string): string {
  let afterSpace = true;
  return [...text]
    .map((character) => {
      if (/^[\p{Lu}\p{Lt}]$/u.test(character)) {
        afterSpace = false;
        return toLower(character);
      }
      if (!/^\p{Ll}$/u.test(character)) {
        afterSpace = isSpace(character);
        return character;
      }
      const swapped = afterSpace ? toTitleCase(character) : toUpper(character);
      afterSpace = false;
      return swapped;
    })
    .join('');
}

/** goutils' `Initials`: the first byte of each word, as a character. */
export function initials(text: string): string {
  return (bytesAsCharacters(text).match(/(?<![^\t-\r \x85\xa0])[^\t-\r \x85\xa0]/g) ?? []).join('');
}

/** goutils' `DeleteWhiteSpace`. When there is any, the rest is taken byte by byte. */
export function deleteWhitespace(text: string): string {
  const bytes = bytesAsCharacters(text);
  const kept = bytes.replace(/[\t-\r \x85\xa0]/g, '');
  return kept.length === bytes.length ? text : kept;
}

const ellipsis = '...';

/** goutils' `AbbreviateFull`; an impossible width gives an empty text. Widths and the offset are in bytes. */
export function abbreviate(text: string, offset: number, width: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || width < 4) return '';
  if (bytes.length <= width) return text;
  let start = Math.min(offset, bytes.length);
  if (bytes.length - start < width - 3) start = bytes.length - (width - 3);
  if (start <= 4) return bytes.subarray(0, width - 3).toString() + ellipsis;
  if (width < 7) return '';
  if (start + width - 3 < bytes.length) return ellipsis + abbreviate(bytes.subarray(start).toString(), 0, width - 3);
  return ellipsis + bytes.subarray(bytes.length - (width - 3)).toString();
}

export interface WrapOptions {
  /** In bytes; at least 1 is taken. */
  readonly width: number;
  /** A line feed when it is empty. */
  readonly separator: string;
  /** Whether words longer than the width are cut. */
  readonly cutsWords: boolean;
}

/** goutils' `WrapCustom`: breaks a text at blanks. */
export function wrap(text: string, { width: given, separator, cutsWords }: WrapOptions): string {
  const bytes = Buffer.from(text);
  const width = Math.max(given, 1);
  const pieces: string[] = [];
  let offset = 0;
  while (bytes.length - offset > width) {
    if (bytes[offset] === blank) {
      offset++;
      continue;
    }
    const last = bytes.subarray(offset, offset + width + 1).lastIndexOf(blank);
    const found = last < 0 && !cutsWords ? bytes.indexOf(blank, offset + width) : last + offset;
    if (found < 0 && !cutsWords) break;
    const end = last < 0 && cutsWords ? offset + width : found;
    pieces.push(bytes.subarray(offset, end).toString('latin1'));
    offset = end + (last < 0 && cutsWords ? 0 : 1);
  }
  pieces.push(bytes.subarray(Math.min(offset, bytes.length)).toString('latin1'));
  const joined = pieces.join(Buffer.from(separator || '\n').toString('latin1'));
  return Buffer.from(joined, 'latin1').toString();
}

const blank = 0x20;

/** xstrings' `ToCamelCase`: `some_words` → `someWords`. Connectors at the ends stay; of a text of nothing else, the last comes twice. */
export function toCamelCase(text: string): string {
  const characters = [...text];
  const start = characters.findIndex((character) => !isConnector(character));
  if (start < 0) return text + (characters.at(-1) ?? '');
  return characters.slice(0, start).join('') + camelWords(characters.slice(start));
}

/** The words behind the connectors at the start. */
function camelWords([first = '', ...rest]: readonly string[]): string {
  let wasUpper = isUpper(first);
  let current = toLower(first);
  let result = '';
  for (const next of rest) {
    const before = current;
    current = next;
    if (isConnector(next) && isConnector(before)) {
      result += before;
    } else if (isConnector(before)) {
      wasUpper = isUpper(next);
      current = toUpper(next);
    } else {
      if (wasUpper && isUpper(next)) current = toLower(next);
      else wasUpper = false;
      result += before;
    }
  }
  return result + (wasUpper ? toLower(current) : current);
}
