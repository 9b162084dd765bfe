import type { YamlScalar } from '../core/yaml-node.ts';
import { resolveNumber } from './number.ts';
import { parseTimestamp } from './timestamp.ts';

/**
 * A scalar's value with its type. `merge` is the key `<<`. `invalid` is a value that its explicit tag does not allow,
 * such as `!!int abc`. Timestamps are in RFC 3339 with as many fraction digits as needed.
 */
export type ScalarValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'timestamp'; readonly value: string }
  | { readonly kind: 'binary'; readonly value: Uint8Array }
  | { readonly kind: 'merge' }
  | { readonly kind: 'invalid'; readonly message: string };

const nullValue: ScalarValue = { kind: 'null' };
const trueValue: ScalarValue = { kind: 'boolean', value: true };
const falseValue: ScalarValue = { kind: 'boolean', value: false };
const infinity: ScalarValue = { kind: 'float', value: Number.POSITIVE_INFINITY };
const minusInfinity: ScalarValue = { kind: 'float', value: Number.NEGATIVE_INFINITY };
const notANumber: ScalarValue = { kind: 'float', value: Number.NaN };

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['true', 'True', 'TRUE'].map((word) => [word, trueValue] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, falseValue] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, nullValue] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, notANumber] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, minusInfinity] as const),
]);

/**
 * Decides a scalar's type as gopkg.in/yaml.v3 does when it decodes into an untyped value: the YAML 1.2 core schema plus
 * 1.1 octals (`0644`), `0b1`, `1_000` and timestamps; `yes`, `on` and their kin are strings.
 */
export function resolveScalar(node: YamlScalar): ScalarValue {
  const { tag, text } = node;
  if (tag === undefined || tag === '!') {
    if (node.style !== 'plain') return { kind: 'string', value: text };
    return resolvePlain(text);
  }
  return resolveTagged(tag, text);
}

/** The value of an untagged plain scalar. */
export function resolvePlain(text: string): ScalarValue {
  if (text === '<<') return { kind: 'merge' };
  return resolveUntagged(text, true);
}

/** Whether this is the key that merges another mapping's pairs into its own. */
export function isMergeKey(node: YamlScalar): boolean {
  return node.text === '<<' && (node.tag === `${prefix}merge` || (node.style === 'plain' && (node.tag ?? '!') === '!'));
}

/** Whether an untagged plain scalar of this text is a string for certain: its first character can begin nothing else. */
export function isCertainlyString(text: string): boolean {
  const first = text.charCodeAt(0);
  return !(first >= 0x30 && first <= 0x39) && !mayBeSpecial(first) && first !== 0x3c;
}

const prefix = 'tag:yaml.org,2002:';

function resolveTagged(tag: string, text: string): ScalarValue {
  switch (tag) {
    case `${prefix}str`:
      return { kind: 'string', value: text };
    case `${prefix}binary`:
      return decodeBase64(text);
    case `${prefix}merge`:
      return text === '<<' ? { kind: 'merge' } : { kind: 'string', value: text };
    case `${prefix}bool`:
      return expectKind('boolean', text, resolveUntagged(text, false));
    case `${prefix}int`:
      return expectKind('integer', text, resolveUntagged(text, false));
    case `${prefix}null`:
      return expectKind('null', text, resolveUntagged(text, false));
    case `${prefix}timestamp`:
      return expectKind('timestamp', text, resolveUntagged(text, true));
    case `${prefix}float`:
      return expectKind('float', text, integerAsFloat(resolveUntagged(text, false)));
    default:
      return { kind: 'string', value: text };
  }
}

function resolveUntagged(text: string, timestamps: boolean): ScalarValue {
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return resolveDigits(text, timestamps);
  if (!mayBeSpecial(first)) return { kind: 'string', value: text };
  return words.get(text) ?? resolveNumber(text) ?? { kind: 'string', value: text };
}

function resolveDigits(text: string, timestamps: boolean): ScalarValue {
  const timestamp = timestamps ? parseTimestamp(text) : undefined;
  if (timestamp !== undefined) return { kind: 'timestamp', value: timestamp };
  return resolveNumber(text) ?? { kind: 'string', value: text };
}

const specialFirst = new Set([...'~nNtTfF.+-'].map((character) => character.charCodeAt(0)));

/** Only these first characters, digits and the empty text can be anything but a string. */
function mayBeSpecial(first: number): boolean {
  return Number.isNaN(first) || specialFirst.has(first);
}

function integerAsFloat(value: ScalarValue): ScalarValue {
  return value.kind === 'integer' ? { kind: 'float', value: Number(value.value) } : value;
}

function expectKind(kind: ScalarValue['kind'], text: string, value: ScalarValue): ScalarValue {
  return value.kind === kind ? value : { kind: 'invalid', message: `"${text}" is not a YAML ${kind}` };
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Line breaks inside are fine, other blanks are not. */
function decodeBase64(text: string): ScalarValue {
  const compact = text.replace(/[\r\n]/g, '');
  if (!base64.test(compact)) return { kind: 'invalid', message: 'A !!binary value is not base64' };
  return { kind: 'binary', value: Buffer.from(compact, 'base64') };
}
