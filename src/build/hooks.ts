import { dirname } from 'node:path';
import type { Context } from '../core/ports.ts';
import type { Hooks } from '../core/project.ts';
import { type HookSettings, runHostHook } from '../hooks/host-hook.ts';
import type { BuildJob } from './jobs.ts';

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
  for (const hook of hooks) {
    const { variables, say } = subject;
    const name = `a build hook of ${subject.name}`;
    await runHostHook(hook, { name, settings, variables, together: true, say: (_stream, text) => say(text) }, ctx);
  }
  subject.say(`Completed ${when}-build hooks\n`);
}
