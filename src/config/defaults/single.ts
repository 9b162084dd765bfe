import type { SkaffoldConfig } from '../generated/types.ts';

type Manifests = NonNullable<SkaffoldConfig['manifests']>;
type Deploy = NonNullable<SkaffoldConfig['deploy']>;

/** What is rendered when a lone configuration names no manifests. */
export const defaultManifests: readonly string[] = ['k8s/*.yaml'];

/**
 * What Skaffold fills in when exactly one configuration is worked on: manifests in `k8s/` where nothing else is
 * rendered or deployed, and kubectl where nothing deploys.
 */
export function singleConfigDefaults(config: SkaffoldConfig): SkaffoldConfig {
  const manifests = config.manifests ?? {};
  const deploy = config.deploy ?? {};
  const rendered = usesDefaultManifests(manifests, deploy) ? { ...manifests, rawYaml: defaultManifests } : manifests;
  return { ...config, manifests: rendered, deploy: deployDefaults(deploy, manifests) };
}

function usesDefaultManifests(manifests: Manifests, deploy: Deploy): boolean {
  if ((manifests.kpt ?? []).length > 0 || (manifests.rawYaml ?? []).length > 0) return false;
  const others = [manifests.kustomize, manifests.helm, deploy.helm, deploy.docker, deploy.cloudrun];
  return others.every((other) => other === undefined);
}

function deployDefaults(deploy: Deploy, manifests: Manifests): Deploy {
  const { docker, helm, kpt, kubectl, cloudrun } = deploy;
  const noDeployer = [docker, helm, kpt, kubectl, cloudrun].every((deployer) => deployer === undefined);
  const rendersRawYaml = (manifests.kpt ?? []).length === 0 && (manifests.rawYaml ?? []).length > 0;
  const rawYamlNeedsKubectl = rendersRawYaml && kubectl === undefined && cloudrun === undefined;
  return noDeployer || rawYamlNeedsKubectl ? { ...deploy, kubectl: {} } : deploy;
}
