/** The sandbox of the embedded engine: runs commands of RUN over a stage's files, by the kind that works here. */
import { join } from 'node:path';
import type { Context } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';
import { chooseKind } from './choose.ts';
import { openFileTool } from './file-tool.ts';
import type { SandboxKind } from './kinds.ts';
import { removeAbandoned } from './runs.ts';
import type { Sandbox, SandboxChoice } from './types.ts';

/** What every run of one process shares. */
export interface Ground {
  readonly kind: SandboxKind;
  /** Where everything about sandboxes lies. */
  readonly directory: string;
}

/** Opens a sandbox over a store. Nothing is tried or written before the first command. */
export function openSandbox(choice: SandboxChoice, store: Store): Sandbox {
  const directory = join(store.directory, 'sandbox');
  let ground: Promise<Ground> | undefined;
  return {
    run: async (stage, instruction, parts) => {
      ground ??= prepareGround(choice, directory, parts.ctx);
      const { runInSandbox } = await import('./run.ts');
      return runInSandbox(await ground, stage, instruction, parts);
    },
  };
}

async function prepareGround(choice: SandboxChoice, directory: string, ctx: Context): Promise<Ground> {
  const kind = await chooseKind(choice, directory, ctx);
  ctx.emit({ type: 'log', level: 'debug', message: `commands of RUN are run by the sandbox "${kind.name}"` });
  await removeAbandoned(
    join(directory, 'runs'),
    ctx.system.clock.now().getTime(),
    await openFileTool(kind, ctx.signal),
  );
  return { kind, directory };
}
