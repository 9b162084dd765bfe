import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Context } from '../../core/ports.ts';
import type { ConfigDocument } from '../documents.ts';
import { filled } from '../filled.ts';
import type { SkaffoldConfig } from '../generated/types.ts';
import type { KubeOptions } from '../kube-context.ts';
import { artifactDefaults } from './artifact.ts';
import { clusterDefaults } from './cluster.ts';
import { googleCloudBuildDefaults } from './google-cloud-build.ts';
import { helmDefaults } from './helm.ts';
import { portForwardDefaults } from './port-forward.ts';

/**
 * The configuration of a document with everything filled in that Skaffold fills in for each configuration by itself
 * (what depends on there being only one is in `single.ts`). Works on the value after profiles.
 */
export async function withDefaults(
  document: ConfigDocument,
  options: KubeOptions,
  ctx: Context,
  findings: Diagnostic[],
): Promise<SkaffoldConfig> {
  const { value } = document;
  const build = await buildDefaults(value, options, ctx);
  const deploy = value.deploy ?? {};
  const logs = { ...deploy.logs, prefix: filled(deploy.logs?.prefix) ?? 'container' };
  const helm = deploy.helm === undefined ? undefined : helmDefaults(deploy.helm, document, findings);
  return {
    ...value,
    build,
    deploy: { ...deploy, logs, ...(helm === undefined ? {} : { helm }) },
    ...(value.portForward === undefined ? {} : { portForward: value.portForward.map(portForwardDefaults) }),
    ...(value.test === undefined
      ? {}
      : { test: value.test.map((test) => ({ ...test, context: filled(test.context) ?? '.' })) }),
  };
}

type Build = NonNullable<SkaffoldConfig['build']>;

async function buildDefaults(value: SkaffoldConfig, options: KubeOptions, ctx: Context): Promise<Build> {
  const build = value.build ?? {};
  const artifacts = (build.artifacts ?? []).map((artifact) => artifactDefaults(artifact, build.cluster !== undefined));
  return {
    ...build,
    ...(build.artifacts === undefined ? {} : { artifacts }),
    tagPolicy: Object.keys(build.tagPolicy ?? {}).length === 0 ? { gitCommit: {} } : (build.tagPolicy ?? {}),
    ...(await environmentDefaults(build, artifacts.length > 0, options, ctx)),
  };
}

/** Where images are built: locally when nothing is said. */
async function environmentDefaults(
  build: Build,
  hasArtifacts: boolean,
  options: KubeOptions,
  ctx: Context,
): Promise<Partial<Build>> {
  const { local, googleCloudBuild, cluster } = build;
  const isLocal = local !== undefined || (googleCloudBuild === undefined && cluster === undefined);
  return {
    ...(isLocal ? { local: hasArtifacts ? { ...local, concurrency: local?.concurrency ?? 1 } : { ...local } } : {}),
    ...(googleCloudBuild === undefined ? {} : { googleCloudBuild: googleCloudBuildDefaults(googleCloudBuild) }),
    ...(cluster === undefined ? {} : { cluster: await clusterDefaults(cluster, options, ctx) }),
  };
}
