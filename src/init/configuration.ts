import { basename, dirname, relative } from 'node:path';
import type { Artifact, SkaffoldConfig } from '../config/generated/types.ts';
import { apiVersionPrefix, latestVersion } from '../config/versions.ts';
import type { FoundBuilder, Pair } from './types.ts';

/** The whole configuration, named after the directory. */
export function configurationOf(
  directory: string,
  pairs: readonly Pair[],
  sources: Pick<SkaffoldConfig, 'manifests' | 'deploy' | 'profiles'>,
): SkaffoldConfig {
  const artifacts = pairs.filter(({ builder }) => builder.name !== 'None').map(artifactOf);
  const portForward = pairs.flatMap(({ image, manifest }) =>
    manifest === undefined || manifest.port === 0
      ? []
      : [{ resourceType: 'service', resourceName: image, port: manifest.port }],
  );
  const name = nameOf(directory);
  return {
    apiVersion: `${apiVersionPrefix}${latestVersion}`,
    kind: 'Config',
    ...(name === '' ? {} : { metadata: { name } }),
    ...(artifacts.length === 0 ? {} : { build: { artifacts } }),
    ...sources,
    ...(portForward.length === 0 ? {} : { portForward }),
  };
}

/** Lower case; runs of everything but letters, dots and dashes become a dash (digits too, in Skaffold as well). */
function nameOf(directory: string): string {
  return basename(directory)
    .toLowerCase()
    .replace(/[^-.a-z]+/g, '-')
    .slice(0, 253);
}

function artifactOf({ builder, image, context = dirname(builder.path) }: Pair): Artifact {
  return { image, ...(context === '.' ? {} : { context }), ...buildSection(builder, context) };
}

function buildSection({ name, path, builder, project }: FoundBuilder, context: string): Partial<Artifact> {
  switch (name) {
    case 'Docker':
      return { docker: { dockerfile: relative(context, path) } };
    case 'Buildpacks':
      return { buildpacks: builder === undefined ? {} : { builder } };
    case 'Ko':
      return { ko: { dependencies: { paths: ['**/*.go', 'go.*'] } } };
    case 'Jib Maven Plugin':
    case 'Jib Gradle Plugin':
      return { jib: project === undefined ? {} : { project } };
    case 'None':
      return {};
  }
}
