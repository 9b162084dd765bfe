import { isSpace } from './text.ts';
import type { EscapeCharacter } from './types.ts';

/**
 * Splits ENV, LABEL and ARG arguments at blanks outside quotes, keeping quotes and escapes for the expansion later
 * (BuildKit's `parseWords`). An escape at the very end is dropped.
 */
export function splitWords(text: string, escapeCharacter: EscapeCharacter): string[] {
  const words: string[] = [];
  const characters = [...text];
  let word: string | undefined;
  let quote = '';
  for (let position = 0; position < characters.length; position++) {
    const character = characters[position] ?? '';
    if (quote === '' && isSpace(character)) {
      if (word !== undefined && word !== '') words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (character === escapeCharacter && quote !== "'") {
      if (position + 1 === characters.length) break;
      word += character + (characters[++position] ?? '');
      continue;
    }
    if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
    word += character;
  }
  if (word !== undefined && word !== '') words.push(word);
  return words;
}

/** Leading `--flag` words and what follows them. A lone `--` ends the flags. */
export interface FlagsAndRest {
  readonly flags: readonly string[];
  readonly rest: string;
}

/** Takes the flags off the front of an instruction's arguments; quotes and escapes in them are resolved. */
export function takeFlags(text: string, escapeCharacter: EscapeCharacter): FlagsAndRest {
  const flags: string[] = [];
  let position = 0;
  for (;;) {
    while (position < text.length && isSpace(text[position] ?? '')) position++;
    if (!text.startsWith('--', position)) return { flags, rest: text.slice(position) };
    const { word, end } = readFlag(text, position, escapeCharacter);
    if (word === '--') return { flags, rest: text.slice(end) };
    flags.push(word);
    position = end;
  }
}

/** Reads one flag up to a blank outside quotes. */
function readFlag(
  text: string,
  start: number,
  escapeCharacter: EscapeCharacter,
): { readonly word: string; readonly end: number } {
  let word = '';
  let quote = '';
  let position = start;
  for (; position < text.length; position++) {
    const character = text[position] ?? '';
    if (character === escapeCharacter) {
      word += text[++position] ?? '';
      continue;
    }
    if (quote === '' && isSpace(character)) break;
    if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
    else word += character;
  }
  return { word, end: position };
}
