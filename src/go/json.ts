import { formatFloat } from './template/float-format.ts';
import { GoFailure, type GoStruct, type GoValue, isComposite, sortedEntries } from './template/values.ts';

export interface JsonOptions {
  /** Whether `<`, `>` and `&` are written as escapes, as Go does unless told otherwise. */
  readonly escapeHtml: boolean;
  /** Blanks for each level of an indented form; compact without. */
  readonly indent?: string;
}

/**
 * Encodes a value as Go's `encoding/json` does: keys of maps sorted, fields of structs in order, U+2028 and U+2029 escaped.
 *
 * @throws {GoFailure} for infinities and NaN.
 */
export function encodeJson(value: GoValue, options: JsonOptions): string {
  return encode(value, options, '\n');
}

function encode(value: GoValue, options: JsonOptions, newline: string): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value, options.escapeHtml);
    case 'number':
      return encodeNumber(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return isComposite(value) ? encodeComposite(value, options, newline) : 'null';
  }
}

function encodeComposite(value: Extract<GoValue, { kind: string }>, options: JsonOptions, newline: string): string {
  const inner = newline + (options.indent ?? '');
  const item = (element: GoValue): string => encode(element, options, inner);
  const colon = options.indent === undefined ? ':' : ': ';
  const entry = ([key, element]: readonly [string, GoValue]): string =>
    encodeString(key, options.escapeHtml) + colon + item(element);
  switch (value.kind) {
    case 'integer':
      return String(value.value);
    case 'list':
      return value.isNil ? 'null' : wrap('[', value.items.map(item), ']', { options, newline });
    case 'map':
      return value.isNil ? 'null' : wrap('{', sortedEntries(value).map(entry), '}', { options, newline });
    case 'struct':
      return wrap('{', structEntries(value).map(entry), '}', { options, newline });
    default:
      return value.json;
  }
}

function structEntries({ fields, json }: GoStruct): (readonly [string, GoValue])[] {
  return [...fields].flatMap(([name, value]) => {
    const rule = json?.get(name);
    return rule?.omitEmpty && value === '' ? [] : [[rule?.name ?? name, value] as const];
  });
}

function wrap(
  open: string,
  parts: readonly string[],
  close: string,
  { options, newline }: { options: JsonOptions; newline: string },
): string {
  if (parts.length === 0 || options.indent === undefined) return open + parts.join(',') + close;
  const inner = newline + options.indent;
  return open + inner + parts.join(`,${inner}`) + newline + close;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new GoFailure(`json: unsupported value: ${formatFloat(value, 'g', undefined)}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

function encodeString(text: string, escapeHtml: boolean): string {
  const plain = JSON.stringify(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
  const special = escapeHtml ? /[<>&\u2028\u2029]/g : /[\u2028\u2029]/g;
  return plain.replace(special, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
