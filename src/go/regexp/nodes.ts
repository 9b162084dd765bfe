import type { CharacterSet } from './classes.ts';

/** A place in the text rather than a character of it. */
export type Assertion =
  | 'start of text'
  | 'end of text'
  | 'start of line'
  | 'end of line'
  | 'word boundary'
  | 'no word boundary';

/** A part of a regular expression. */
export type Node =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'concatenation'; readonly parts: readonly Node[] }
  | { readonly kind: 'alternation'; readonly branches: readonly Node[] }
  /** `index` is undefined for a group that captures nothing. */
  | { readonly kind: 'group'; readonly index: number | undefined; readonly body: Node }
  | RepeatNode;

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly body: Node;
  readonly least: number;
  /** Undefined: any number of times. */
  readonly most: number | undefined;
  readonly lazy: boolean;
}

/** Whether it can match without taking a character. */
export function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'character':
    case 'set':
      return false;
    case 'assertion':
      return true;
    case 'concatenation':
      return node.parts.every(canBeEmpty);
    case 'alternation':
      return node.branches.some(canBeEmpty);
    case 'group':
      return canBeEmpty(node.body);
    default:
      return node.least === 0 || canBeEmpty(node.body);
  }
}

/** Whether counted repeats within each other come to no more than `limit` copies, Go's guard against huge expressions. */
export function repeatsAtMost(node: Node, limit: number): boolean {
  switch (node.kind) {
    case 'concatenation':
      return node.parts.every((part) => repeatsAtMost(part, limit));
    case 'alternation':
      return node.branches.every((branch) => repeatsAtMost(branch, limit));
    case 'group':
      return repeatsAtMost(node.body, limit);
    case 'repeat': {
      const count = Math.max(node.most ?? node.least, 1);
      return node.most === 0 || (count <= limit && repeatsAtMost(node.body, Math.floor(limit / count)));
    }
    default:
      return true;
  }
}
