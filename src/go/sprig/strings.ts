import { sprintf } from '../template/printf.ts';
import { quote } from '../template/quote.ts';
import { byteLength, GoFailure, type GoValue, listOf, mapOf, sliceBytes } from '../template/values.ts';
import { split, splitAtMost, toLower, toTitle, toUpper, trimMatching, trimSpace } from '../text.ts';
import { toText, toTexts } from './convert.ts';
import { type FunctionTable, onAll, onCount, onString, onStrings } from './define.ts';

const isNil = (value: GoValue): boolean => value === null || value === undefined;

/** sprig's functions on text. */
export const stringFunctions: FunctionTable = {
  upper: onString(toUpper),
  lower: onString(toLower),
  title: onString(toTitle),
  trim: onString(trimSpace),
  trimAll: onStrings(2, trimAll),
  trimall: onStrings(2, trimAll),
  trimPrefix: onStrings(2, (prefix = '', text = '') => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  trimSuffix: onStrings(2, (suffix = '', text = '') =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  replace: onStrings(3, (before = '', after = '', text = '') => replaceText(text, before, after)),
  contains: onStrings(2, (part = '', text = '') => text.includes(part)),
  hasPrefix: onStrings(2, (part = '', text = '') => text.startsWith(part)),
  hasSuffix: onStrings(2, (part = '', text = '') => text.endsWith(part)),
  split: onStrings(2, (separator = '', text = '') => numbered(split(text, separator))),
  splitn: {
    parameters: ['string', 'int', 'string'],
    call: (separator, count, text) => numbered(splitAtMost(text as string, separator as string, Number(count))),
  },
  splitList: onStrings(2, (separator = '', text = '') => listOf(split(text, separator), 'string')),
  join: {
    parameters: ['string', 'interface {}'],
    call: (separator, value) => toTexts(value).join(separator as string),
  },
  quote: onAll(0, (...values) =>
    values
      .filter((value) => !isNil(value))
      .map((value) => quote(toText(value)))
      .join(' '),
  ),
  squote: onAll(0, (...values) =>
    values
      .filter((value) => !isNil(value))
      .map((value) => `'${toText(value)}'`)
      .join(' '),
  ),
  cat: onAll(0, (...values) => {
    const given = values.filter((value) => !isNil(value));
    return sprintf(given.map(() => '%v').join(' '), given);
  }),
  trunc: onCount(1, (count, text = '') => (byteLength(text) <= count ? text : cut(text, 0n, count))),
  substr: {
    parameters: ['int', 'int', 'string'],
    call: (start, end, text) => substring(start as bigint, end as bigint, text as string),
  },
  repeat: onCount(1, (count, text = '') => repeat(text, count)),
  indent: onCount(1, (count, text = '') => indent(text, count)),
  nindent: onCount(1, (count, text = '') => `\n${indent(text, count)}`),
  plural: { parameters: ['string', 'string', 'int'], call: (one, many, count) => (count === 1n ? one : many) },
  toString: { parameters: ['interface {}'], call: toText },
  toStrings: { parameters: ['interface {}'], call: (value) => listOf(toTexts(value), 'string') },
  hello: { parameters: [], call: () => 'Hello!' },
  fail: onString((message) => {
    throw new GoFailure(message);
  }),
};

function trimAll(cutset: string = '', text: string = ''): string {
  return trimMatching(text, (character) => cutset.includes(character));
}

/** Go's `strings.ReplaceAll`: an empty text to replace stands before and after every character. */
function replaceText(text: string, before: string, after: string): string {
  if (before !== '') return text.split(before).join(after);
  return after + [...text].map((character) => character + after).join('');
}

function numbered(parts: readonly string[]): GoValue {
  return mapOf(
    parts.map((part, index) => [`_${index}`, part]),
    'string',
  );
}

function repeat(text: string, count: bigint): string {
  if (count < 0n) throw new GoFailure('strings: negative Repeat count');
  if (count * BigInt(text.length) > 1_000_000_000n) throw new GoFailure('strings: Repeat output length overflow');
  return text.repeat(Number(count));
}

function indent(text: string, count: bigint): string {
  const padding = repeat(' ', count);
  return padding + text.replaceAll('\n', `\n${padding}`);
}

function substring(start: bigint, end: bigint, text: string): string {
  const length = BigInt(byteLength(text));
  if (start < 0n) return cut(text, 0n, end);
  return cut(text, start, end < 0n || end > length ? length : end);
}

/** Go's `text[start:end]`, which panics out of bounds. */
function cut(text: string, start: bigint, end: bigint): string {
  const length = BigInt(byteLength(text));
  const isOutside = end < 0n || end > length;
  if (isOutside)
    throw new GoFailure(
      `runtime error: slice bounds out of range [:${end}]${end < 0n ? '' : ` with length ${length}`}`,
    );
  if (start > end) throw new GoFailure(`runtime error: slice bounds out of range [${start}:${end}]`);
  return sliceBytes(text, Number(start), Number(end));
}
