import type { HelmRelease as Written } from '../../../config/generated/types.ts';
import type { YamlNode } from '../../../core/yaml-node.ts';

/** What stands under `manifests.helm`. Fields of releases that only a deployment looks at are left out. */
export interface HelmSpec {
  readonly flags?: HelmFlags | undefined;
  readonly releases?: readonly HelmRelease[] | undefined;
}

/** More arguments for helm, by the command they are for. */
interface HelmFlags {
  readonly global?: readonly string[] | undefined;
  readonly depBuild?: readonly string[] | undefined;
  readonly template?: readonly string[] | undefined;
}

/** One release as it is written, its `overrides` with their places. */
export interface HelmRelease
  extends Pick<
    Written,
    | 'name'
    | 'chartPath'
    | 'remoteChart'
    | 'valuesFiles'
    | 'namespace'
    | 'version'
    | 'repo'
    | 'setValues'
    | 'setValueTemplates'
    | 'setFiles'
    | 'skipBuildDependencies'
    | 'skipTests'
    | 'useHelmSecrets'
    | 'packaged'
  > {
  readonly overrides?: YamlNode | undefined;
}
