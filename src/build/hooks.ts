import { dirname } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import type { Hook } from '../core/project.ts';
import type { BuildJob } from './jobs.ts';

/** What hooks are told about the run besides their artifact. */
export interface HookSettings {
  readonly defaultRepo: string | undefined;
  readonly multiLevelRepo: boolean | undefined;
}

/**
 * Runs the hooks of one artifact, one after the other, before or after its build (Skaffold: a command without a shell,
 * in `dir` or the working directory, skipped on other operating systems).
 *
 * @throws `COMMAND_FAILED` carrying the hook's exit code, which becomes that of the run.
 */
export async function runBuildHooks(
  when: 'pre' | 'post',
  hooks: readonly Hook[],
  job: BuildJob,
  settings: HookSettings,
  ctx: Context,
): Promise<void> {
  if (hooks.length === 0) return;
  const say = (text: string): void =>
    ctx.emit({ type: 'output', phase: 'Build', image: job.artifact.image, stream: 'stdout', text });
  say(`Starting ${when}-build hooks...\n`);
  for (const hook of hooks) await runHook(hook, job, settings, say, ctx);
  say(`Completed ${when}-build hooks\n`);
}

async function runHook(
  hook: Hook,
  job: BuildJob,
  settings: HookSettings,
  say: (text: string) => void,
  ctx: Context,
): Promise<void> {
  const { system } = ctx;
  if (hook.os !== undefined && hook.os.length > 0 && !hook.os.includes(system.platform.os)) return;
  const [file, ...args] = hook.command;
  if (file === undefined) return;
  const result = await system.exec.run(file, args, {
    cwd: hook.dir ?? system.cwd,
    env: hookEnvironment(job, settings, ctx),
    signal: ctx.signal,
    onOutput: (_stream, text) => say(text),
  });
  if (result.exitCode === 0) return;
  throw new ToolError(
    'COMMAND_FAILED',
    `a build hook of "${job.artifact.image}" failed: ${hook.command.join(' ')}: exit status ${result.exitCode}`,
    {
      exitCode: result.exitCode,
      suggestions: [{ code: 'FIX_HOOK', action: 'Run the hook by hand to see what it needs' }],
    },
  );
}

/** Skaffold's hook variables; variables of the caller's own environment win, as they do there. */
function hookEnvironment(job: BuildJob, settings: HookSettings, ctx: Context): Record<string, string> {
  const { name, tag } = job.reference;
  const slash = name.lastIndexOf('/');
  const variables: Record<string, string> = {
    ...(settings.defaultRepo === undefined ? {} : { SKAFFOLD_DEFAULT_REPO: settings.defaultRepo }),
    ...(settings.multiLevelRepo === undefined ? {} : { SKAFFOLD_MULTI_LEVEL_REPO: String(settings.multiLevelRepo) }),
    SKAFFOLD_WORK_DIR: ctx.system.cwd,
    SKAFFOLD_IMAGE: job.tag,
    SKAFFOLD_PUSH_IMAGE: String(job.push),
    SKAFFOLD_IMAGE_REPO: slash < 0 ? '' : dirname(name),
    SKAFFOLD_IMAGE_TAG: tag ?? '',
    SKAFFOLD_BUILD_CONTEXT: job.artifact.workspace,
  };
  for (const [key, value] of Object.entries(ctx.system.env)) if (value !== undefined) variables[key] = value;
  return variables;
}
