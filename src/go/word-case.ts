/** Words as github.com/huandu/xstrings v1.5 finds them in a text, for snake and kebab case. */
import { isSpace, toLower } from './text.ts';

type WordType = 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly type: WordType;
  readonly text: string;
}

const isConnector = (character: string): boolean => character === '-' || character === '_' || isSpace(character);
const isPunctuation = (character: string): boolean => /^\p{P}$/u.test(character);
const isUpper = (character: string): boolean => /^\p{Lu}$/u.test(character);
const isNumber = (character: string): boolean => /^\p{N}$/u.test(character);
/** Letters, but for Chinese characters. */
const isAlphabetic = (character: string): boolean =>
  /^(?![\u3400-\u4d85\u4e00-\u9fcc\u{20000}-\u{2b81d}])\p{L}$/u.test(character);
const isSmall = (character: string): boolean => isAlphabetic(character) && !isUpper(character);
const isOther = (character: string): boolean =>
  !isConnector(character) && !isPunctuation(character) && !isAlphabetic(character) && !isNumber(character);

/** The words of a text in order; together they are the whole text. */
function wordsOf(text: string): readonly Word[] {
  const characters = [...text];
  const words: Word[] = [];
  for (let start = 0; start < characters.length; ) {
    const { type, end } = wordAt(characters, start);
    words.push({ type, text: characters.slice(start, end).join('') });
    start = end;
  }
  return words;
}

function wordAt(characters: readonly string[], start: number): { readonly type: WordType; readonly end: number } {
  const first = characters[start] ?? '';
  const until = (test: (character: string) => boolean, from: number = start + 1): number => {
    let end = from;
    while (end < characters.length && test(characters[end] ?? '')) end++;
    return end;
  };
  if (isConnector(first)) return { type: 'connector', end: until(isConnector) };
  if (isPunctuation(first)) return { type: 'punctuation', end: until(isPunctuation) };
  if (isUpper(first)) return { type: 'upper', end: upperEnd(characters, start, until) };
  if (isAlphabetic(first)) return { type: 'letters', end: until(isSmall) };
  if (isNumber(first)) return { type: 'number', end: until(isNumber) };
  return { type: 'other', end: until(isOther) };
}

/** `Status` is one word; of `HTTPStatus` the first is `HTTP`. */
function upperEnd(
  characters: readonly string[],
  start: number,
  until: (test: (character: string) => boolean, from?: number) => number,
): number {
  const second = characters[start + 1] ?? '';
  if (!isUpper(second)) return until(isSmall);
  const end = until(isUpper);
  return isAlphabetic(characters[end] ?? '') ? end - 1 : end;
}

/** xstrings' `ToSnakeCase` (with `_`) and `ToKebabCase` (with `-`). */
export function toConnectedCase(text: string, connector: string): string {
  const words = wordsOf(text);
  let result = '';
  let index = 0;
  const type = (): WordType | undefined => words[index]?.type;
  const take = (): void => {
    result += lowered(words[index], connector);
    index++;
  };
  const takeAlphanumeric = (): void => {
    while (type() === 'letters' || type() === 'number') take();
  };
  const connect = (): void => {
    if (type() !== undefined && type() !== 'punctuation' && type() !== 'connector') result += connector;
  };
  while (index < words.length - 1) {
    const before = type();
    take();
    if (before === 'number') {
      takeAlphanumeric();
      connect();
    } else if (before !== 'connector' && before !== 'punctuation') {
      if (type() !== 'number') connect();
      else if (index < words.length - 1) takeNumber();
    }
  }
  return result + (index < words.length ? lowered(words[index], connector) : '');

  /** A number behind letters belongs to them, unless small letters follow it: `Bld4Floor`, but `http_2xx`. */
  function takeNumber(): void {
    if (words[index + 1]?.type === 'letters') {
      result += connector;
      takeAlphanumeric();
    } else take();
    connect();
  }
}

function lowered(word: Word | undefined, connector: string): string {
  if (word === undefined) return '';
  if (word.type === 'upper')
    return [...word.text].map((letter) => (isUpper(letter) ? toLower(letter) : letter)).join('');
  return word.type === 'connector' ? [...word.text].map(() => connector).join('') : word.text;
}
