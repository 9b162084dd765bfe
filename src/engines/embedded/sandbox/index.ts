/** The sandbox of the embedded engine: runs commands of RUN over a stage's files, by the kind that works here. */
import { join } from 'node:path';
import type { Context } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';
import { chooseKind } from './choose.ts';
import { openFileTool } from './file-tool.ts';
import { removeAbandoned } from './runs.ts';
import type { Ground, Sandbox, SandboxChoice } from './types.ts';

/** Opens a sandbox over a store. Nothing is tried or written before the first command. */
export function openSandbox(choice: SandboxChoice, store: Store): Sandbox {
  const directory = join(store.directory, 'sandbox');
  let prepared: Promise<Ground> | undefined;
  const ground = (ctx: Context): Promise<Ground> => {
    prepared ??= prepareGround(choice, directory, ctx);
    return prepared;
  };
  return {
    ground,
    run: async (stage, instruction, parts) => {
      const { runInSandbox } = await import('./run.ts');
      return runInSandbox(await ground(parts.ctx), stage, instruction, parts);
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
