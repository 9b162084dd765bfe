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
import type { LayerRef, SourceTree } from './node.ts';
import { type BuildParts, type InstructionParts, type Stage, withConfig } from './stage.ts';
import { openStageFiles } from './stage-files.ts';
import { baseStage, copiedStage, type StagePlan } from './stages.ts';
import type { StepLog } from './step-log.ts';

export interface StageBuilder {
  /** The finished stage. */
  build(plan: StagePlan): Promise<Stage>;
}

/** Everything the stages of one build share. */
interface Run {
  readonly stages: readonly StagePlan[];
  readonly escapeCharacter: EscapeCharacter;
  readonly log: StepLog;
  readonly parts: BuildParts;
  readonly running: Map<StagePlan, Promise<Stage>>;
  readonly images: Map<string, Promise<BaseImage>>;
}

/** How often a file may change under a step's hands before the build gives up. */
const mostAttempts = 3;

/** Opens a builder of a Dockerfile's stages. */
export function openStageBuilder(
  stages: readonly StagePlan[],
  escapeCharacter: EscapeCharacter,
  log: StepLog,
  parts: BuildParts,
): StageBuilder {
  const run: Run = { stages, escapeCharacter, log, parts, running: new Map(), images: new Map() };
  return { build: (plan) => buildOnce(run, plan) };
}

function buildOnce(run: Run, plan: StagePlan): Promise<Stage> {
  const known = run.running.get(plan) ?? buildStage(run, plan).finally(() => run.log.finish(plan));
  run.running.set(plan, known);
  return known;
}

async function buildStage(run: Run, plan: StagePlan): Promise<Stage> {
  const { log } = run;
  log.step(plan, plan.from.original);
  const begun = await locating(run, plan.from.line, () => startStage(run, plan));
  const triggers = begun.draft.config.OnBuild ?? [];
  // The triggers are carried out now and not handed on.
  let stage = triggers.length === 0 ? begun : withConfig(begun, { OnBuild: null });
  if (triggers.length > 0)
    log.detail(plan, `Executing ${triggers.length} build trigger${triggers.length === 1 ? '' : 's'}`);
  for (const trigger of triggers) stage = await perform(run, plan, stage, parseTrigger(trigger), plan.from.line);
  for (const instruction of plan.instructions) {
    log.step(plan, instruction.original);
    stage = await perform(run, plan, stage, instruction, instruction.line);
  }
  return stage;
}

/** A failure says where in which Dockerfile. */
async function locating<T>({ parts }: Run, line: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withPrefix(`${parts.request.dockerfileName}:${line}`, error);
  }
}

async function startStage(run: Run, plan: StagePlan): Promise<Stage> {
  const { parts } = run;
  const { targetPlatform, buildPlatform } = parts.scope;
  const base = baseStage(run.stages, plan);
  if (base !== undefined) return childOf(await buildOnce(run, base), parts);
  if (plan.from.image === 'scratch') return freshStage(emptyDraft(targetPlatform), [], parts);
  const { platform } = plan.from;
  const wanted = platform === undefined ? targetPlatform : parsePlatform(platform, buildPlatform);
  const image = await imageOf(run, plan.from.image, wanted);
  return freshStage(draftOf(image.document), image.layers, parts);
}

function imageOf({ images, parts }: Run, name: string, platform: Platform): Promise<BaseImage> {
  const { request, store, ctx } = parts;
  const key = JSON.stringify([name, platform]);
  const options = { platform, built: request.built, pull: request.pullParent };
  const known = images.get(key) ?? findBaseImage(name, options, store, ctx);
  images.set(key, known);
  return known;
}

/** What `COPY --from` copies from. */
async function treeOf(run: Run, plan: StagePlan, from: string): Promise<SourceTree> {
  const stage = copiedStage(run.stages, plan, from);
  if (stage !== undefined) return (await buildOnce(run, stage)).files;
  const layers = from === 'scratch' ? [] : (await imageOf(run, from, run.parts.scope.targetPlatform)).layers;
  return openStageFiles(layers, run.parts.library);
}

function perform(run: Run, plan: StagePlan, stage: Stage, instruction: Instruction, line: number): Promise<Stage> {
  const { parts, log, escapeCharacter } = run;
  const told: InstructionParts = {
    ...parts,
    treeOf: (from) => treeOf(run, plan, from),
    say: (text) => log.detail(plan, text),
    print: (text) => log.output(plan, text),
  };
  return locating(run, line, () =>
    retrying(stage, parts, async () =>
      execute(stage, expandInstruction(instruction, stage.variables, escapeCharacter), told),
    ),
  );
}

/** A file that changed while it was copied is looked at again, with everything else of the context. */
async function retrying(
  stage: Stage,
  { request, store, context }: BuildParts,
  attempt: () => Promise<Stage>,
): Promise<Stage> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'FILE_CHANGED' || count === mostAttempts) throw error;
      const fingerprints = store.fingerprints(request.workspace);
      for (const path of request.context) fingerprints.forget(path);
      context.forget();
      stage.files.forgetTree();
    }
  }
}

function freshStage(draft: ImageDraft, layers: readonly LayerRef[], { library }: BuildParts): Stage {
  const variables = new Map((draft.config.Env ?? []).map((pair) => splitPair(pair)));
  return { draft, variables, argumentNames: [], files: openStageFiles(layers, library), hasCommand: false };
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** A stage that starts where another one ended: it inherits arguments too, but grows layers of its own. */
function childOf(stage: Stage, { library }: BuildParts): Stage {
  return { ...stage, files: openStageFiles(stage.files.layers, library), hasCommand: false };
}
