/** Builds stages, each once, whoever asks for it. */
import { ToolError, withPrefix } from '../../core/errors.ts';
import type { Platform } from '../../core/names.ts';
import { expandInstruction } from '../../dockerfile/expand.ts';
import { parseTrigger } from '../../dockerfile/parse.ts';
import type { EscapeCharacter, Instruction } from '../../dockerfile/types.ts';
import { draftOf, emptyDraft, type ImageDraft } from '../../image/config.ts';
import { parsePlatform } from '../../image/platform.ts';
import { type BaseImage, findBaseImage } from './base-image.ts';
import { execute } from './instructions/index.ts';
import type { SourceTree } from './node.ts';
import { type BuildParts, type InstructionParts, type Stage, withConfig } from './stage.ts';
import { openStageFiles } from './stage-files.ts';
import { baseStage, copiedStage, type StagePlan } from './stages.ts';
import type { StepLog } from './step-log.ts';

export interface StageBuilder {
  /** The finished stage. */
  build(plan: StagePlan): Promise<Stage>;
}

type Parts = BuildParts & { readonly forgetContext: () => void };

/** How often a file may change under a step's hands before the build gives up. */
const mostAttempts = 3;

/** Opens a builder of a Dockerfile's stages. */
export function openStageBuilder(
  stages: readonly StagePlan[],
  escapeCharacter: EscapeCharacter,
  log: StepLog,
  parts: Parts,
): StageBuilder {
  const running = new Map<StagePlan, Promise<Stage>>();
  const images = new Map<string, Promise<BaseImage>>();
  const { request, scope, ctx, store, library } = parts;
  const { file, platformOf } = { file: request.dockerfileName, platformOf: fromPlatform(parts) };

  const imageOf = (name: string, platform: Platform): Promise<BaseImage> => {
    const key = JSON.stringify([name, platform]);
    const options = { platform, built: request.built, pull: request.pullParent };
    const known = images.get(key) ?? findBaseImage(name, options, store, ctx);
    images.set(key, known);
    return known;
  };

  const treeOf = async (plan: StagePlan, from: string): Promise<SourceTree> => {
    const stage = copiedStage(stages, plan, from);
    if (stage !== undefined) return (await build(stage)).files;
    return openStageFiles((await imageOf(from, scope.targetPlatform)).layers, library);
  };

  const start = async (plan: StagePlan): Promise<Stage> => {
    const base = baseStage(stages, plan);
    if (base !== undefined) return childOf(await build(base), parts);
    if (plan.from.image === 'scratch') return freshStage(emptyDraft(scope.targetPlatform), [], parts);
    const image = await imageOf(plan.from.image, platformOf(plan));
    return freshStage(draftOf(image.document), image.layers, parts);
  };

  const perform = async (plan: StagePlan, stage: Stage, instruction: Instruction, line: number): Promise<Stage> => {
    ctx.signal.throwIfAborted();
    const told: InstructionParts = {
      ...parts,
      treeOf: (from) => treeOf(plan, from),
      say: (text) => log.detail(plan, text),
    };
    try {
      return await retrying(stage, instruction, told, parts, (again) =>
        execute(stage, expandInstruction(again, stage.variables, escapeCharacter), told),
      );
    } catch (error) {
      throw withPrefix(`${file}:${line}`, error);
    }
  };

  const run = async (plan: StagePlan): Promise<Stage> => {
    log.step(plan, plan.from.original);
    const begun = await start(plan).catch((error: unknown) => {
      throw withPrefix(`${file}:${plan.from.line}`, error);
    });
    const { stage: clean, triggers } = takeTriggers(begun);
    if (triggers.length > 0)
      log.detail(plan, `Executing ${triggers.length} build trigger${triggers.length === 1 ? '' : 's'}`);
    let stage = clean;
    for (const trigger of triggers) stage = await perform(plan, stage, parseTrigger(trigger), plan.from.line);
    for (const instruction of plan.instructions) {
      log.step(plan, instruction.original);
      stage = await perform(plan, stage, instruction, instruction.line);
    }
    return stage;
  };

  const build = (plan: StagePlan): Promise<Stage> => {
    const known = running.get(plan) ?? run(plan).finally(() => log.finish(plan));
    running.set(plan, known);
    return known;
  };
  return { build };
}

/** A file that changed while it was copied is looked at again, with everything else of the context. */
async function retrying(
  stage: Stage,
  instruction: Instruction,
  { request, store }: InstructionParts,
  { forgetContext }: Parts,
  attempt: (instruction: Instruction) => Promise<Stage>,
): Promise<Stage> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt(instruction);
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'FILE_CHANGED' || count === mostAttempts) throw error;
      const fingerprints = store.fingerprints(request.workspace);
      for (const path of request.context) fingerprints.forget(path);
      forgetContext();
      stage.files.forgetTree();
    }
  }
}

function fromPlatform({ scope }: Parts): (plan: StagePlan) => Platform {
  return ({ from }) =>
    from.platform === undefined ? scope.targetPlatform : parsePlatform(from.platform, scope.buildPlatform);
}

function freshStage(draft: ImageDraft, layers: Parameters<typeof openStageFiles>[0], { library }: Parts): Stage {
  const variables = new Map((draft.config.Env ?? []).map((pair) => splitPair(pair)));
  return { draft, variables, argumentNames: [], files: openStageFiles(layers, library), hasCommand: false };
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** A stage that starts where another one ended: it inherits arguments too, but grows layers of its own. */
function childOf(stage: Stage, { library }: Parts): Stage {
  return { ...stage, files: openStageFiles(stage.files.layers, library), hasCommand: false };
}

/** The ONBUILD instructions of the image below; they are carried out now and not handed on. */
function takeTriggers(stage: Stage): { readonly stage: Stage; readonly triggers: readonly string[] } {
  const triggers = stage.draft.config.OnBuild ?? [];
  return { stage: triggers.length === 0 ? stage : withConfig(stage, { OnBuild: null }), triggers };
}
