import { type CallArguments, callFunction, noArguments } from './call.ts';
import type { OperandNode } from './nodes.ts';
import { quote } from './quote.ts';
import { failAt, noValue, type Slot, type State } from './state.ts';
import { anyType, type GoInteger, type GoMap, type GoObject, type GoStruct, isComposite, typeName } from './values.ts';

/** `.A.B ARGUMENTS` on some value; only the last name gets the arguments. */
export interface FieldAccess {
  readonly receiver: Slot;
  readonly node: OperandNode;
  readonly path: readonly string[];
  readonly given: CallArguments;
}

/** Follows a path of fields, map keys and methods. */
export function evaluateFields(state: State, dot: Slot, { receiver, node, path, given }: FieldAccess): Slot {
  return path.reduce<Slot>((slot, name, index) => {
    return evaluateField(state, dot, slot, name, { node, given: index === path.length - 1 ? given : noArguments });
  }, receiver);
}

type Access = Pick<FieldAccess, 'node' | 'given'>;

function evaluateField(state: State, dot: Slot, receiver: Slot, name: string, access: Access): Slot {
  const { value } = receiver;
  const type = receiver.any ? anyType : typeName(value);
  if (value === undefined) {
    if (state.missingKey === 'error') failAt(state, `nil data; no entry for key ${quote(name)}`);
    return noValue;
  }
  if (value === null) return failAt(state, `nil pointer evaluating ${anyType}.${name}`);
  if (isComposite(value)) {
    if (value.kind === 'map') return readKey(state, value, name, access);
    const found = value.kind === 'struct' ? readStruct(state, value, name, access) : undefined;
    const hasMethods = value.kind === 'object' || value.kind === 'integer';
    const result = found ?? (hasMethods ? callMethod(state, dot, value, name, access) : undefined);
    if (result !== undefined) return result;
  }
  return failAt(state, `can't evaluate field ${name} in type ${type}`);
}

const hasArguments = ({ given: { operands, final } }: Access): boolean => operands.length > 1 || final !== undefined;

function readKey(state: State, map: GoMap, name: string, access: Access): Slot {
  if (hasArguments(access)) failAt(state, `${name} is not a method but has arguments`);
  if (map.entries.has(name)) return { value: map.entries.get(name), any: map.element === anyType };
  if (state.missingKey === 'error') failAt(state, `map has no entry for key ${quote(name)}`);
  return noValue;
}

function readStruct(state: State, struct: GoStruct, name: string, access: Access): Slot | undefined {
  if (!struct.fields.has(name)) return undefined;
  if (hasArguments(access)) failAt(state, `${name} has arguments but cannot be invoked as function`);
  return { value: struct.fields.get(name), any: false };
}

function callMethod(
  state: State,
  dot: Slot,
  { methods }: GoObject | GoInteger,
  name: string,
  { node, given }: Access,
): Slot | undefined {
  const called = methods?.get(name);
  if (called === undefined) return undefined;
  if (called.unusable !== undefined) failAt(state, called.unusable);
  return callFunction(state, dot, { name, called, node, given });
}
