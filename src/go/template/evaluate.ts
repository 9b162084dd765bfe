import { evaluatePipe } from './expressions.ts';
import { sprint } from './format.ts';
import type { BranchNode, ListNode, StatementNode, TemplateNode } from './nodes.ts';
import { quote } from './quote.ts';
import { failAt, noValue, type Slot, type State, spend, weightOf } from './state.ts';
import { anyType, type GoValue, integerOf, isComposite, isTrue, sortedEntries } from './values.ts';

/** How a list of statements ended before its end. */
type Jump = 'break' | 'continue' | undefined;

/** Deepest nesting of templates that call each other. Go allows 100,000; nobody needs more than this. */
const deepest = 1000;

/**
 * Runs the statements of a template with this dot.
 *
 * @throws {GoFailure} in Go's words.
 */
export function runList(state: State, dot: Slot, list: ListNode): Jump {
  state.node = list;
  for (const node of list.nodes) {
    const jump = runStatement(state, dot, node);
    if (jump !== undefined) return jump;
  }
  return undefined;
}

function runStatement(state: State, dot: Slot, node: StatementNode): Jump {
  state.node = node;
  spend(state, 1);
  switch (node.kind) {
    case 'text':
      spend(state, weightOf(node.text));
      state.output.push(node.text);
      return undefined;
    case 'action': {
      const { value } = evaluatePipe(state, dot, node.pipe);
      if (node.pipe.variables.length === 0) {
        const text = value === undefined ? '<no value>' : sprint([value]);
        spend(state, weightOf(text));
        state.output.push(text);
      }
      return undefined;
    }
    case 'if':
    case 'with':
      return runCondition(state, dot, node);
    case 'range':
      runRange(state, dot, node);
      return undefined;
    case 'template':
      runTemplate(state, dot, node);
      return undefined;
    default:
      return node.kind;
  }
}

function runCondition(state: State, dot: Slot, node: BranchNode): Jump {
  const outer = state.variables.length;
  const slot = evaluatePipe(state, dot, node.pipe);
  let jump: Jump;
  if (isTrue(slot.value)) jump = runList(state, node.kind === 'with' ? slot : dot, node.body);
  else if (node.otherwise !== undefined) jump = runList(state, dot, node.otherwise);
  state.variables.length = outer;
  return jump;
}

function runRange(state: State, dot: Slot, node: BranchNode): void {
  const outer = state.variables.length;
  const { value } = evaluatePipe(state, dot, node.pipe);
  const items = itemsOf(state, value, node);
  const inner = state.variables.length;
  for (const [index, item] of items) {
    setRangeVariables(state, node, index, item);
    spend(state, 1);
    const jump = runList(state, item, node.body);
    state.variables.length = inner;
    if (jump === 'break') break;
  }
  if (items.length === 0 && node.otherwise !== undefined) runList(state, dot, node.otherwise);
  state.variables.length = outer;
}

/** Index (or key) and value of each round. */
function itemsOf(state: State, value: GoValue, node: BranchNode): readonly (readonly [GoValue, Slot])[] {
  if (value === null || value === undefined) return [];
  if (isComposite(value) && value.kind === 'list') {
    return value.items.map((item, index) => [BigInt(index), { value: item, any: value.element === anyType }]);
  }
  if (isComposite(value) && value.kind === 'map') {
    return sortedEntries(value).map(([key, item]) => [key, { value: item, any: value.element === anyType }]);
  }
  const count = integerOf(value);
  if (count === undefined) return failAt(state, `range can't iterate over ${sprint([value])}`);
  if (node.pipe.variables.length > 1) failAt(state, `can't use ${count} to iterate over more than one variable`);
  spend(state, Math.max(Number(count), 0));
  return Array.from({ length: Math.max(Number(count), 0) }, (_, index) => [
    undefined,
    { value: BigInt(index), any: false },
  ]);
}

/** `range $item :=` and `range $index, $item :=`; with `=` they are variables from outside. */
function setRangeVariables(state: State, { pipe }: BranchNode, index: GoValue, item: Slot): void {
  const values = pipe.variables.length > 1 ? [{ value: index, any: false }, item] : [item];
  for (const [offset, variable] of pipe.variables.entries()) {
    const slot = values[offset] ?? noValue;
    const name = variable.path[0] ?? '';
    const known = pipe.assigns
      ? state.variables.findLast((candidate) => candidate.name === name)
      : state.variables[state.variables.length - pipe.variables.length + offset];
    if (known !== undefined) known.slot = slot;
  }
}

function runTemplate(state: State, dot: Slot, node: TemplateNode): void {
  const tree = state.trees.get(node.name);
  if (tree === undefined) failAt(state, `template ${quote(node.name)} not defined`);
  if (state.depth === deepest) failAt(state, `exceeded maximum template depth (${deepest})`);
  const given = node.pipe === undefined ? noValue : evaluatePipe(state, dot, node.pipe);
  runList({ ...state, name: node.name, depth: state.depth + 1, variables: [{ name: '$', slot: given }] }, given, tree);
}
