import { filled } from '../filled.ts';
import type { Artifact, BuildpackArtifact, KanikoArtifact, Sync } from '../generated/types.ts';

/** The builders an artifact may name, in the order of the schema. */
export const builderTypes = ['docker', 'bazel', 'ko', 'jib', 'kaniko', 'buildpacks', 'custom'] as const;

/** One artifact with its defaults; `inCluster` says that the cluster builds it, where Dockerfiles are built by kaniko. */
export function artifactDefaults(artifact: Artifact, inCluster: boolean): Artifact {
  const sync = syncDefaults(artifact);
  const { docker, kaniko, buildpacks, custom } = withBuilder(artifact, inCluster);
  const builtByKaniko = docker === undefined && kaniko !== undefined ? kanikoDefaults(kaniko) : kaniko;
  return {
    ...artifact,
    context: filled(artifact.context) ?? '.',
    ...(sync === undefined ? {} : { sync }),
    ...(artifact.requires === undefined ? {} : { requires: artifact.requires.map(aliasDefault) }),
    ...(docker === undefined ? {} : { docker: { ...docker, dockerfile: filled(docker.dockerfile) ?? 'Dockerfile' } }),
    ...(builtByKaniko === undefined ? {} : { kaniko: builtByKaniko }),
    ...(buildpacks === undefined ? {} : { buildpacks: buildpacksDefaults(buildpacks) }),
    ...(custom === undefined ? {} : { custom: { ...custom, dependencies: custom.dependencies ?? { paths: ['.'] } } }),
  };
}

function withBuilder(artifact: Artifact, inCluster: boolean): Artifact {
  if (inCluster && artifact.custom === undefined && artifact.buildpacks === undefined)
    return { ...artifact, kaniko: artifact.kaniko ?? {} };
  return builderTypes.some((type) => artifact[type] !== undefined) ? artifact : { ...artifact, docker: {} };
}

function aliasDefault<Entry extends { readonly image?: string | undefined; readonly alias?: string | undefined }>(
  entry: Entry,
): Entry {
  return { ...entry, alias: filled(entry.alias) ?? entry.image ?? '' };
}

/** An empty `sync` lets jib and buildpacks decide and infers everything elsewhere; buildpacks sync without being asked. */
function syncDefaults(artifact: Artifact): Sync | undefined {
  const { sync, buildpacks, jib } = artifact;
  if (sync === undefined) return buildpacks === undefined ? undefined : { auto: true };
  const chosen = sync.auto !== undefined || (sync.manual ?? []).length > 0 || (sync.infer ?? []).length > 0;
  if (chosen) return sync;
  return buildpacks !== undefined || jib !== undefined ? { ...sync, auto: true } : { ...sync, infer: ['**/*'] };
}

function kanikoDefaults(kaniko: KanikoArtifact): KanikoArtifact {
  const { cache } = kaniko;
  return {
    ...kaniko,
    image: filled(kaniko.image) ?? 'gcr.io/kaniko-project/executor:latest',
    dockerfile: filled(kaniko.dockerfile) ?? 'Dockerfile',
    initImage: filled(kaniko.initImage) ?? 'gcr.io/k8s-skaffold/skaffold-helpers/busybox',
    digestFile: filled(kaniko.digestFile) ?? '/dev/termination-log',
    copyMaxRetries: kaniko.copyMaxRetries ?? 3,
    copyTimeout: filled(kaniko.copyTimeout) ?? '5m',
    buildContextCompressionLevel: kaniko.buildContextCompressionLevel ?? 1,
    ...(cache === undefined ? {} : { cache: { ...cache, cacheRunLayers: cache.cacheRunLayers ?? true } }),
  };
}

function buildpacksDefaults(buildpacks: BuildpackArtifact): BuildpackArtifact {
  const noBuilder = filled(buildpacks.builder) === undefined && (buildpacks.buildpacks ?? []).length === 0;
  return {
    ...buildpacks,
    ...(noBuilder ? { builder: 'gcr.io/buildpacks/builder:v1', trustBuilder: true } : {}),
    projectDescriptor: filled(buildpacks.projectDescriptor) ?? 'project.toml',
    dependencies: buildpacks.dependencies ?? { paths: ['.'] },
  };
}
