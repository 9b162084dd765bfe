import { changeBuilds, changeItems, changeMapping, renamed, type UpgradeStep } from './step.ts';

/** `buildpack` is called `buildpacks`, and a cluster's `pullSecret` is `pullSecretPath`. */
export const step: UpgradeStep = (root) =>
  changeBuilds(root, (build) => {
    const artifacts = changeItems(build, 'artifacts', (artifact) => renamed(artifact, 'buildpack', 'buildpacks'));
    return changeMapping(artifacts, 'cluster', (cluster) => renamed(cluster, 'pullSecret', 'pullSecretPath'));
  });
