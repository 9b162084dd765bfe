import { isAbsolute, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context, ExecResult } from '../core/ports.ts';
import type { Hook } from '../core/project.ts';

/** What hooks are told about the run besides what they belong to. */
export interface HookSettings {
  readonly defaultRepo: string | undefined;
  readonly multiLevelRepo: boolean | undefined;
}

/** One start of a hook. */
export interface HookRun {
  /** What the hook belongs to, for messages, such as `a build hook of "app"`. */
  readonly name: string;
  readonly settings: HookSettings;
  /** Variables of its own phase, such as `SKAFFOLD_IMAGE`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Its standard input; none where undefined. */
  readonly input?: string;
  /** Standard error goes where standard output goes, in the order it is written. */
  readonly together?: boolean;
  /** Told what it prints, as it comes. */
  readonly say: (stream: 'stdout' | 'stderr', text: string) => void;
}

/**
 * Runs a command of the configuration on this machine (Skaffold's host hooks): without a shell, in `dir` or the working
 * directory. A hook for other operating systems is not run: the result is undefined.
 *
 * @throws `COMMAND_FAILED` carrying the hook's exit code, which becomes that of the run; `COMMAND_NOT_FOUND`.
 */
export async function runHostHook(hook: Hook, run: HookRun, ctx: Context): Promise<ExecResult | undefined> {
  const { system } = ctx;
  if (hook.os !== undefined && hook.os.length > 0 && !hook.os.includes(system.platform.os)) return undefined;
  const [file, ...args] = hook.command;
  if (file === undefined) return undefined;
  const result = await system.exec.run(file, args, {
    cwd: directoryOf(hook, ctx),
    env: hookEnvironment(run, ctx),
    signal: ctx.signal,
    onOutput: run.say,
    ...(run.input === undefined ? {} : { input: run.input }),
    ...(run.together === undefined ? {} : { together: run.together }),
  });
  if (result.exitCode === 0) return result;
  throw new ToolError(
    'COMMAND_FAILED',
    `${run.name} failed: ${hook.command.join(' ')}: exit status ${result.exitCode}`,
    {
      exitCode: result.exitCode,
      suggestions: [{ code: 'FIX_HOOK', action: 'Run the hook by hand to see what it needs' }],
    },
  );
}

function directoryOf({ dir }: Hook, { system }: Context): string {
  if (dir === undefined) return system.cwd;
  return isAbsolute(dir) ? dir : join(system.cwd, dir);
}

/** Skaffold's hook variables; variables of the caller's own environment win, as they do there. */
function hookEnvironment({ settings, variables }: HookRun, ctx: Context): Record<string, string> {
  const { defaultRepo, multiLevelRepo } = settings;
  const environment: Record<string, string> = {
    ...(defaultRepo === undefined ? {} : { SKAFFOLD_DEFAULT_REPO: defaultRepo }),
    ...(multiLevelRepo === undefined ? {} : { SKAFFOLD_MULTI_LEVEL_REPO: String(multiLevelRepo) }),
    SKAFFOLD_WORK_DIR: ctx.system.cwd,
    ...variables,
  };
  for (const [key, value] of Object.entries(ctx.system.env)) if (value !== undefined) environment[key] = value;
  return environment;
}
