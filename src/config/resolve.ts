import { resolve } from 'node:path';
import type { ImageName } from '../core/names.ts';
import type { Artifact, Hook, ImageTest, Module, PluginEntry, ResourceFilter } from '../core/project.ts';
import { builderTypes } from './defaults/artifact.ts';
import { filled } from './filled.ts';
import type * as schema from './generated/types.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { nearestNode } from './nodes.ts';
import { rangeOf } from './source.ts';

/** A valid configuration as the module everything later works on. `cwd` is what relative contexts are relative to. */
export function resolveModule(loaded: LoadedConfig, cwd: string): Module {
  const { config, document } = loaded;
  const { manifests = {}, deploy = {}, resourceSelector = {} } = config;
  return {
    name: filled(config.metadata?.name),
    file: document.source.file,
    directory: loaded.directory,
    artifacts: (config.build?.artifacts ?? []).map((artifact, index) => resolveArtifact(artifact, index, loaded, cwd)),
    tests: (config.test ?? []).map((test) => resolveTest(test, cwd)),
    build: resolveBuild(config.build ?? {}),
    manifests: manifestEntries(manifests),
    manifestTransforms: {
      transform: manifests.transform ?? [],
      validate: manifests.validate ?? [],
      hooks: manifests.hooks ?? {},
    },
    deploy: entries(deploy, ['docker', 'helm', 'kpt', 'kubectl', 'cloudrun']),
    deployKubeContext: filled(deploy.kubeContext),
    resourceSelector: {
      allow: (resourceSelector.allow ?? []).map(resolveFilter),
      deny: (resourceSelector.deny ?? []).map(resolveFilter),
    },
  };
}

function resolveArtifact(artifact: schema.Artifact, index: number, loaded: LoadedConfig, cwd: string): Artifact {
  const { image = '', context = '.', requires = [], platforms = [], runtimeType } = artifact;
  const type = builderTypes.find((name) => artifact[name] !== undefined) ?? 'docker';
  const { source, root } = loaded.document;
  return {
    image: image as ImageName,
    workspace: resolve(cwd, context),
    context,
    type,
    spec: artifact[type],
    requires: requires.map((entry) => ({ image: (entry.image ?? '') as ImageName, alias: entry.alias ?? '' })),
    platforms,
    ...(filled(runtimeType) === undefined ? {} : { runtimeType: runtimeType ?? '' }),
    hooks: resolveHooks(artifact.hooks),
    at: rangeOf(source, nearestNode(root, ['build', 'artifacts', index])),
  };
}

function resolveTest(test: schema.TestCase, cwd: string): ImageTest {
  const { image = '', context = '.', structureTests = [], structureTestsArgs = [], custom = [] } = test;
  return {
    image: image as ImageName,
    directory: resolve(cwd, context),
    structureTests,
    structureTestsArgs,
    custom: custom.map(({ command = '', timeoutSeconds = 0 }) => ({ command, timeoutSeconds })),
    namesDependencies: custom.some(({ dependencies }) => dependencies !== undefined),
  };
}

function resolveBuild(build: schema.BuildConfig): Module['build'] {
  const environment =
    (['local', 'googleCloudBuild', 'cluster'] as const).find((name) => build[name] !== undefined) ?? 'local';
  const spec = build[environment] ?? {};
  return {
    environment,
    environmentSpec: spec,
    concurrency: environment === 'local' ? spec.concurrency : (spec.concurrency ?? 0),
    push: build.local?.push,
    tagPolicy: tagPolicyEntry(build.tagPolicy ?? {}),
    insecureRegistries: build.insecureRegistries ?? [],
    platforms: build.platforms ?? [],
    hooks: resolveHooks(build.hooks),
  };
}

/** In the order Skaffold looks for them. */
const taggers = ['envTemplate', 'sha256', 'gitCommit', 'dateTime', 'inputDigest', 'customTemplate'] as const;

function tagPolicyEntry(policy: schema.TagPolicy): PluginEntry {
  const type = taggers.find((name) => policy[name] !== undefined) ?? 'gitCommit';
  return { type, spec: policy[type] ?? {} };
}

/** The sources of manifests in the order they are rendered; empty lists are no source. */
function manifestEntries(manifests: schema.RenderConfig): readonly PluginEntry[] {
  const all = entries(manifests, ['kpt', 'rawYaml', 'remoteManifests', 'kustomize', 'helm']);
  return all.filter(({ spec }) => !(Array.isArray(spec) && spec.length === 0));
}

function entries<Name extends string>(
  section: { readonly [name in Name]?: unknown },
  names: readonly Name[],
): PluginEntry[] {
  return names.flatMap((type) => (section[type] === undefined ? [] : [{ type, spec: section[type] }]));
}

function resolveHooks(hooks: schema.BuildHooks | undefined): {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
} {
  return { before: (hooks?.before ?? []).map(resolveHook), after: (hooks?.after ?? []).map(resolveHook) };
}

function resolveHook({ command = [], dir, os }: schema.HostHook): Hook {
  return { command, ...(filled(dir) === undefined ? {} : { dir: dir ?? '' }), ...(os === undefined ? {} : { os }) };
}

function resolveFilter({
  groupKind = '',
  image = [],
  labels = [],
  podSpec = [],
}: schema.ResourceFilter): ResourceFilter {
  return { groupKind, image, labels, podSpec };
}
