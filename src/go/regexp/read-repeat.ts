import { failure } from './errors.ts';
import { type Node, type RepeatNode, repeatsAtMost } from './nodes.ts';
import type { Reader } from './parse.ts';

/** A repetition operator: `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, each with `?` behind it or not. */
export interface Counts {
  readonly least: number;
  readonly most: number | undefined;
  readonly lazy: boolean;
  /** As written, without the `?` that makes it lazy. */
  readonly operator: string;
  readonly length: number;
}

/** Most copies a counted repeat may make, alone or within others. */
const largestCount = 1000;

const simple: Readonly<Record<string, readonly [number, number | undefined]>> = {
  '*': [0, undefined],
  '+': [1, undefined],
  '?': [0, 1],
};

/** The operator at the start of the text; a brace that counts nothing is none. */
export function readCounts(text: string): Counts | undefined {
  const operator = /^(?:[*+?]|\{(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*)?)?\})/.exec(text)?.[0];
  if (operator === undefined) return undefined;
  const lazy = text[operator.length] === '?';
  const length = operator.length + (lazy ? 1 : 0);
  const fixed = simple[operator];
  if (fixed !== undefined) return { least: fixed[0], most: fixed[1], lazy, operator, length };
  const [least = '', most] = operator.slice(1, -1).split(',');
  const upper = most === undefined ? Number(least) : most === '' ? undefined : Number(most);
  return { least: Number(least), most: upper, lazy, operator, length };
}

/**
 * Checks that the operator may stand where it does.
 *
 * @throws {GoFailure}
 */
export function canRepeat(reader: Reader, counts: Counts, hasArgument: boolean): void {
  const { least, most, operator, length } = counts;
  const tooMany = least > largestCount || (most ?? 0) > largestCount;
  if (tooMany || (most !== undefined && most < least)) throw failure('invalid repeat count', operator);
  const end = reader.position + length;
  if (reader.repeated !== undefined) {
    throw failure('invalid nested repetition operator', reader.pattern.slice(reader.repeated, end));
  }
  if (!hasArgument) {
    throw failure('missing argument to repetition operator', reader.pattern.slice(reader.position, end));
  }
}

/**
 * The node under the operator.
 *
 * @throws {GoFailure} when repeats within each other come to too many copies.
 */
export function repeatLast(body: Node, { least, most, lazy, operator, length }: Counts, ungreedy: boolean): RepeatNode {
  const node: RepeatNode = { kind: 'repeat', body, least, most, lazy: lazy !== ungreedy };
  if (!repeatsAtMost(node, largestCount)) {
    throw failure('invalid repeat count', length > operator.length ? `${operator}?` : operator);
  }
  return node;
}
