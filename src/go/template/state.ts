import { type Node, type OperandNode, printNode } from './nodes.ts';
import type { Trees } from './parse.ts';
import { quote } from './quote.ts';
import { GoFailure, type GoFunctions, type GoValue } from './values.ts';

/** What to do with a key that a map does not have: print `<no value>`, or fail. */
export type MissingKey = 'default' | 'error';

/**
 * A value and whether Go would hold it in an `interface {}` at this place (an element of a map or list of anything), which messages
 * tell and which turns a nil into an interface that is nil.
 */
export interface Slot {
  readonly value: GoValue;
  readonly any: boolean;
}

/** The state of one execution. `define`d templates run in a copy with variables of their own. */
export interface State {
  /** The name the file was parsed under, for places. */
  readonly fileName: string;
  readonly text: string;
  readonly trees: Trees;
  readonly functions: GoFunctions;
  readonly missingKey: MissingKey;
  readonly output: string[];
  /** Evaluates an operand: `expressions.ts`, handed in because arguments and expressions contain each other. */
  readonly evaluateOperand: (state: State, dot: Slot, node: OperandNode) => Slot;
  /** The template that runs. */
  readonly name: string;
  readonly depth: number;
  /** Work that is left to the whole execution, templates that are called included. */
  readonly budget: { left: number };
  /** Variables in scope, the innermost last. */
  readonly variables: { readonly name: string; slot: Slot }[];
  /** The node being worked on: where an error is said to be. */
  node: Node;
}

/** What an execution may do: a statement is one, a list as many as it has items, a text a sixteenth of its length. */
export const mostWork = 2_000_000;

/**
 * Takes an amount of work off what is left to the execution.
 *
 * @throws {GoFailure} when there is no more: Go would go on for minutes, or until the memory ends.
 */
export function spend(state: State, amount: number): void {
  state.budget.left -= amount;
  if (state.budget.left < 0) failAt(state, 'the template takes too many steps, or makes too much text');
}

/** What it costs to hand a value on. */
export function weightOf(value: GoValue): number {
  if (typeof value === 'string') return value.length / 16;
  return typeof value === 'object' && value !== null && value.kind === 'list' ? value.items.length : 1;
}

export const noValue: Slot = { value: undefined, any: false };

export function slotOf(value: GoValue): Slot {
  return { value, any: value === null };
}

/** Fails as Go's text/template does: `template: FILE:LINE:COLUMN: executing "NAME" at <NODE>: MESSAGE`. */
export function failAt(state: State, message: string): never {
  const { fileName, text, name, node } = state;
  const before = text.slice(0, node.position);
  const line = before.split('\n').length;
  const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1));
  throw new GoFailure(
    `template: ${fileName}:${line}:${column}: executing ${quote(name)} at <${printNode(node)}>: ${message}`,
  );
}
