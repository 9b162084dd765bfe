import { dirname } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import type { Hook, Hooks } from '../core/project.ts';
import type { BuildJob } from './jobs.ts';

/** What hooks are told about the run besides their artifact. */
export interface HookSettings {
  readonly defaultRepo: string | undefined;
  readonly multiLevelRepo: boolean | undefined;
}

/** Hooks stand before or after what they belong to. */
export type When = 'pre' | 'post';

/**
 * Runs the hooks of one artifact, one after the other, before or after its build (Skaffold: a command without a shell,
 * in `dir` or the working directory, skipped on other operating systems).
 *
 * @throws `COMMAND_FAILED` carrying the hook's exit code, which becomes that of the run.
 */
export async function runArtifactHooks(when: When, job: BuildJob, settings: HookSettings, ctx: Context): Promise<void> {
  const { hooks, image } = job.artifact;
  const { name, tag } = job.reference;
  const slash = name.lastIndexOf('/');
  const subject: Subject = {
    name: `"${image}"`,
    variables: {
      SKAFFOLD_IMAGE: job.tag,
      SKAFFOLD_PUSH_IMAGE: String(job.push),
      SKAFFOLD_IMAGE_REPO: slash < 0 ? '' : dirname(name),
      SKAFFOLD_IMAGE_TAG: tag ?? '',
      SKAFFOLD_BUILD_CONTEXT: job.artifact.workspace,
    },
    say: (text) => ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text }),
  };
  await runHooks(when, hooks, subject, settings, ctx);
}

/**
 * Runs the hooks that stand around all builds of a module (`build.hooks`). They get the same variables; those about an
 * image are empty (Skaffold's form).
 *
 * @throws `COMMAND_FAILED` carrying the hook's exit code.
 */
export async function runModuleHooks(when: When, hooks: Hooks, settings: HookSettings, ctx: Context): Promise<void> {
  const subject: Subject = {
    name: 'build.hooks',
    variables: {
      SKAFFOLD_IMAGE: '',
      SKAFFOLD_PUSH_IMAGE: 'false',
      SKAFFOLD_IMAGE_REPO: '',
      SKAFFOLD_IMAGE_TAG: '',
      SKAFFOLD_BUILD_CONTEXT: '',
    },
    say: (text) => ctx.emit({ type: 'output', phase: 'Build', stream: 'stdout', text }),
  };
  await runHooks(when, hooks, subject, settings, ctx);
}

/** What hooks belong to. */
interface Subject {
  /** For messages. */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  say(text: string): void;
}

async function runHooks(
  when: When,
  { before, after }: Hooks,
  subject: Subject,
  settings: HookSettings,
  ctx: Context,
): Promise<void> {
  const hooks = when === 'pre' ? before : after;
  if (hooks.length === 0) return;
  subject.say(`Starting ${when}-build hooks...\n`);
  for (const hook of hooks) await runHook(hook, subject, settings, ctx);
  subject.say(`Completed ${when}-build hooks\n`);
}

async function runHook(hook: Hook, subject: Subject, settings: HookSettings, ctx: Context): Promise<void> {
  const { system } = ctx;
  if (hook.os !== undefined && hook.os.length > 0 && !hook.os.includes(system.platform.os)) return;
  const [file, ...args] = hook.command;
  if (file === undefined) return;
  const result = await system.exec.run(file, args, {
    cwd: hook.dir ?? system.cwd,
    env: hookEnvironment(subject, settings, ctx),
    signal: ctx.signal,
    onOutput: (_stream, text) => subject.say(text),
  });
  if (result.exitCode === 0) return;
  throw new ToolError(
    'COMMAND_FAILED',
    `a build hook of ${subject.name} failed: ${hook.command.join(' ')}: exit status ${result.exitCode}`,
    {
      exitCode: result.exitCode,
      suggestions: [{ code: 'FIX_HOOK', action: 'Run the hook by hand to see what it needs' }],
    },
  );
}

/** Skaffold's hook variables; variables of the caller's own environment win, as they do there. */
function hookEnvironment({ variables }: Subject, settings: HookSettings, ctx: Context): Record<string, string> {
  const environment: Record<string, string> = {
    ...(settings.defaultRepo === undefined ? {} : { SKAFFOLD_DEFAULT_REPO: settings.defaultRepo }),
    ...(settings.multiLevelRepo === undefined ? {} : { SKAFFOLD_MULTI_LEVEL_REPO: String(settings.multiLevelRepo) }),
    SKAFFOLD_WORK_DIR: ctx.system.cwd,
    ...variables,
  };
  for (const [key, value] of Object.entries(ctx.system.env)) if (value !== undefined) environment[key] = value;
  return environment;
}
