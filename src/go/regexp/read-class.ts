import {
  type CharacterSet,
  createSet,
  memberOf,
  perlClass,
  posixClass,
  type ReadItem,
  type SetItem,
  unicodeClass,
} from './classes.ts';
import { failure } from './errors.ts';
import { type ReadCharacter, readEscape } from './escapes.ts';

/**
 * `[…]` at the start of the text: characters, ranges, escapes and named classes.
 *
 * @returns the set and how many UTF-16 units of the text it takes.
 * @throws {GoFailure}
 */
export function readClass(text: string, ignoreCase: boolean): { readonly set: CharacterSet; readonly length: number } {
  const negated = text[1] === '^';
  const start = negated ? 2 : 1;
  const items: SetItem[] = [];
  let position = start;
  while (text[position] !== ']' || position === start) {
    const { item, length } = readItem(text, position);
    items.push(item);
    position += length;
  }
  return { set: createSet(items, { ignoreCase, negated }), length: position + 1 };
}

function readItem(whole: string, position: number): ReadItem {
  const text = whole.slice(position);
  const named = posixClass(text) ?? unicodeClass(text);
  if (named !== undefined) return named;
  const perl = perlClass(text);
  if (perl !== undefined) return { item: perl, length: 2 };
  const low = readMember(text, whole);
  const rest = text.slice(low.length);
  if (rest.length < 2 || rest[0] !== '-' || rest[1] === ']') return itemOf(low.code, low.code, low.length);
  const high = readMember(rest.slice(1), whole);
  const length = low.length + 1 + high.length;
  if (high.code < low.code) throw failure('invalid character class range', text.slice(0, length));
  return itemOf(low.code, high.code, length);
}

function itemOf(low: number, high: number, length: number): ReadItem {
  return {
    item: { members: low === high ? memberOf(low) : `${memberOf(low)}-${memberOf(high)}`, negated: false },
    length,
  };
}

function readMember(text: string, whole: string): ReadCharacter {
  if (text === '') throw failure('missing closing ]', whole);
  if (text[0] === '\\') return readEscape(text);
  const code = text.codePointAt(0) ?? 0;
  return { code, length: code > 0xffff ? 2 : 1 };
}
