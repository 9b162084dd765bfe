import { ToolError, withPrefix } from '../core/errors.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Context } from '../core/ports.ts';
import type { Hook, Module } from '../core/project.ts';
import { type HookRun, type HookSettings, runHostHook } from '../hooks/host-hook.ts';
import { documentsText } from './document-text.ts';
import { readVerbatim } from './pieces.ts';

/** What render hooks are told, and who hears them. */
export interface RenderHookSettings extends HookSettings {
  /** The Kubernetes context in use; empty without one. */
  readonly kubeContext: string;
  /** `--namespace`, else the namespace of the context; empty without either. */
  readonly namespace: string;
  /** Told what hooks print: `stdout` stands in front of the manifests, `stderr` beside them. */
  readonly say: HookRun['say'];
}

/** What stands under `manifests.hooks`. */
interface HooksSpec {
  readonly before?: readonly { readonly host?: HostHook }[];
  readonly after?: readonly { readonly host?: HostHook }[];
}

type HostHook = Partial<Hook> & { readonly withChange?: boolean };

/**
 * Runs `manifests.hooks.before`, one after the other. What they print goes in front of the manifests (as in Skaffold).
 *
 * @throws {ToolError} `COMMAND_FAILED` carrying the hook's exit code; `COMMAND_NOT_FOUND`.
 */
export async function runPreHooks(module: Module, settings: RenderHookSettings, ctx: Context): Promise<void> {
  const { before = [] } = module.manifestTransforms.hooks as HooksSpec;
  if (before.length === 0) return;
  settings.say('stderr', 'Starting pre-render hooks...\n');
  for (const [index, { host }] of before.entries()) {
    if (host === undefined) continue;
    await runHook(host, { name: `manifests.hooks.before[${index}]`, prints: 'stdout' }, settings, ctx);
  }
  settings.say('stderr', 'Completed pre-render hooks...\n');
}

/**
 * Runs `manifests.hooks.after`, one after the other, with the module's manifests on their standard input. Those with
 * `withChange` print the manifests that take their place, which are passed on word for word.
 *
 * @throws {ToolError} `COMMAND_FAILED` for a hook that fails or prints nothing; `MANIFEST_PARSE_ERR` for what is no YAML;
 * `COMMAND_NOT_FOUND`.
 */
export async function runPostHooks(
  module: Module,
  manifests: readonly Manifest[],
  settings: RenderHookSettings,
  ctx: Context,
): Promise<readonly Manifest[]> {
  const { after = [] } = module.manifestTransforms.hooks as HooksSpec;
  if (after.length === 0 || manifests.length === 0) return manifests;
  settings.say('stderr', 'Starting post-render hooks...\n');
  let current = manifests;
  for (const [index, { host }] of after.entries()) {
    if (host === undefined) continue;
    const name = `manifests.hooks.after[${index}]`;
    const changes = host.withChange === true;
    const place = { name, input: documentsText(current), prints: changes ? 'manifests' : 'stderr' } as const;
    const printed = await runHook(host, place, settings, ctx);
    if (changes && printed !== undefined) current = await readChanged(printed, name, module);
  }
  settings.say('stderr', 'Completed post-render hooks\n');
  return current;
}

async function readChanged(text: string, name: string, module: Module): Promise<readonly Manifest[]> {
  if (text === '') {
    throw new ToolError(
      'COMMAND_FAILED',
      `${name} printed nothing on its stdout, where withChange wants the manifests`,
      {
        suggestions: [{ code: 'FIX_HOOK', action: 'Print the manifests, or leave out withChange' }],
      },
    );
  }
  return readVerbatim({ module: module.name, source: name, text });
}

/** Where a hook stands, and where what it prints goes: `manifests` are its result, and only errors are passed on. */
interface HookPlace {
  readonly name: string;
  readonly input?: string;
  readonly prints: 'stdout' | 'stderr' | 'manifests';
}

/** Runs one hook and returns its standard output; undefined for one that is not for this operating system. */
async function runHook(
  { command = [], dir, os }: HostHook,
  { name, input, prints }: HookPlace,
  settings: RenderHookSettings,
  ctx: Context,
): Promise<string | undefined> {
  if (command.length === 0) {
    throw new ToolError('CONFIG_VALIDATION_ERR', `${name} has no command`, {
      suggestions: [{ code: 'FIX_HOOK', action: 'Write the program and its arguments as a list under command' }],
    });
  }
  const hook: Hook = {
    command,
    ...(dir === undefined || dir === '' ? {} : { dir }),
    ...(os === undefined ? {} : { os }),
  };
  const { kubeContext, namespace, say } = settings;
  const run: HookRun = {
    name,
    settings,
    variables: { SKAFFOLD_KUBE_CONTEXT: kubeContext, SKAFFOLD_NAMESPACES: namespace },
    together: prints !== 'manifests',
    say: (stream, text) => {
      if (prints !== 'manifests') say(prints, text);
      else if (stream === 'stderr') say(stream, text);
    },
    ...(input === undefined ? {} : { input }),
  };
  try {
    return (await runHostHook(hook, run, ctx))?.stdout;
  } catch (error) {
    throw error instanceof ToolError && error.code === 'COMMAND_NOT_FOUND' ? withPrefix(name, error) : error;
  }
}
