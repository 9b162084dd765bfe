/** Modules that build in a cluster (`build.cluster`): what they may ask for, and what builders are told of it. */
import { join, resolve } from 'node:path';
import type { KanikoSpec } from '../build/builders/kaniko/spec.ts';
import type { ClusterDetails } from '../config/generated/types.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { ImageReference } from '../core/names.ts';
import type { ClusterSettings } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact, Module, Project } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';
import type { BuildKitCluster } from '../engines/buildkit/pods.ts';
import { parseReference } from '../image/reference.ts';

/** Whether a module builds in the cluster. */
export function buildsInCluster({ build }: Module): boolean {
  return build.environment === 'cluster';
}

/**
 * Refuses what a module asks for of the pods that would build its images: there are none. What only says where and how
 * such pods run has no effect.
 *
 * @throws `NOT_SUPPORTED` naming the field.
 */
export function refuseClusterSettings(module: Module, ctx: Context): void {
  if (!buildsInCluster(module)) return;
  const cluster = module.build.environmentSpec as ClusterDetails;
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY'] as const) {
    if ((cluster[name] ?? '') === '') continue;
    const action = `Set ${name} in the environment of buildkitd, and remove the field`;
    throw unsupportedField(`build.cluster.${name}`, 'BuildKit uses the proxies of its own environment', action);
  }
  if ((cluster.pullSecretPath ?? '') !== '') {
    const problem = 'the key of a service account is not read; registries get the credentials of this machine';
    const action = 'Log in with the key, as in docker login -u _json_key, and remove the field';
    throw unsupportedField('build.cluster.pullSecretPath', problem, action);
  }
  const path = cluster.dockerConfig?.path ?? '';
  if (path === '' || absolute(path, ctx) === usedDockerConfig(ctx)) return;
  const problem = 'registries get the credentials of the configuration that docker uses here, which is another one';
  const action = 'Set DOCKER_CONFIG to the directory of the file, or remove the field';
  throw unsupportedField('build.cluster.dockerConfig.path', problem, action);
}

function absolute(path: string, { system }: Context): string {
  return resolve(
    system.cwd,
    path.replace(/^~(?=\/|$)/, () => system.homeDirectory),
  );
}

function usedDockerConfig({ system }: Context): string {
  return join(resolve(system.cwd, system.env['DOCKER_CONFIG'] || join(system.homeDirectory, '.docker')), 'config.json');
}

/** What builders are told of the cluster; undefined for a module that builds elsewhere. */
export function clusterSettingsOf(module: Module, kubeContext: string): ClusterSettings | undefined {
  if (!buildsInCluster(module)) return undefined;
  const { namespace, timeout, pullSecretName, dockerConfig } = module.build.environmentSpec as ClusterDetails;
  return {
    kubeContext,
    namespace: namespace ?? 'default',
    timeout: timeout ?? '20m',
    pullSecretName: pullSecretName ?? '',
    dockerConfigSecretName: dockerConfig?.secretName,
  };
}

/** Where BuildKits are looked for; undefined where nothing is to be built in a cluster by one. */
export function buildKitClusterOf(
  { modules }: Project,
  kube: { readonly kubeContext: string; readonly kubeconfig: string | undefined },
): BuildKitCluster | undefined {
  const building = modules.filter((module) => kanikoArtifacts(module).length > 0);
  const namespaces = building.flatMap((module) => clusterSettingsOf(module, '')?.namespace ?? []);
  return namespaces.length === 0 ? undefined : { ...kube, namespaces: [...new Set(namespaces)].sort() };
}

/** The artifacts that kaniko would build in the cluster. */
function kanikoArtifacts(module: Module): readonly Artifact<KanikoSpec>[] {
  if (!buildsInCluster(module)) return [];
  return (module.artifacts as readonly Artifact<KanikoSpec>[]).filter(({ type }) => type === 'kaniko');
}

/**
 * `kaniko.destination`: where else the image has to be. Names without a tag are `latest`.
 *
 * @throws `REFERENCE_INVALID` naming the field.
 */
export function destinationsOf({ type, spec, image }: Artifact): readonly ImageReference[] {
  if (type !== 'kaniko') return [];
  const field = `build.artifacts.kaniko.destination of "${image}"`;
  return ((spec as KanikoSpec).destination ?? []).map((text) => {
    try {
      const reference = parseReference(text);
      if (reference.digest === undefined) return { ...reference, tag: reference.tag ?? 'latest' };
    } catch (error) {
      throw withPrefix(field, error);
    }
    throw new ToolError('REFERENCE_INVALID', `${field}: ${text} has a digest, which no image can be pushed as`);
  });
}

/**
 * Registries that kaniko artifacts say may be spoken to in plain HTTP, or in TLS without verification: those they name,
 * and with `insecure` or `skipTLS` those that images are pushed to.
 *
 * @param rewrites move an image into each of the default repos.
 */
export function insecureRegistriesOf(
  { modules }: Project,
  rewrites: readonly ((image: string) => string)[],
): readonly string[] {
  return modules.flatMap(kanikoArtifacts).flatMap((artifact) => {
    const { insecure, skipTLS, insecureRegistry = [], skipTLSVerifyRegistry = [] } = artifact.spec;
    const named = [...insecureRegistry, ...skipTLSVerifyRegistry];
    if (insecure !== true && skipTLS !== true) return named;
    const pushed = rewrites.map((rewrite) => parseReference(rewrite(artifact.image)));
    return [...named, ...[...pushed, ...destinationsOf(artifact)].map(({ registry }) => registry)];
  });
}
