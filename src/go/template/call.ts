import { evaluateArgument, validate } from './arguments.ts';
import { builtins } from './builtins.ts';
import { type CommandNode, type OperandNode, printNode } from './nodes.ts';
import { failAt, noValue, type Slot, type State, slotOf, spend, weightOf } from './state.ts';
import { GoFailure, type GoFunction, type GoValue, isTrue, typeName, valueType } from './values.ts';

/** Arguments of a command, its first word included, and what a pipe hands over as the last one. */
export interface CallArguments {
  readonly operands: readonly OperandNode[];
  /** Undefined at the start of a pipe. */
  readonly final: Slot | undefined;
}

export const noArguments: CallArguments = { operands: [], final: undefined };

/** A function call; `node` is where its own errors are said to be. */
export interface Call {
  readonly name: string;
  readonly called: GoFunction;
  readonly node: CommandNode | OperandNode;
  readonly given: CallArguments;
}

/** Calls a function with the operands after its name and the value piped to it, each checked against its parameter. */
export function callFunction(state: State, dot: Slot, call: Call): Slot {
  const { name, called, given } = call;
  const operands = given.operands.slice(1);
  checkCount(state, call, operands.length);
  const isBuiltin = builtins.get(name) === called;
  if (isBuiltin && (name === 'and' || name === 'or')) return chooseOperand(state, dot, operands, given.final, name);
  const values = operands.map(
    (operand, index) => evaluateArgument(state, dot, parameterType(called, index), operand).value,
  );
  if (given.final !== undefined)
    values.push(validate(state, given.final, parameterType(called, operands.length)).value);
  try {
    if (isBuiltin && name === 'call') return callValue(operands[0], values);
    for (const value of values) spend(state, weightOf(value));
    const result = called.call(...values);
    spend(state, weightOf(result));
    return slotOf(result);
  } catch (error) {
    if (!(error instanceof GoFailure)) throw error;
    state.node = call.node;
    return failAt(state, `error calling ${name}: ${error.message}`);
  }
}

function parameterType({ parameters, rest = valueType }: GoFunction, index: number): string {
  return parameters[index] ?? rest;
}

function checkCount(state: State, { name, called, given }: Call, operands: number): void {
  const count = operands + (given.final === undefined ? 0 : 1);
  const wanted = called.parameters.length;
  if (called.rest !== undefined) {
    if (count < wanted) failAt(state, `wrong number of args for ${name}: want at least ${wanted} got ${operands}`);
  } else if (count !== wanted) failAt(state, `wrong number of args for ${name}: want ${wanted} got ${count}`);
}

/** `and` and `or`: the first operand that decides; those after it are not evaluated. */
function chooseOperand(
  state: State,
  dot: Slot,
  operands: readonly OperandNode[],
  final: Slot | undefined,
  name: 'and' | 'or',
): Slot {
  let slot = noValue;
  for (const operand of operands) {
    slot = evaluateArgument(state, dot, valueType, operand);
    if (isTrue(slot.value) === (name === 'or')) return slot;
  }
  return final ?? slot;
}

/** `call`: nothing that templates are given is a function, so it can only fail. */
function callValue(operand: OperandNode | undefined, values: readonly GoValue[]): never {
  const [callee] = values;
  if (callee === null || callee === undefined) throw new GoFailure('call of nil');
  const name =
    operand === undefined ? (typeof callee === 'string' ? callee : `<${typeName(callee)} Value>`) : printNode(operand);
  throw new GoFailure(`non-function ${name} of type ${typeName(callee)}`);
}
