/** The stages of a Dockerfile, and which of them a target needs. */
import type { Dockerfile, FromInstruction, Instruction } from '../../dockerfile/types.ts';
import { buildError } from './failure.ts';

/** One stage as written, its FROM expanded. */
export interface StagePlan {
  readonly index: number;
  readonly from: FromInstruction;
  /** In lower case; undefined where FROM gives none. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/**
 * Cuts a Dockerfile into stages.
 *
 * @param expand Expands the variables of a FROM.
 */
export function planStages(
  dockerfile: Dockerfile,
  expand: (from: FromInstruction) => FromInstruction,
): readonly StagePlan[] {
  const stages: { from: FromInstruction; instructions: Instruction[] }[] = [];
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind === 'FROM') stages.push({ from: instruction, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages.map(({ from, instructions }, index) => ({ index, from: expand(from), name: from.name, instructions }));
}

/**
 * The stage that is the result: the target by name or number, else the last.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for a target that does not exist.
 */
export function findTarget(stages: readonly StagePlan[], target: string | undefined): StagePlan {
  const last = stages.at(-1);
  const wanted = target?.toLowerCase() ?? '';
  const found =
    wanted === '' ? last : (stages.findLast(({ name }) => name === wanted) ?? stageByNumber(stages, wanted));
  if (found !== undefined) return found;
  const names = stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
  throw buildError(
    `target stage "${target ?? ''}" could not be found`,
    names.length === 0 ? 'Name a stage with FROM … AS' : `Use one of the stages: ${names.join(', ')}`,
  );
}

function stageByNumber(stages: readonly StagePlan[], text: string): StagePlan | undefined {
  return /^\d+$/.test(text) ? stages[Number(text)] : undefined;
}

/** The earlier stage that the image of a FROM names, if it names one. */
export function baseStage(stages: readonly StagePlan[], { index, from }: StagePlan): StagePlan | undefined {
  const wanted = from.image.toLowerCase();
  return stages.findLast((stage) => stage.index < index && stage.name === wanted);
}

/**
 * The stage that `COPY --from` names, by name or number; undefined where it names something else.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for this stage itself, or one that comes later.
 */
export function copiedStage(stages: readonly StagePlan[], { index }: StagePlan, from: string): StagePlan | undefined {
  const wanted = from.toLowerCase();
  const isNumber = /^\d+$/.test(from);
  const before = isNumber ? undefined : stages.findLast((stage) => stage.index < index && stage.name === wanted);
  const found = before ?? (isNumber ? stages[Number(from)] : stages.find((stage) => stage.name === wanted));
  if (found !== undefined && found.index < index) return found;
  if (found === undefined && !isNumber) return undefined;
  const why = found === undefined ? 'there is no such stage' : 'it comes later, or is this stage itself';
  throw buildError(
    `--from=${from} cannot be copied from: ${why}`,
    'Define the stage before the one that copies from it',
  );
}

/** The stages that must be built for a target, in the order of the file. */
export function neededStages(stages: readonly StagePlan[], target: StagePlan): readonly StagePlan[] {
  const needed = new Set<StagePlan>();
  const visit = (stage: StagePlan | undefined): void => {
    if (stage === undefined || needed.has(stage)) return;
    needed.add(stage);
    visit(baseStage(stages, stage));
    for (const instruction of stage.instructions) {
      for (const from of sourcesOf(instruction)) visit(copiedStage(stages, stage, from));
    }
  };
  visit(target);
  return stages.filter((stage) => needed.has(stage));
}

/** What an instruction takes files from besides the context: of RUN, the trees that are mounted. */
function sourcesOf(instruction: Instruction): readonly string[] {
  if (instruction.kind === 'COPY') return instruction.from === undefined ? [] : [instruction.from];
  if (instruction.kind !== 'RUN') return [];
  return instruction.mounts.flatMap((text) => {
    const from = /(?:^|,)"?from=([^,"]*)/i.exec(text)?.[1];
    return from === undefined ? [] : [from];
  });
}
