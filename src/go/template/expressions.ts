import { constantOf } from './arguments.ts';
import { type CallArguments, callFunction, noArguments } from './call.ts';
import { evaluateFields } from './fields.ts';
import type { CommandNode, OperandNode, PipeNode, VariableNode } from './nodes.ts';
import { printNode } from './nodes.ts';
import { failAt, type Slot, type State, slotOf } from './state.ts';
import type { GoValue } from './values.ts';

/**
 * Evaluates a pipe and declares or sets its variables.
 *
 * @throws {GoFailure}
 */
export function evaluatePipe(state: State, dot: Slot, pipe: PipeNode): Slot {
  state.node = pipe;
  let slot: Slot | undefined;
  for (const command of pipe.commands) slot = unwrap(evaluateCommand(state, dot, command, slot));
  const result = slot ?? slotOf(undefined);
  for (const variable of pipe.variables) {
    const name = variable.path[0] ?? '';
    if (pipe.assigns) setVariable(state, name, result);
    else state.variables.push({ name, slot: result });
  }
  return result;
}

/** What an interface holds; of a nil one nothing. */
function unwrap({ value }: Slot): Slot {
  return { value: value === null ? undefined : value, any: false };
}

function setVariable(state: State, name: string, slot: Slot): void {
  const known = state.variables.findLast((variable) => variable.name === name);
  if (known === undefined) failAt(state, `undefined variable: ${name}`);
  else known.slot = slot;
}

function evaluateCommand(state: State, dot: Slot, command: CommandNode, final: Slot | undefined): Slot {
  const { operands } = command;
  const [first] = operands;
  if (first === undefined) return failAt(state, 'empty command');
  const given: CallArguments = { operands, final };
  switch (first.kind) {
    case 'field':
    case 'chain':
    case 'variable':
    case 'identifier':
      return evaluateCallable(state, dot, first, given, command);
    case 'pipe':
      refuseArguments(state, given);
      return evaluatePipe(state, dot, first);
    default:
      state.node = first;
      refuseArguments(state, given);
      if (first.kind === 'dot') return dot;
      if (first.kind === 'nil') return failAt(state, 'nil is not a command');
      return slotOf(constantOf(state, first));
  }
}

/** Operands that may take arguments; `command` is what an error in a function call points to. */
function evaluateCallable(
  state: State,
  dot: Slot,
  node: Extract<OperandNode, { kind: 'field' | 'chain' | 'variable' | 'identifier' }>,
  given: CallArguments,
  command: CommandNode | OperandNode,
): Slot {
  state.node = node;
  switch (node.kind) {
    case 'field':
      return evaluateFields(state, dot, { receiver: dot, node, path: node.path, given });
    case 'chain':
      return evaluateFields(state, dot, { receiver: chainReceiver(state, dot, node.of), node, path: node.path, given });
    case 'variable':
      return evaluateVariable(state, dot, node, given);
    default: {
      const called = state.functions.get(node.name);
      if (called === undefined) return failAt(state, `"${node.name}" is not a defined function`);
      return callFunction(state, dot, { name: node.name, called, node: command, given });
    }
  }
}

function chainReceiver(state: State, dot: Slot, of: OperandNode): Slot {
  if (of.kind === 'pipe') return evaluatePipe(state, dot, of);
  if (of.kind === 'identifier') return evaluateCallable(state, dot, of, noArguments, of);
  return failAt(state, `indirection through explicit nil in ${printNode(of)}`);
}

function evaluateVariable(state: State, dot: Slot, node: VariableNode, given: CallArguments): Slot {
  const [name = '', ...path] = node.path;
  const slot = state.variables.findLast((variable) => variable.name === name)?.slot;
  if (slot === undefined) return failAt(state, `undefined variable: ${name}`);
  if (path.length > 0) return evaluateFields(state, dot, { receiver: slot, node, path, given });
  refuseArguments(state, given);
  return slot;
}

function refuseArguments(state: State, { operands, final }: CallArguments): void {
  const [first] = operands;
  if (first !== undefined && (operands.length > 1 || final !== undefined)) {
    failAt(state, `can't give argument to non-function ${printNode(first)}`);
  }
}

/** The value of an operand that stands for an argument of any type. */
export function evaluateOperand(state: State, dot: Slot, node: OperandNode): Slot {
  state.node = node;
  switch (node.kind) {
    case 'dot':
      return dot;
    case 'pipe':
      return evaluatePipe(state, dot, node);
    case 'field':
    case 'chain':
    case 'variable':
    case 'identifier':
      return evaluateCallable(state, dot, node, noArguments, node);
    default:
      return slotOf(constantOf(state, node) as GoValue);
  }
}
