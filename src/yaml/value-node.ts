import type { YamlNode, YamlPair, YamlScalar } from '../core/yaml-node.ts';

/**
 * Makes a node of a plain JavaScript value: strings, numbers, bigints, booleans, null, arrays and objects (undefined
 * properties left out). Strings stay strings whatever they look like. Nodes made here have no place in any text.
 */
export function valueNode(value: unknown): YamlNode {
  if (Array.isArray(value)) return { kind: 'sequence', flow: false, items: value.map(valueNode), start: 0, end: 0 };
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [pairNode(key, item)]));
    return { kind: 'mapping', flow: false, pairs, start: 0, end: 0 };
  }
  return typeof value === 'string' ? stringNode(value) : plainNode(literalText(value));
}

/** A scalar that reads as this string. */
export function stringNode(text: string): YamlScalar {
  return { kind: 'scalar', style: 'double-quoted', text, start: 0, end: 0 };
}

/** A scalar that reads as whatever this text is when unquoted. */
function plainNode(text: string): YamlScalar {
  return { kind: 'scalar', style: 'plain', text, start: 0, end: 0 };
}

/** A pair whose key is this string. */
export function pairNode(key: string, value: unknown): YamlPair {
  return { key: stringNode(key), value: valueNode(value) };
}

function literalText(value: unknown): string {
  if (value === Number.POSITIVE_INFINITY) return '.inf';
  if (value === Number.NEGATIVE_INFINITY) return '-.inf';
  return Number.isNaN(value) ? '.nan' : String(value ?? null);
}
