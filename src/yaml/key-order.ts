import type { ScalarValue } from './resolve.ts';

/**
 * Compares two mapping keys the way gopkg.in/yaml.v3 orders the keys it prints: numbers and booleans by value, then
 * null, then strings in natural order (`a2` before `a10`), then timestamps. Negative, zero or positive.
 */
export function compareKeys(a: ScalarValue, b: ScalarValue): number {
  const [aRank, bRank] = [rank(a), rank(b)];
  if (aRank !== bRank) return aRank - bRank;
  if (aRank === 0) return compareNumbers(a, b);
  return compareNaturally(textOf(a), textOf(b));
}

function rank(key: ScalarValue): number {
  if (key.kind === 'boolean' || key.kind === 'integer' || key.kind === 'float') return 0;
  if (key.kind === 'null') return 1;
  return key.kind === 'timestamp' ? 3 : 2;
}

/** Equal numbers of different types: booleans, then integers, then floats. */
function compareNumbers(a: ScalarValue, b: ScalarValue): number {
  const difference = numberOf(a) - numberOf(b);
  if (difference !== 0) return difference;
  if (a.kind === 'integer' && b.kind === 'integer') return a.value < b.value ? -1 : Number(a.value > b.value);
  const kinds = ['boolean', 'integer', 'float'];
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind);
}

function numberOf(key: ScalarValue): number {
  return key.kind === 'boolean' || key.kind === 'integer' || key.kind === 'float' ? Number(key.value) : Number.NaN;
}

function textOf(key: ScalarValue): string {
  if (key.kind === 'merge') return '<<';
  if (key.kind === 'binary') return new TextDecoder().decode(key.value);
  return key.kind === 'string' || key.kind === 'timestamp' ? key.value : '';
}

/**
 * Natural order of two strings. At the first difference letters compare by code point; a letter comes after anything
 * else, except right behind a digit, where it comes first; otherwise the numbers that begin there decide.
 */
export function compareNaturally(a: string, b: string): number {
  const [first, other] = [a.charCodeAt(0), b.charCodeAt(0)];
  if (first !== other && isAsciiLetter(first) && isAsciiLetter(other)) return first - other;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  // Two characters beyond U+FFFF may share their first half.
  if (at > 0 && isLowSurrogate(a.charCodeAt(at)) && isLowSurrogate(b.charCodeAt(at))) at--;
  const [aLetter, bLetter] = [isLetter(codeAt(a, at)), isLetter(codeAt(b, at))];
  if (aLetter && bLetter) return codeAt(a, at) - codeAt(b, at);
  if (aLetter || bLetter) return aLetter === (at > 0 && isDigit(codeBefore(a, at))) ? -1 : 1;
  return compareRuns(a, b, at);
}

function compareRuns(a: string, b: string, at: number): number {
  const [aEnd, bEnd] = [endOfDigits(a, at), endOfDigits(b, at)];
  // A zero in the middle of a longer number counts: `10` against `1`.
  const inside = (a[at] === '0' || b[at] === '0') && nonZeroBefore(a, at) ? '1' : '';
  const [aNumber, bNumber] = [numberIn(inside + a.slice(at, aEnd)), numberIn(inside + b.slice(at, bEnd))];
  if (aNumber !== bNumber) return aNumber < bNumber ? -1 : 1;
  return aEnd - bEnd || codeAt(a, at) - codeAt(b, at);
}

/** Go computes with 64 bits and lets them overflow; so do we, to end in the same order. */
function numberIn(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = BigInt.asIntN(64, value * 10n + BigInt((digit.codePointAt(0) ?? 0) - 0x30));
  return value;
}

function nonZeroBefore(text: string, at: number): boolean {
  for (let index = at - 1; index >= 0 && isDigit(text.charCodeAt(index)); index--) if (text[index] !== '0') return true;
  return false;
}

function endOfDigits(text: string, at: number): number {
  let end = at;
  while (end < text.length && isDigit(codeAt(text, end))) end += codeAt(text, end) > 0xffff ? 2 : 1;
  return end;
}

function codeAt(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

function codeBefore(text: string, at: number): number {
  const pair = at > 1 && isLowSurrogate(text.charCodeAt(at - 1));
  return codeAt(text, pair ? at - 2 : at - 1);
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

function isAsciiLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

function isLetter(code: number): boolean {
  if (code < 0x80) return isAsciiLetter(code);
  return letter.test(String.fromCodePoint(code));
}

function isDigit(code: number): boolean {
  return code < 0x80 ? code >= 0x30 && code <= 0x39 : digit.test(String.fromCodePoint(code));
}
