import type { Diagnostic } from '../../core/diagnostic.ts';
import { builderTypes } from '../defaults/artifact.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';

type BuilderType = (typeof builderTypes)[number];

/** Which builders work where: all but kaniko locally, only some in the cloud and in the cluster. */
const environments: Readonly<Record<string, readonly BuilderType[]>> = {
  local: ['docker', 'bazel', 'ko', 'jib', 'buildpacks', 'custom'],
  googleCloudBuild: ['kaniko', 'docker', 'jib', 'buildpacks', 'ko'],
  cluster: ['kaniko', 'custom'],
};

const names: Readonly<Record<string, string>> = { local: 'local', googleCloudBuild: 'gcb', cluster: 'cluster' };

/** Artifacts whose builder does not work where the configuration builds. */
export function builderFit(loaded: LoadedConfig): readonly Diagnostic[] {
  const build = loaded.config.build ?? {};
  const [environment, ...others] = Object.keys(environments).filter((name) => build[name as 'local'] !== undefined);
  if (environment === undefined || others.length > 0) return [];
  return (build.artifacts ?? []).flatMap((artifact, index) => {
    const types = builderTypes.filter((type) => artifact[type] !== undefined);
    const type = types[0];
    if (type === undefined || types.length > 1 || environments[environment]?.includes(type)) return [];
    const message = `found a '${type}' artifact, which is incompatible with the '${names[environment]}' builder: ${artifact.image ?? ''}`;
    return [findingIn(loaded, ['build', 'artifacts', index], message, { suggestion: adviceFor(type, environment) })];
  });
}

function adviceFor(type: BuilderType, environment: string): string {
  if (type === 'kaniko') return "Add the 'cluster' stanza to the 'build' section of your configuration";
  return `Remove the '${environment}' stanza from the 'build' section of your configuration`;
}
