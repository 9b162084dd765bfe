import { equalsAny, isLess } from './compare.ts';
import { sprint, sprintln } from './format.ts';
import { sprintf } from './printf.ts';
import { isPrintable } from './quote.ts';
import {
  anyType,
  byteLength,
  GoFailure,
  type GoFunction,
  type GoFunctions,
  type GoList,
  type GoValue,
  integerOf,
  isComposite,
  isTrue,
  sliceBytes,
  typeName,
  valueType,
  zeroOf,
} from './values.ts';

const compare = (test: (left: GoValue, right: GoValue) => boolean): GoFunction => ({
  parameters: [valueType, valueType],
  call: (left, right) => test(left, right),
});
const printer = (print: (values: readonly GoValue[]) => string): GoFunction => ({
  parameters: [],
  rest: anyType,
  call: (...values) => print(values),
});
const isLessOrEqual = (left: GoValue, right: GoValue): boolean => isLess(left, right) || equalsAny(left, [right]);

/** The functions every template has. `and`, `or` and `call` are here for their parameters; the evaluator runs them itself. */
export const builtins: GoFunctions = new Map<string, GoFunction>([
  ['and', { parameters: [valueType], rest: valueType, call: (value) => value }],
  ['or', { parameters: [valueType], rest: valueType, call: (value) => value }],
  ['call', { parameters: [valueType], rest: valueType, call: callNothing }],
  ['not', { parameters: [valueType], call: (value) => !isTrue(value) }],
  ['html', printer((values) => escapeHtml(joinArguments(values)))],
  ['js', printer((values) => escapeJavaScript(joinArguments(values)))],
  ['urlquery', printer((values) => escapeQuery(joinArguments(values)))],
  ['index', { parameters: [valueType], rest: valueType, call: index }],
  ['slice', { parameters: [valueType], rest: valueType, call: slice }],
  ['len', { parameters: [valueType], call: length }],
  ['print', printer(sprint)],
  ['println', printer(sprintln)],
  ['printf', { parameters: ['string'], rest: anyType, call: (format, ...values) => sprintf(format as string, values) }],
  ['eq', { parameters: [valueType], rest: valueType, call: (first, ...others) => equalsAny(first, others) }],
  ['ne', compare((left, right) => !equalsAny(left, [right]))],
  ['lt', compare(isLess)],
  ['le', compare(isLessOrEqual)],
  ['gt', compare((left, right) => !isLessOrEqual(left, right))],
  ['ge', compare((left, right) => !isLess(left, right))],
]);

/** No value here is a function. */
function callNothing(callee: GoValue): never {
  if (callee === null || callee === undefined) throw new GoFailure('call of nil');
  throw new GoFailure(`non-function of type ${typeName(callee)}`);
}

function index(item: GoValue, ...indexes: readonly GoValue[]): GoValue {
  if (item === null || item === undefined) throw new GoFailure('index of untyped nil');
  return indexes.reduce<GoValue>(indexOnce, item);
}

function indexOnce(item: GoValue, key: GoValue): GoValue {
  if (item === null || item === undefined) throw new GoFailure('index of nil pointer');
  if (typeof item === 'string') {
    const value = Buffer.from(item)[position(key, byteLength(item))];
    if (value === undefined) throw new GoFailure('reflect: string index out of range');
    return { kind: 'integer', type: 'uint8', value: BigInt(value) };
  }
  if (isComposite(item) && item.kind === 'list') {
    const at = position(key, item.items.length);
    if (at >= item.items.length) throw new GoFailure('reflect: slice index out of range');
    return item.items[at];
  }
  if (!isComposite(item) || item.kind !== 'map') throw new GoFailure(`can't index item of type ${typeName(item)}`);
  if (key === null || key === undefined) throw new GoFailure('value is nil; should be of type string');
  if (typeof key !== 'string') throw new GoFailure(`value has type ${typeName(key)}; should be string`);
  return item.entries.has(key) ? item.entries.get(key) : zeroOf(item.element);
}

/** An index as a number from 0 to `limit`. */
function position(key: GoValue, limit: number): number {
  if (key === null || key === undefined) throw new GoFailure('cannot index slice/array with nil');
  const at = integerOf(key);
  if (at === undefined) throw new GoFailure(`cannot index slice/array with type ${typeName(key)}`);
  if (at < 0n || at > BigInt(limit)) throw new GoFailure(`index out of range: ${at}`);
  return Number(at);
}

function slice(item: GoValue, ...indexes: readonly GoValue[]): GoValue {
  if (item === null || item === undefined) throw new GoFailure('slice of untyped nil');
  if (indexes.length > 3) throw new GoFailure(`too many slice indexes: ${indexes.length}`);
  const list = isComposite(item) && item.kind === 'list' ? item : undefined;
  if (typeof item === 'string' && indexes.length === 3) throw new GoFailure('cannot 3-index slice a string');
  if (typeof item !== 'string' && list === undefined) throw new GoFailure(`can't slice item of type ${typeName(item)}`);
  const limit = typeof item === 'string' ? byteLength(item) : (list?.items.length ?? 0);
  const [start = 0, end = limit, capacity = limit] = indexes.map((key) => position(key, limit));
  if (start > end) throw new GoFailure(`invalid slice index: ${start} > ${end}`);
  if (end > capacity) throw new GoFailure(`invalid slice index: ${end} > ${capacity}`);
  return typeof item === 'string'
    ? sliceBytes(item, start, end)
    : { ...(list as GoList), items: (list?.items ?? []).slice(start, end) };
}

function length(item: GoValue): GoValue {
  if (typeof item === 'string') return BigInt(byteLength(item));
  if (isComposite(item) && item.kind === 'list') return BigInt(item.items.length);
  if (isComposite(item) && item.kind === 'map') return BigInt(item.entries.size);
  if (item === null) throw new GoFailure('len of nil pointer');
  if (item === undefined) throw new GoFailure('reflect: call of reflect.Value.Type on zero Value');
  throw new GoFailure(`len of type ${typeName(item)}`);
}

/** The one text that `html`, `js` and `urlquery` escape. */
function joinArguments(values: readonly GoValue[]): string {
  const [first] = values;
  if (values.length === 1 && typeof first === 'string') return first;
  return sprint(values.map((value) => value ?? '<no value>'));
}

const htmlNames: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlNames[character] ?? character);
}

function escapeJavaScript(text: string): string {
  return text.replace(/[\\'"<>&=\x00-\x1f]|[^\x00-\x7f]/gu, (character) => {
    if (/[\\'"]/.test(character)) return `\\${character}`;
    if (character > '\x7f' && isPrintable(character)) return character;
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** Go's `url.QueryEscape`. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
