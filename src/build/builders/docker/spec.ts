import type { Artifact } from '../../../core/project.ts';
import { unsupportedField } from '../../../core/unsupported.ts';

/** `build.artifacts[].docker` after defaults (the schema's `DockerArtifact`). */
export interface DockerSpec {
  readonly dockerfile: string;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string | null>>;
  readonly network?: string;
  readonly addHost?: readonly string[];
  readonly cacheFrom?: readonly string[];
  readonly cliFlags?: readonly string[];
  readonly pullParent?: boolean;
  readonly noCache?: boolean;
  readonly squash?: boolean;
  readonly secrets?: readonly unknown[];
  readonly ssh?: string;
}

/**
 * Refuses fields that need a BuildKit, which no engine of this version drives.
 *
 * @throws `NOT_SUPPORTED` naming the field and the artifact.
 */
export function refuseUnsupported({ image, spec }: Artifact<DockerSpec>): void {
  const set: readonly (readonly [string, boolean])[] = [
    ['secrets', (spec.secrets ?? []).length > 0],
    ['ssh', (spec.ssh ?? '') !== ''],
    ['cliFlags', (spec.cliFlags ?? []).length > 0],
  ];
  const used = set.filter(([, isSet]) => isSet).map(([name]) => `build.artifacts.docker.${name}`);
  if (used.length === 0) return;
  throw unsupportedField(
    used.join(', '),
    `this version cannot do that, and "${image}" asks for it`,
    'Remove the field',
  );
}
