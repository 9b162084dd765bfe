import type { KanikoArtifact } from '../../../config/generated/types.ts';
import type { ImageEngine } from '../../../core/plugins.ts';
import type { Artifact } from '../../../core/project.ts';
import { unsupportedField } from '../../../core/unsupported.ts';

/** `build.artifacts[].kaniko` after defaults (the schema's `KanikoArtifact`). */
export type KanikoSpec = KanikoArtifact & { readonly dockerfile: string };

/**
 * Refuses fields that ask for something BuildKit is not told with a build. Those that only say how kaniko or its pod works
 * have no effect: there is neither.
 *
 * @throws `NOT_SUPPORTED` naming the field and the artifact.
 */
export function refuseUnsupported({ image, spec }: Artifact<KanikoSpec>, engine: ImageEngine['name']): void {
  for (const { field, isSet, problem, action } of refusals(spec, engine)) {
    if (!isSet) continue;
    throw unsupportedField(`build.artifacts.kaniko.${field}`, `${problem}, and "${image}" asks for it`, action);
  }
}

interface FieldRefusal {
  readonly field: string;
  readonly isSet: boolean;
  readonly problem: string;
  readonly action: string;
}

const ownRegistries = 'how BuildKit reaches registries is part of its own configuration';
const inDaemon = (line: string): string => `Write ${line} into buildkitd.toml, and remove the field`;

function refusals(spec: KanikoSpec, engine: ImageEngine['name']): readonly FieldRefusal[] {
  const { cache = {} } = spec;
  const hosts = 'Name the registries in build.insecureRegistries and in buildkitd.toml, and remove the field';
  return [
    { field: 'insecurePull', isSet: spec.insecurePull === true, problem: ownRegistries, action: hosts },
    { field: 'skipTLSVerifyPull', isSet: spec.skipTLSVerifyPull === true, problem: ownRegistries, action: hosts },
    {
      field: 'registryMirror',
      isSet: (spec.registryMirror ?? '') !== '',
      problem: ownRegistries,
      action: inDaemon('[registry."docker.io"] mirrors'),
    },
    {
      field: 'registryCertificate',
      isSet: Object.keys(spec.registryCertificate ?? {}).length > 0,
      problem: ownRegistries,
      action: inDaemon('[registry."HOST"] ca'),
    },
    {
      field: 'singleSnapshot',
      isSet: spec.singleSnapshot === true,
      problem: 'BuildKit makes a layer of each instruction',
      action: 'Remove the field; where files must not stay in layers, use RUN --mount or another stage',
    },
    {
      field: 'ignorePaths',
      isSet: (spec.ignorePaths ?? []).length > 0,
      problem: 'an image has all that its instructions write',
      action: 'Remove the files in the same RUN, or write them to RUN --mount=type=tmpfs',
    },
    {
      field: 'volumeMounts',
      isSet: (spec.volumeMounts ?? []).length > 0,
      problem: 'no pod is made for a build that volumes could be mounted into',
      action: 'Use RUN --mount=type=cache or type=secret, and remove the field',
    },
    {
      field: 'cache.ttl',
      isSet: (cache.ttl ?? '') !== '',
      problem: 'cached steps have no age limit',
      action: 'Remove the field; buildkitd.toml says with gcpolicy what BuildKit forgets',
    },
    {
      field: 'cache.repo',
      isSet: (cache.repo ?? '').startsWith('oci:'),
      problem: 'a directory of the pod cannot keep the cache',
      action: 'Name a repository of a registry',
    },
    {
      field: 'reproducible',
      isSet: spec.reproducible === true && engine === 'docker',
      problem: 'a Docker Engine leaves the times of files as they are',
      action: 'Remove the field, or build with --engine=buildkit or --engine=embedded',
    },
  ];
}
