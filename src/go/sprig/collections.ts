import {
  compareStrings,
  GoFailure,
  type GoList,
  type GoMap,
  type GoValue,
  isComposite,
  listOf,
  mapOf,
  sortedEntries,
  typeName,
} from '../template/values.ts';
import { deepEqual, isEmpty, kindOf, requireList, toInteger, toText, toTexts } from './convert.ts';
import { type FunctionTable, onAll, onAny, onMap, onMapAndNames, onMaps } from './define.ts';

/** The items of the list that a function named so in Go's message works on. */
const itemsFor =
  (verb: string) =>
  (value: GoValue): readonly GoValue[] =>
    requireList(value, (kind) => `Cannot ${verb} type ${kind}`).items;
const includes = (items: readonly GoValue[], value: GoValue): boolean => items.some((item) => deepEqual(value, item));
const nilList: GoList = { ...listOf([]), isNil: true };

/** sprig's functions that choose a value when another is empty. */
const choices: FunctionTable = {
  default: onAll(1, (fallback, ...given) => (isEmpty(given[0]) ? fallback : given[0])),
  empty: onAny(1, isEmpty),
  coalesce: onAll(0, (...values) => values.find((value) => !isEmpty(value)) ?? null),
  ternary: {
    parameters: ['interface {}', 'interface {}', 'bool'],
    call: (yes, no, test) => (test === true ? yes : no),
  },
};

/** sprig's functions on lists. Those that change one return a new one. */
const lists: FunctionTable = {
  list: onAll(0, (...values) => listOf(values)),
  tuple: onAll(0, (...values) => listOf(values)),
  first: onAny(1, (value) => itemsFor('find first on')(value)[0] ?? null),
  last: onAny(1, (value) => itemsFor('find last on')(value).at(-1) ?? null),
  rest: onAny(1, (value) => tailOf(itemsFor('find rest on')(value), 1)),
  initial: onAny(1, (value) => tailOf(itemsFor('find initial on')(value), 0)),
  append: onAny(2, (value, item) => listOf([...itemsFor('push on')(value), item])),
  push: onAny(2, (value, item) => listOf([...itemsFor('push on')(value), item])),
  prepend: onAny(2, (value, item) => listOf([item, ...itemsFor('prepend on')(value)])),
  reverse: onAny(1, (value) => listOf([...itemsFor('find reverse on')(value)].reverse())),
  compact: onAny(1, (value) => listOf(itemsFor('compact on')(value).filter((item) => !isEmpty(item)))),
  uniq: onAny(1, (value) => listOf(unique(itemsFor('find uniq on')(value)))),
  without: onAll(1, (value, ...omitted) =>
    listOf(itemsFor('find without on')(value).filter((item) => !includes(omitted, item))),
  ),
  has: onAny(2, (needle, value) => !isNil(value) && includes(itemsFor('find has on')(value), needle)),
  concat: onAll(0, (...values) => {
    const items = values.flatMap((value) => requireList(value, (kind) => `Cannot concat type ${kind} as list`).items);
    return items.length === 0 ? nilList : listOf(items);
  }),
  slice: onAll(1, sliceList),
  sortAlpha: onAny(1, (value) =>
    listOf([...(isList(value) ? toTexts(value) : [toText(value)])].sort(compareStrings), 'string'),
  ),
};

/** sprig's functions on maps. `set` and `unset` change the map they are given. */
const maps: FunctionTable = {
  dict: onAll(0, (...values) => {
    const keys = values.filter((_, index) => index % 2 === 0);
    return mapOf(
      keys.map((key, index) => [toText(key), 2 * index + 1 < values.length ? (values[2 * index + 1] ?? null) : '']),
    );
  }),
  set: onMap(['string', 'interface {}'], (map, key, value) => {
    if (map.isNil) throw new GoFailure('assignment to entry in nil map');
    map.entries.set(key as string, value ?? null);
    return map;
  }),
  unset: onMap(['string'], (map, key) => {
    map.entries.delete(key as string);
    return map;
  }),
  hasKey: onMap(['string'], (map, key) => map.entries.has(key as string)),
  pluck: onMaps(1, ([key = ''], given) =>
    listOf(given.filter((map) => map.entries.has(key)).map((map) => map.entries.get(key))),
  ),
  keys: onMaps(0, (_, given) =>
    listOf(
      given.flatMap((map) => sortedEntries(map).map(([key]) => key)),
      'string',
    ),
  ),
  values: onMap([], (map) => listOf(sortedEntries(map).map(([, value]) => value))),
  pick: onMapAndNames((map, names) => chosen(map, (key) => names.includes(key))),
  omit: onMapAndNames((map, names) => chosen(map, (key) => !names.includes(key))),
};

/** sprig's questions about types. */
const types: FunctionTable = {
  typeOf: onAny(1, typeName),
  typeIs: { parameters: ['string', 'interface {}'], call: (name, value) => typeName(value) === name },
  typeIsLike: {
    parameters: ['string', 'interface {}'],
    call: (name, value) => typeName(value) === name || `*${name as string}` === typeName(value),
  },
  kindOf: onAny(1, kindOf),
  kindIs: { parameters: ['string', 'interface {}'], call: (name, value) => kindOf(value) === name },
  deepEqual: onAny(2, deepEqual),
};

export const collectionFunctions: FunctionTable = { ...choices, ...lists, ...maps, ...types };

const isNil = (value: GoValue): boolean => value === null || value === undefined;
const isList = (value: GoValue): boolean => isComposite(value) && value.kind === 'list';

/** All items but the first (`skip` 1) or the last (`skip` 0); nil when there are none. */
function tailOf(items: readonly GoValue[], skip: number): GoList {
  return items.length === 0 ? nilList : listOf(items.slice(skip, items.length - 1 + skip));
}

function unique(items: readonly GoValue[]): readonly GoValue[] {
  return items.filter((item, index) => !includes(items.slice(0, index), item));
}

function chosen(map: GoMap, test: (key: string) => boolean): GoMap {
  return mapOf([...map.entries].filter(([key]) => test(key)));
}

function sliceList(value: GoValue, ...indexes: readonly GoValue[]): GoValue {
  const list = requireList(value, (kind) => `list should be type of slice or array but ${kind}`);
  const { length } = list.items;
  if (length === 0) return null;
  const [start, end] = [toInteger(indexes[0] ?? 0n), indexes.length < 2 ? BigInt(length) : toInteger(indexes[1])];
  if (start < 0n || end < start || end > BigInt(length))
    throw new GoFailure('reflect.Value.Slice: slice index out of bounds');
  return { ...list, items: list.items.slice(Number(start), Number(end)) };
}
