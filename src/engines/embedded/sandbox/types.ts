import type { Context } from '../../../core/ports.ts';
import type { RunInstruction } from '../../../dockerfile/types.ts';
import type { LayerSource } from '../../../image/layer.ts';
import type { LayerRecord } from '../../../store/store.ts';
import type { InstructionParts, Stage } from '../stage.ts';
import type { SandboxKind } from './kinds.ts';

/** What `--sandbox` may say. */
export type SandboxChoice = 'auto' | 'userns' | 'root' | 'bubblewrap' | 'chroot' | 'none';

/** What every run of one process shares. */
export interface Ground {
  readonly kind: SandboxKind;
  /** Where everything about sandboxes lies. */
  readonly directory: string;
}

/** Runs the commands of RUN over a stage's file tree. */
export interface Sandbox {
  /** What other programs can be run on; where it is absent, nothing but RUN is run. */
  ground?(ctx: Context): Promise<Ground>;
  /**
   * Runs one command.
   *
   * @throws {ToolError} `BUILD_USER_ERROR` when the command fails; `DOCKERFILE_UNSUPPORTED` for what this sandbox cannot do.
   */
  run(stage: Stage, instruction: RunInstruction, parts: InstructionParts): Promise<RunResult>;
}

/** What a command changed. */
export interface RunResult {
  /** In the order of a layer's archive. */
  readonly sources: readonly LayerSource[];
  /**
   * To be called once the sources are read, or are not needed any more.
   *
   * @param layer what the sources were made into: the files are kept, so that they need not be unpacked for the next RUN.
   */
  finish(layer: LayerRecord | undefined): Promise<void>;
}
