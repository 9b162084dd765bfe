import { type BuiltCommand, isBuilt } from './built-commands.ts';
import type { Invocation } from './invocation.ts';

type Loaders = {
  readonly [Name in BuiltCommand]: () => Promise<{ run(invocation: Invocation<Name>): Promise<number> }>;
};

/** Where each command is. A command's code is read from disk only when it runs. */
const loaders: Loaders = {
  build: () => import('./commands/build.ts'),
  render: () => import('./commands/render.ts'),
  test: () => import('./commands/test.ts'),
  version: () => import('./commands/version.ts'),
  diagnose: () => import('./commands/diagnose.ts'),
  fix: () => import('./commands/fix.ts'),
  filter: () => import('./commands/filter.ts'),
  'schema get': () => import('./commands/schema.ts'),
  'schema list': () => import('./commands/schema.ts'),
  'find-configs': () => import('./commands/find-configs.ts'),
  lint: () => import('./commands/lint.ts'),
  init: () => import('./commands/init.ts'),
  'config set': () => import('./commands/config-set.ts'),
  'config unset': () => import('./commands/config-set.ts'),
  'config list': () => import('./commands/config-list.ts'),
  'inspect modules list': () => import('./commands/inspect-list.ts'),
  'inspect profiles list': () => import('./commands/inspect-list.ts'),
  'inspect build-env list': () => import('./commands/inspect-list.ts'),
  'inspect tests list': () => import('./commands/inspect-list.ts'),
  'inspect jobManifestPaths list': () => import('./commands/inspect-list.ts'),
  'inspect jobManifestPaths modify': () => import('./commands/inspect-job-manifests.ts'),
  'inspect executionModes list': () => import('./commands/inspect-list.ts'),
  'inspect namespaces list': () => import('./commands/inspect-namespaces.ts'),
  'inspect build-env add local': () => import('./commands/inspect-build-env.ts'),
  'inspect build-env add googleCloudBuild': () => import('./commands/inspect-build-env.ts'),
  'inspect build-env add cluster': () => import('./commands/inspect-build-env.ts'),
  'inspect build-env modify googleCloudBuild': () => import('./commands/inspect-build-env.ts'),
  'inspect config-dependencies add': () => import('./commands/inspect-dependencies.ts'),
  completion: () => import('./commands/completion.ts'),
  help: () => import('./commands/help.ts'),
  options: () => import('./commands/options.ts'),
  __complete: () => import('./commands/complete.ts'),
  __completeNoDesc: () => import('./commands/complete.ts'),
  'registry serve': () => import('./commands/registry.ts'),
  why: () => import('./commands/why.ts'),
  affected: () => import('./commands/affected.ts'),
  prune: () => import('./commands/prune.ts'),
};

/** Loads and runs the command of the invocation; returns its exit code. @throws `NOT_SUPPORTED` for one that is not built yet. */
export async function runCommand(invocation: Invocation): Promise<number> {
  const { command } = invocation;
  if (!isBuilt(command)) return await (await import('./commands/not-built.ts')).run(invocation);
  const load = loaders[command] as () => Promise<{ run(invocation: Invocation): Promise<number> }>;
  return await (await load()).run(invocation);
}
