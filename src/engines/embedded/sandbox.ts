import type { RunInstruction } from '../../dockerfile/types.ts';
import type { LayerSource } from '../../image/layer.ts';
import type { BuildParts, Stage } from './stage.ts';

/** Runs the commands of RUN over a stage's file tree. */
export interface Sandbox {
  /** What the command changed, in the order of a layer's archive. Throws a `ToolError` when the command fails. */
  run(stage: Stage, instruction: RunInstruction, parts: BuildParts): Promise<readonly LayerSource[]>;
}
