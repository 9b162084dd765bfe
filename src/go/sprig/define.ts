import type { GoFunction, GoMap, GoValue } from '../template/values.ts';
import { anyType } from '../template/values.ts';

/** Shorthands for the signatures that many functions share. The evaluator has checked the types before they are called. */
const stringType = 'string';
const anyMap = `map[string]${anyType}`;

export function onString(call: (text: string) => GoValue): GoFunction {
  return { parameters: [stringType], call: (text) => call(text as string) };
}

export function onStrings(count: number, call: (...texts: readonly string[]) => GoValue): GoFunction {
  return {
    parameters: Array<string>(count).fill(stringType),
    call: (...texts) => call(...(texts as readonly string[])),
  };
}

/** An `int`, then strings. */
export function onCount(strings: number, call: (count: bigint, ...texts: readonly string[]) => GoValue): GoFunction {
  return {
    parameters: ['int', ...Array<string>(strings).fill(stringType)],
    call: (count, ...texts) => call(count as bigint, ...(texts as readonly string[])),
  };
}

/** Arguments of any type, as many as named. */
export function onAny(count: number, call: (...values: readonly GoValue[]) => GoValue): GoFunction {
  return { parameters: Array<string>(count).fill(anyType), call };
}

/** Arguments of any type: at least this many. */
export function onAll(least: number, call: (...values: readonly GoValue[]) => GoValue): GoFunction {
  return { parameters: Array<string>(least).fill(anyType), rest: anyType, call };
}

/** A `map[string]interface {}` first. */
export function onMap(
  parameters: readonly string[],
  call: (map: GoMap, ...values: readonly GoValue[]) => GoValue,
): GoFunction {
  return { parameters: [anyMap, ...parameters], call: (map, ...values) => call(map as GoMap, ...values) };
}

/** A map first, then any number of strings. */
export function onMapAndNames(call: (map: GoMap, names: readonly string[]) => GoValue): GoFunction {
  return {
    parameters: [anyMap],
    rest: stringType,
    call: (map, ...names) => call(map as GoMap, names as readonly string[]),
  };
}

/** Any number of maps after some strings. */
export function onMaps(
  strings: number,
  call: (texts: readonly string[], maps: readonly GoMap[]) => GoValue,
): GoFunction {
  return {
    parameters: Array<string>(strings).fill(stringType),
    rest: anyMap,
    call: (...values) => call(values.slice(0, strings) as string[], values.slice(strings) as GoMap[]),
  };
}

export type FunctionTable = Readonly<Record<string, GoFunction>>;
