/**
 * Values as Go sees them. JavaScript's own types stand for the common ones: a string for `string`, a boolean for `bool`, a
 * bigint for `int`, a number for `float64`, null for a nil interface. Undefined is no value at all (an invalid `reflect.Value`),
 * which is what a missing map key gives.
 */
export type GoValue =
  | undefined
  | null
  | string
  | boolean
  | bigint
  | number
  | GoInteger
  | GoList
  | GoMap
  | GoStruct
  | GoObject;

/** An integer of another type than `int`: `int64`, `uint8`, or one with a name of its own, such as `time.Month`. */
export interface GoInteger {
  readonly kind: 'integer';
  readonly type: string;
  readonly value: bigint;
  /** Go's kind of a named type. */
  readonly reflected?: 'int' | 'int64';
  /** What its `String` method gives, if it has one. */
  readonly text?: string;
  readonly methods?: ReadonlyMap<string, GoFunction>;
}

/** A slice. `element` is the static type of its elements. */
export interface GoList {
  readonly kind: 'list';
  readonly element: string;
  readonly items: readonly GoValue[];
  /** A slice that was never made; it prints and compares differently from an empty one. */
  readonly isNil?: true;
}

/** A map from strings. Functions such as `set` change it in place, as in Go. */
export interface GoMap {
  readonly kind: 'map';
  readonly element: string;
  readonly entries: Map<string, GoValue>;
  readonly isNil?: true;
}

/** A struct: exported fields in the order of their declaration. */
export interface GoStruct {
  readonly kind: 'struct';
  /** Its type's name with package, such as `flags.BuildOutput`. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, GoValue>;
  /** What fields are called in JSON, and whether they are left out when empty. */
  readonly json?: ReadonlyMap<string, { readonly name: string; readonly omitEmpty?: boolean }>;
}

/** A value of a type with methods, such as a time. */
export interface GoObject {
  readonly kind: 'object';
  readonly type: string;
  readonly reflected: 'struct' | 'ptr';
  /** How it prints. */
  readonly text: string;
  /** How it is encoded in JSON. */
  readonly json: string;
  readonly methods: ReadonlyMap<string, GoFunction>;
  /** What functions that know the type work on. Objects of one type are equal when all of this is. */
  readonly inner: Readonly<Record<string, unknown>>;
}

/** A function that templates can call: parameter types by Go's names, such as `string`, `int` or `[]interface {}`. */
export interface GoFunction {
  readonly parameters: readonly string[];
  /** Type of each further argument; absent when there are none. */
  readonly rest?: string;
  /** Called with arguments of exactly these types. Throws a {@link GoFailure} where Go returns an error or panics. */
  readonly call: (...values: readonly GoValue[]) => GoValue;
  /** Why templates cannot call it, in Go's words: methods with several results. */
  readonly unusable?: string;
}

export type GoFunctions = ReadonlyMap<string, GoFunction>;

/** What a Go function reports as its error. It never leaves the template's execution. */
export class GoFailure extends Error {
  override readonly name = 'GoFailure';
}

export const anyType = 'interface {}';
/** Parameter type of functions that look at their arguments themselves, and are given even those that are no value. */
export const valueType = 'reflect.Value';

export function listOf(items: readonly GoValue[], element: string = anyType): GoList {
  return { kind: 'list', element, items };
}

export function mapOf(entries: Iterable<readonly [string, GoValue]>, element: string = anyType): GoMap {
  return { kind: 'map', element, entries: new Map(entries) };
}

/** An `int64`, cut to its 64 bits. */
export function int64(value: bigint): GoInteger {
  return { kind: 'integer', type: 'int64', value: BigInt.asIntN(64, value) };
}

/** Whether two objects are of one type and hold the same. */
export function sameObject(left: GoObject, right: GoObject): boolean {
  if (left.type !== right.type) return false;
  return Object.keys({ ...left.inner, ...right.inner }).every((key) => Object.is(left.inner[key], right.inner[key]));
}

/** A `map[string]string`, such as an environment. */
export function stringMap(entries: Readonly<Record<string, string>>): GoMap {
  return mapOf(Object.entries(entries), 'string');
}

export function isComposite(value: GoValue): value is GoInteger | GoList | GoMap | GoStruct | GoObject {
  return typeof value === 'object' && value !== null;
}

/** The name of a value's type, as `%T` prints it; `<nil>` for nil. */
export function typeName(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'object':
      return value === null ? '<nil>' : compositeType(value);
    default:
      return '<nil>';
  }
}

function compositeType(value: GoInteger | GoList | GoMap | GoStruct | GoObject): string {
  if (value.kind === 'list') return `[]${value.element}`;
  if (value.kind === 'map') return `map[string]${value.element}`;
  return value.type;
}

/** Whether nil can be of this type. */
export function canBeNil(type: string): boolean {
  return type === anyType || type === valueType || /^(?:\*|\[\]|map\[)/.test(type);
}

/** The nil of a type that has one. */
export function nilOf(type: string): GoValue {
  if (type === valueType) return undefined;
  if (type.startsWith('[]')) return { kind: 'list', element: type.slice(2), items: [], isNil: true };
  if (type.startsWith('map[string]'))
    return { kind: 'map', element: type.slice('map[string]'.length), entries: new Map(), isNil: true };
  return null;
}

/** The zero of an element type: what indexing a map by an unknown key gives. */
export function zeroOf(type: string): GoValue {
  switch (type) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
      return 0n;
    case 'float64':
      return 0;
    default:
      return nilOf(type);
  }
}

/** The integer behind an `int` or a typed one; undefined for everything else. */
export function integerOf(value: GoValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return isComposite(value) && value.kind === 'integer' ? value.value : undefined;
}

/** Go's idea of truth in `if`, `with`, `and`, `or` and `not`: not empty and not zero. */
export function isTrue(value: GoValue): boolean {
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (!isComposite(value)) return value === true;
  if (value.kind === 'list') return value.items.length > 0;
  if (value.kind === 'map') return value.entries.size > 0;
  return value.kind !== 'integer' || value.value !== 0n;
}

/** Strings by their bytes, as Go compares them: negative, zero or positive. */
export function compareStrings(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** A map's entries in the order Go walks and prints them. */
export function sortedEntries(map: GoMap): (readonly [string, GoValue])[] {
  return [...map.entries].sort(([left], [right]) => compareStrings(left, right));
}

/** Length in bytes, Go's `len` of a string. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Bytes `start` to `end` of a string. Half characters at the ends become U+FFFD. */
export function sliceBytes(text: string, start: number, end: number): string {
  return Buffer.from(text).subarray(start, end).toString();
}

/**
 * Plain data as Go's `encoding/json` would read it into an `interface{}`: numbers are `float64`, objects `map[string]interface {}`.
 * A bigint becomes an `int`.
 */
export function fromPlain(data: unknown): GoValue {
  if (Array.isArray(data)) return listOf(data.map(fromPlain));
  switch (typeof data) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint':
      return data;
    case 'object':
      return data === null ? null : mapOf(Object.entries(data).map(([key, value]) => [key, fromPlain(value)]));
    default:
      return undefined;
  }
}
