import type { CharacterSet } from './classes.ts';
import { failure } from './errors.ts';
import { type Assertion, canBeEmpty, type Node, type RepeatNode } from './nodes.ts';
import { parseRegexp } from './parse.ts';

/** A step of a program. Those that take a character or hold go on with the next one. */
export type Instruction =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** Notes the position: where a group starts (even slots) or ends. */
  | { readonly kind: 'save'; readonly slot: number }
  /** Goes on at both places; the first is preferred. */
  | { readonly kind: 'fork'; first: number; second: number }
  | { readonly kind: 'jump'; target: number }
  | { readonly kind: 'match' };

export interface Program {
  readonly pattern: string;
  readonly instructions: readonly Instruction[];
  /** Name of each group; the first is the whole match. */
  readonly names: readonly string[];
}

/** Most instructions of a program: beyond it even one pass over a text takes too long. */
const mostInstructions = 200_000;

/**
 * Compiles a regular expression of Go into a program for `run.ts`.
 *
 * @throws {GoFailure} `error parsing regexp: …` in Go's words.
 */
export function compileProgram(pattern: string): Program {
  const { node, names } = parseRegexp(pattern);
  const instructions: Instruction[] = [];
  emit({ pattern, instructions }, { kind: 'group', index: 0, body: node });
  instructions.push({ kind: 'match' });
  return { pattern, instructions, names };
}

interface Output {
  readonly pattern: string;
  readonly instructions: Instruction[];
}

function emit(output: Output, node: Node): void {
  const { instructions } = output;
  if (instructions.length > mostInstructions) throw failure('expression too large', output.pattern);
  switch (node.kind) {
    case 'concatenation':
      for (const part of node.parts) emit(output, part);
      break;
    case 'alternation':
      emitBranches(output, node.branches);
      break;
    case 'group':
      if (node.index !== undefined) instructions.push({ kind: 'save', slot: 2 * node.index });
      emit(output, node.body);
      if (node.index !== undefined) instructions.push({ kind: 'save', slot: 2 * node.index + 1 });
      break;
    case 'repeat':
      emitRepeat(output, node);
      break;
    default:
      instructions.push(node);
  }
}

function emitBranches(output: Output, branches: readonly Node[]): void {
  const { instructions } = output;
  const jumps: { target: number }[] = [];
  for (const [index, branch] of branches.entries()) {
    const isLast = index === branches.length - 1;
    const fork = isLast ? undefined : emitFork(output);
    emit(output, branch);
    if (fork === undefined) continue;
    const jump = { kind: 'jump' as const, target: 0 };
    instructions.push(jump);
    jumps.push(jump);
    fork.second = instructions.length;
  }
  for (const jump of jumps) jump.target = instructions.length;
}

/** A fork into what follows it; its second way is set later. */
function emitFork({ instructions }: Output): { kind: 'fork'; first: number; second: number } {
  const fork = { kind: 'fork' as const, first: instructions.length + 1, second: 0 };
  instructions.push(fork);
  return fork;
}

function emitRepeat(output: Output, { body, least, most, lazy }: RepeatNode): void {
  const copies = most === undefined ? least - 1 : least;
  for (let copy = 0; copy < copies; copy++) emit(output, body);
  if (most === undefined) {
    const emitLast = least === 0 ? emitStar : emitPlus;
    emitLast(output, body, lazy);
    return;
  }
  const forks = Array.from({ length: most - least }, () => {
    const fork = emitFork(output);
    emit(output, body);
    return fork;
  });
  for (const fork of forks) leaveTo(fork, output.instructions.length, lazy);
}

/** Sets where a fork goes that does not take its body; lazy ones prefer that. */
function leaveTo(fork: { first: number; second: number }, end: number, lazy: boolean): void {
  if (lazy) [fork.first, fork.second] = [end, fork.first];
  else fork.second = end;
}

/** A body that can be empty is repeated as `(body+)?`, which keeps Go's preferences. */
function emitStar(output: Output, body: Node, lazy: boolean): void {
  const start = output.instructions.length;
  const fork = emitFork(output);
  if (canBeEmpty(body)) emitPlus(output, body, lazy);
  else {
    emit(output, body);
    output.instructions.push({ kind: 'jump', target: start });
  }
  leaveTo(fork, output.instructions.length, lazy);
}

function emitPlus(output: Output, body: Node, lazy: boolean): void {
  const start = output.instructions.length;
  emit(output, body);
  const end = output.instructions.length + 1;
  output.instructions.push({ kind: 'fork', first: lazy ? end : start, second: lazy ? start : end });
}
