import type { CustomTest, Profile, SkaffoldConfig, TestCase } from '../../config/generated/types.ts';
import type { LoadedConfig } from '../../config/loaded-config.ts';
import type { Invocation } from '../invocation.ts';
import { answer, inspectedConfigs } from './inspect-answer.ts';

/** The questions that are answered from the configuration alone. */
type ListInvocation =
  | Invocation<'inspect modules list'>
  | Invocation<'inspect profiles list'>
  | Invocation<'inspect build-env list'>
  | Invocation<'inspect tests list'>
  | Invocation<'inspect jobManifestPaths list'>
  | Invocation<'inspect executionModes list'>;

/** `inspect … list`: one question of another program about the configuration, answered as JSON. */
export function run(invocation: ListInvocation): Promise<number> {
  return answer(invocation, async () => answerTo(invocation, await inspectedConfigs(invocation)));
}

function answerTo(invocation: ListInvocation, configs: readonly LoadedConfig[]): unknown {
  switch (invocation.command) {
    case 'inspect modules list':
      return modules(configs, invocation.options.all);
    case 'inspect profiles list':
      return profiles(configs, invocation.options.buildEnv);
    case 'inspect build-env list':
      return { build_envs: configs.map((loaded) => ({ type: buildEnvironment(loaded.config), ...placeOf(loaded) })) };
    case 'inspect tests list':
      return { tests: configs.flatMap(({ config }) => (config.test ?? []).flatMap(testEntries)) };
    case 'inspect jobManifestPaths list':
      return jobManifestPaths(configs);
    case 'inspect executionModes list':
      return executionModes(configs);
  }
}

/** Where a configuration is, and its name if it has one. */
function placeOf({ location, config }: LoadedConfig): { readonly path: string; readonly module?: string } {
  const name = config.metadata?.name ?? '';
  return { path: location, ...(name === '' ? {} : { module: name }) };
}

/**
 * Configurations without a name get one of their place in the file, where they are wanted at all. The file that was asked
 * for is that of the last one: everything comes after what it requires.
 */
function modules(configs: readonly LoadedConfig[], all: boolean): unknown {
  const root = configs.at(-1)?.location;
  const entries = configs.map(({ location, config, document, isRemote }) => ({
    named: (config.metadata?.name ?? '') !== '',
    name: config.metadata?.name || `__config_${document.index}`,
    path: location,
    ...(isRemote === true ? { isRemote: true } : {}),
    ...(location === root ? { isRoot: true } : {}),
  }));
  return { modules: entries.filter(({ named }) => named || all).map(({ named: _, ...entry }) => entry) };
}

function profiles(configs: readonly LoadedConfig[], environment: string): unknown {
  const wanted = (profile: Profile): boolean => environment === '' || buildEnvironment(profile) === environment;
  const entries = configs.flatMap((loaded) =>
    (loaded.config.profiles ?? []).filter(wanted).map(({ name = '' }) => ({ name, ...placeOf(loaded) })),
  );
  return { profiles: entries };
}

function buildEnvironment({ build = {} }: Pick<SkaffoldConfig, 'build'>): string {
  if (build.googleCloudBuild !== undefined) return 'googleCloudBuild';
  return build.cluster === undefined ? 'local' : 'cluster';
}

function testEntries({ custom = [], structureTests = [], structureTestsArgs }: TestCase): unknown[] {
  return [
    ...custom.map(customTestEntry),
    ...structureTests.map((structureTest) => ({
      testType: 'structure-test',
      structureTest,
      structureTestArgs: structureTestsArgs ?? null,
    })),
  ];
}

/** Keys as Skaffold writes them: the names of its Go fields. */
function customTestEntry({ command = '', timeoutSeconds = 0, dependencies }: CustomTest): unknown {
  const { command: list = '', paths = null, ignore = null } = dependencies ?? {};
  return {
    testType: 'custom-test',
    Command: command,
    TimeoutSeconds: timeoutSeconds,
    Dependencies: dependencies === undefined ? null : { Command: list, Paths: paths, Ignore: ignore },
  };
}

/** What runs containers on request, by name: checks of deployments, and actions. */
type Runs = NonNullable<SkaffoldConfig['verify']>[number] | NonNullable<SkaffoldConfig['customActions']>[number];

function jobManifestPaths(configs: readonly LoadedConfig[]): unknown {
  const pathOf = ({ executionMode }: Runs): string | undefined =>
    executionMode?.kubernetesCluster?.jobManifestPath || undefined;
  return {
    verifyJobManifestPaths: byName(
      configs.flatMap(({ config }) => config.verify ?? []),
      pathOf,
    ),
    customActionJobManifestPaths: byName(
      configs.flatMap(({ config }) => config.customActions ?? []),
      pathOf,
    ),
  };
}

function executionModes(configs: readonly LoadedConfig[]): unknown {
  const modeOf = ({ executionMode }: Runs): string =>
    executionMode?.kubernetesCluster === undefined ? 'local' : 'kubernetesCluster';
  return {
    verifyExecutionModes: byName(
      configs.flatMap(({ config }) => config.verify ?? []),
      modeOf,
    ),
    customActionsExecutionModes: byName(
      configs.flatMap(({ config }) => config.customActions ?? []),
      modeOf,
    ),
  };
}

/** A map as Go writes it: keys sorted. Entries for which `read` says nothing are left out. */
function byName(entries: readonly Runs[], read: (entry: Runs) => string | undefined): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  const pairs = entries.map((entry) => [entry.name ?? '', read(entry)] as const);
  for (const [name, value] of pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))) {
    if (value !== undefined) result[name] = value;
  }
  return result;
}
