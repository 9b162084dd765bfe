import { type NumberNode, type OperandNode, printNode } from './nodes.ts';
import { failAt, type Slot, type State, slotOf } from './state.ts';
import { anyType, canBeNil, type GoValue, int64, nilOf, typeName, valueType } from './values.ts';

/** The value of an operand as an argument of this type. */
export function evaluateArgument(state: State, dot: Slot, type: string, node: OperandNode): Slot {
  state.node = node;
  switch (node.kind) {
    case 'nil':
      if (!canBeNil(type)) failAt(state, `cannot assign nil to ${type}`);
      return slotOf(nilOf(type));
    case 'bool':
    case 'number':
    case 'string':
      return slotOf(constantAs(state, type, node));
    default:
      return validate(state, state.evaluateOperand(state, dot, node), type);
  }
}

/** The value, if a parameter of this type takes it; nil's type is that of the parameter. */
export function validate(state: State, slot: Slot, type: string): Slot {
  const { value } = slot;
  if (value === undefined) {
    if (!canBeNil(type)) failAt(state, `invalid value; expected ${type}`);
    return slotOf(nilOf(type));
  }
  if (type === valueType || type === anyType || typeName(value) === type) return slot;
  return failAt(state, `wrong type for value; expected ${type}; got ${value === null ? anyType : typeName(value)}`);
}

type Constant = Extract<OperandNode, { kind: 'bool' | 'number' | 'string' }>;

/** A constant where a type asks for it: `1` may be a float, `1.0` an integer. */
function constantAs(state: State, type: string, node: Constant): GoValue {
  switch (type) {
    case anyType:
    case valueType:
      return constantOf(state, node);
    case 'bool':
      return node.kind === 'bool' ? node.value : failAt(state, `expected bool; found ${printNode(node)}`);
    case 'string':
      return node.kind === 'string' ? node.text : failAt(state, `expected string; found ${printNode(node)}`);
    case 'float64':
      return node.kind === 'number' ? node.float : failAt(state, `expected float; found ${printNode(node)}`);
    case 'int':
    case 'int64':
    case 'time.Duration': {
      const integer = node.kind === 'number' ? node.integer : undefined;
      if (integer === undefined) return failAt(state, `expected integer; found ${printNode(node)}`);
      return type === 'int' ? integer : { ...int64(integer), type };
    }
    case 'uint32': {
      const unsigned = node.kind === 'number' ? node.unsigned : undefined;
      if (unsigned === undefined) return failAt(state, `expected unsigned integer; found ${printNode(node)}`);
      return { kind: 'integer', type, value: BigInt.asUintN(32, unsigned) };
    }
    default:
      return failAt(state, `can't handle ${printNode(node)} for arg of type ${type}`);
  }
}

/** A constant by itself: whole numbers are `int`, those written with a point or exponent `float64`. */
export function constantOf(state: State, node: OperandNode): GoValue {
  state.node = node;
  switch (node.kind) {
    case 'bool':
      return node.value;
    case 'string':
      return node.text;
    case 'number':
      return numberOf(state, node);
    default:
      return failAt(state, `can't evaluate command "${printNode(node)}"`);
  }
}

function numberOf(state: State, node: NumberNode): GoValue {
  const isFraction = /[.eEpP]/.test(node.text) && !/^0[xX][^pP]*$/.test(node.text) && !node.text.startsWith("'");
  if (isFraction) return node.float;
  return node.integer ?? failAt(state, `${node.text} overflows int`);
}
