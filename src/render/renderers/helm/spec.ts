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

/** One release as it is written. */
export interface HelmRelease {
  readonly name?: string | undefined;
  readonly chartPath?: string | undefined;
  readonly remoteChart?: string | undefined;
  readonly valuesFiles?: readonly string[] | undefined;
  readonly namespace?: string | undefined;
  readonly version?: string | undefined;
  readonly repo?: string | undefined;
  /** Nested values under dotted keys. */
  readonly setValues?: Readonly<Record<string, string>> | undefined;
  readonly setValueTemplates?: Readonly<Record<string, string>> | undefined;
  readonly setFiles?: Readonly<Record<string, string>> | undefined;
  readonly skipBuildDependencies?: boolean | undefined;
  readonly skipTests?: boolean | undefined;
  readonly useHelmSecrets?: boolean | undefined;
  readonly overrides?: YamlNode | undefined;
  readonly packaged?: object | undefined;
}
