import type { RunInstruction } from '../../../dockerfile/types.ts';
import type { LayerSource } from '../../../image/layer.ts';
import type { Node } from '../node.ts';
import type { Spool } from '../spool.ts';
import type { InstructionParts, Stage } from '../stage.ts';
import type { RunCommand } from './command.ts';
import type { FileTool } from './file-tool.ts';
import type { SandboxKind } from './kinds.ts';
import type { PreparedMounts } from './mounts.ts';
import type { UnpackedLayers } from './unpacked.ts';
import type { RunUser } from './user.ts';

/** One command with everything it needs at hand. */
export interface Job {
  readonly kind: SandboxKind;
  /** Where everything about sandboxes lies, absolute. */
  readonly directory: string;
  /** The run's own directory below it, absolute. */
  readonly run: string;
  readonly stage: Stage;
  readonly instruction: RunInstruction;
  readonly parts: InstructionParts;
  /** The image's files before the command. */
  readonly tree: Node;
  readonly tool: FileTool;
  readonly spool: Spool;
  readonly layers: UnpackedLayers;
  /** Where unpacked layers lie, relative to `directory`. */
  readonly layersAt: string;
  readonly user: RunUser;
  readonly command: RunCommand;
  readonly mounts: PreparedMounts;
  readonly environment: ReadonlyMap<string, string>;
}

/** Runs a job. `upper` is a directory that holds just the changes, in overlayfs's form. */
export type Runner = (
  job: Job,
) => Promise<{ readonly sources: readonly LayerSource[]; readonly upper: string | undefined }>;
