/** What one stage of a build is at any point, and what its instructions work with. */

import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import type { ScopeOptions } from '../../dockerfile/scope.ts';
import type { Instruction } from '../../dockerfile/types.ts';
import { type ImageDraft, imageTime } from '../../image/config.ts';
import type { Store } from '../../store/store.ts';
import type { LayerLibrary } from './layer-library.ts';
import type { Node, SourceTree } from './node.ts';
import type { Sandbox } from './sandbox/types.ts';
import type { StageFiles } from './stage-files.ts';

/** A stage between two instructions. */
export interface Stage {
  readonly draft: ImageDraft;
  /** What words of instructions see: the image's environment and the arguments declared so far. */
  readonly variables: ReadonlyMap<string, string>;
  /** Names that ARG declared in this stage or those it starts from: RUN sees them. */
  readonly argumentNames: readonly string[];
  readonly files: StageFiles;
  /** Whether this stage has its own CMD, which a later ENTRYPOINT then leaves alone. */
  readonly hasCommand: boolean;
}

/** What one build's instructions work with. */
export interface BuildParts {
  readonly request: DockerfileBuild;
  readonly ctx: Context;
  readonly store: Store;
  readonly library: LayerLibrary;
  /** Runs commands; undefined where this engine has nothing to run them in. */
  readonly sandbox: Sandbox | undefined;
  readonly globals: ReadonlyMap<string, string>;
  readonly scope: ScopeOptions;
  /** Modification time of everything that is made, in seconds since the epoch: `SOURCE_DATE_EPOCH` or 0. */
  readonly epoch: number;
  /** What commands of RUN made later than this gets this time: `SOURCE_DATE_EPOCH` where it is set, in seconds. */
  readonly latestTime: number | undefined;
  readonly context: ContextFiles;
}

/** The build context's files, looked at when they are first asked for. */
export interface ContextFiles {
  root(): Promise<Node>;
  /** Makes the next question look at the files again. */
  forget(): void;
}

/** What an instruction is told besides its stage. */
export interface InstructionParts extends BuildParts {
  /** The tree that `--from` names: a stage before this one, an artifact of this run, or an image. */
  readonly treeOf: (from: string) => Promise<SourceTree>;
  /** Prints a line below the step's own. */
  readonly say: (line: string) => void;
  /** Prints a line of a program's own output. */
  readonly print: (line: string) => void;
}

/** The shape of instructions of one kind; some kinds share theirs. */
type InstructionOf<Kind, Each = Instruction> = Each extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? Each
    : never
  : never;

/** Executes one instruction, its words expanded. */
export type Execute<Kind extends Instruction['kind']> = (
  stage: Stage,
  instruction: InstructionOf<Kind>,
  parts: InstructionParts,
) => Stage | Promise<Stage>;

/** The stage with one more step in its history. */
export function withHistory(stage: Stage, createdBy: string, hasLayer: boolean, { epoch }: BuildParts): Stage {
  const entry = { created: imageTime(epoch), created_by: createdBy, ...(hasLayer ? {} : { empty_layer: true }) };
  return { ...stage, draft: { ...stage.draft, history: [...stage.draft.history, entry] } };
}

/** The stage with some of its image's configuration changed. */
export function withConfig(stage: Stage, changes: Partial<ImageDraft['config']>): Stage {
  return { ...stage, draft: { ...stage.draft, config: { ...stage.draft.config, ...changes } } };
}

/** The stage with a variable set for the words of its next instructions. */
export function withVariables(stage: Stage, values: Iterable<readonly [name: string, value: string]>): Stage {
  return { ...stage, variables: new Map([...stage.variables, ...values]) };
}

/** An absolute path of the image; relative ones start at the working directory. A trailing slash stays. */
export function absolutePath(stage: Stage, path: string): string {
  if (path.startsWith('/')) return path;
  const directory = stage.draft.config.WorkingDir ?? '/';
  return `${directory === '' ? '/' : directory}/${path === '' || path === '.' ? './' : path}`;
}
