import type { YamlMapping } from '../../core/yaml-node.ts';
import { changeBuilds, given, type Report, type UpgradeStep } from './step.ts';

/** Azure Container Registry no longer builds. */
export const step: UpgradeStep = (root, report) => changeBuilds(root, (build) => withoutAzure(build, report));

function withoutAzure(build: YamlMapping, report: Report): YamlMapping {
  const azure = given(build, 'acr');
  if (azure !== undefined)
    report(azure, 'build.acr is not supported since skaffold/v1beta1', {
      suggestion: 'Remove it, and say with build.local, build.cluster or build.googleCloudBuild where to build',
    });
  return build;
}
