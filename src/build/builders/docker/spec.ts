import { ToolError } from '../../../core/errors.ts';
import type { Artifact } from '../../../core/project.ts';

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
  const used = set.filter(([, isSet]) => isSet).map(([name]) => `docker.${name}`);
  if (used.length === 0) return;
  throw new ToolError('NOT_SUPPORTED', `artifact "${image}" sets ${used.join(', ')}, which this version cannot do`, {
    suggestions: [{ code: 'REMOVE_FIELD', action: `Remove ${used.join(', ')} from the artifact` }],
  });
}
