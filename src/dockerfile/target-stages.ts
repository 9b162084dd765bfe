/** The part of a Dockerfile that a target is made of. */
import { expandFrom, globalArguments, type ScopeOptions } from './scope.ts';
import type { Dockerfile, FromInstruction, Instruction } from './types.ts';

/** A Dockerfile without what its target does not need. */
export interface TargetPart extends Dockerfile {
  /** The target is what is built where none is named. */
  readonly isLast: boolean;
}

interface Stage {
  readonly from: FromInstruction;
  /** Stages and images that it names, in lower case. */
  readonly uses: readonly string[];
  readonly instructions: readonly Instruction[];
}

/**
 * Leaves out the stages that a target (a stage by name or number; empty for the last) does not need. All of it comes back where the
 * Dockerfile asks for a frontend of its own, or has no such stage.
 *
 * @throws {ToolError} `DOCKERFILE_PARSE_ERR` when the variables of a FROM cannot be expanded.
 */
export function partOfTarget(dockerfile: Dockerfile, target: string, options: ScopeOptions): TargetPart {
  const stages = stagesOf(dockerfile, options);
  const wanted = target.toLowerCase();
  const byName = stages.findLastIndex(({ from }) => from.name === wanted);
  const index = wanted === '' ? stages.length - 1 : byName < 0 && /^\d+$/.test(wanted) ? Number(wanted) : byName;
  const isLast = index === stages.length - 1;
  if (dockerfile.directives.syntax !== undefined || stages[index] === undefined) return { ...dockerfile, isLast };
  const needed = neededBy(index, stages);
  const first = dockerfile.instructions.findIndex(({ kind }) => kind === 'FROM');
  const instructions = [
    ...dockerfile.instructions.slice(0, first),
    ...stages.filter((_, other) => needed.has(other)).flatMap(({ instructions: own }) => own),
  ];
  return { ...dockerfile, instructions, isLast };
}

function stagesOf(dockerfile: Dockerfile, options: ScopeOptions): readonly Stage[] {
  const globals = globalArguments(dockerfile, options);
  const stages: { from: FromInstruction; uses: string[]; instructions: Instruction[] }[] = [];
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind === 'FROM') {
      const from = expandFrom(instruction, globals, options.escape);
      stages.push({ from, uses: [from.image.toLowerCase()], instructions: [instruction] });
      continue;
    }
    stages.at(-1)?.instructions.push(instruction);
    stages.at(-1)?.uses.push(...usedBy(instruction));
  }
  return stages;
}

function usedBy(instruction: Instruction): readonly string[] {
  if (instruction.kind === 'COPY') return instruction.from === undefined ? [] : [instruction.from.toLowerCase()];
  const texts = instruction.kind === 'RUN' ? instruction.mounts : [];
  const inTrigger = instruction.kind === 'ONBUILD' ? [instruction.expression] : [];
  return [...texts, ...inTrigger].flatMap((text) =>
    [...text.matchAll(/(?:^|[\s,-])from=([^\s,]+)/g)].map(([, name = '']) => name.toLowerCase()),
  );
}

function neededBy(target: number, stages: readonly Stage[]): ReadonlySet<number> {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    for (const name of stages[index]?.uses ?? []) {
      const used = stages.findLastIndex(
        (stage, other) => other < index && (stage.from.name === name || `${other}` === name),
      );
      if (used >= 0) visit(used);
    }
  };
  visit(target);
  return needed;
}
