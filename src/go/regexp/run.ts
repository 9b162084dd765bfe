import { GoFailure } from '../template/values.ts';
import type { Instruction, Program } from './compile.ts';
import type { Assertion } from './nodes.ts';

/** Where each group starts and ends, two numbers for each in UTF-16 units; -1 for groups that took no part. */
export type Places = readonly number[];

/** Steps that are left to an operation: what keeps hostile patterns over long texts from taking minutes. */
export interface Budget {
  left: number;
}

/** A second or two of work. */
const mostSteps = 30_000_000;

export function createBudget(): Budget {
  return { left: mostSteps };
}

/** A way through the program that is still possible: where it stands, and where its groups are. */
interface Thread {
  readonly at: number;
  readonly places: Places;
}

interface Run {
  readonly program: Program;
  readonly text: string;
  readonly budget: Budget;
  /** For each instruction the last position (plus one) it was reached at: once for each position is enough. */
  readonly reached: Int32Array;
}

/**
 * Finds the first match from a position on, preferring as Go does what starts first and then what the expression names first.
 * All ways through the expression advance together, character by character (Pike's algorithm), so that the time grows with the length
 * of the text times that of the expression, never faster.
 *
 * @throws {GoFailure} when that still takes more steps than the budget has.
 */
export function findFrom(program: Program, text: string, start: number, budget: Budget): Places | undefined {
  const reached = new Int32Array(program.instructions.length);
  const run: Run = { program, text, budget, reached };
  const nowhere: Places = program.names.flatMap(() => [-1, -1]);
  let threads: Thread[] = [];
  let found: Places | undefined;
  for (let position = start; position <= text.length; ) {
    if (found === undefined) follow(run, threads, { at: 0, places: nowhere }, position);
    else if (threads.length === 0) break;
    const code = text.codePointAt(position) ?? -1;
    const next = position + (code > 0xffff ? 2 : 1);
    const step = advance(run, threads, code, next);
    found = step.found ?? found;
    threads = step.threads;
    position = next;
  }
  return found;
}

/** Takes one character with every thread; a match ends those less preferred. */
function advance(
  run: Run,
  threads: readonly Thread[],
  code: number,
  next: number,
): { readonly threads: Thread[]; readonly found?: Places } {
  const following: Thread[] = [];
  for (const { at, places } of threads) {
    const instruction = run.program.instructions[at] as Instruction;
    if (instruction.kind === 'match') return { threads: following, found: places };
    if (code >= 0 && takes(instruction, code)) follow(run, following, { at: at + 1, places }, next);
  }
  return { threads: following };
}

function takes(instruction: Instruction, code: number): boolean {
  return instruction.kind === 'character'
    ? instruction.code === code
    : instruction.kind === 'set' && instruction.set.has(code);
}

/** Follows a thread to the instructions that need a character, the preferred ones first. */
function follow(run: Run, threads: Thread[], start: Thread, position: number): void {
  const { budget, reached, program } = run;
  const waiting: Thread[] = [start];
  for (let thread = waiting.pop(); thread !== undefined; thread = waiting.pop()) {
    const { at, places } = thread;
    if (reached[at] === position + 1) continue;
    reached[at] = position + 1;
    if (--budget.left < 0) throw tooLong(program);
    const instruction = program.instructions[at] as Instruction;
    switch (instruction.kind) {
      case 'jump':
        waiting.push({ at: instruction.target, places });
        break;
      case 'fork':
        waiting.push({ at: instruction.second, places }, { at: instruction.first, places });
        break;
      case 'save':
        waiting.push({ at: at + 1, places: places.with(instruction.slot, position) });
        break;
      case 'assertion':
        if (holds(instruction.assertion, run.text, position)) waiting.push({ at: at + 1, places });
        break;
      default:
        threads.push(thread);
    }
  }
}

function tooLong({ pattern }: Program): GoFailure {
  const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
  return new GoFailure(`the regular expression \`${shown}\` takes too many steps for a text of this length`);
}

const isWord = (text: string, position: number): boolean => /^\w$/.test(text[position] ?? '');

function holds(assertion: Assertion, text: string, position: number): boolean {
  switch (assertion) {
    case 'start of text':
      return position === 0;
    case 'end of text':
      return position === text.length;
    case 'start of line':
      return position === 0 || text[position - 1] === '\n';
    case 'end of line':
      return position === text.length || text[position] === '\n';
    default:
      return (isWord(text, position - 1) !== isWord(text, position)) === (assertion === 'word boundary');
  }
}
