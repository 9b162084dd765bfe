import type { ImageEngine } from '../../../core/plugins.ts';
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
  readonly cacheTo?: readonly string[];
  readonly cliFlags?: readonly string[];
  readonly pullParent?: boolean;
  readonly noCache?: boolean;
  readonly squash?: boolean;
  readonly secrets?: readonly DockerSecret[];
  readonly ssh?: string;
  /** Labels of the image. Neither this nor what follows is in the schema: other builders set it that build Dockerfiles too. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What templates see besides the environment and the image, and over them. */
  readonly templateVariables?: Readonly<Record<string, string>>;
  readonly rewritesTimes?: boolean;
}

/** An entry of `secrets` (the schema's `DockerSecret`). */
export interface DockerSecret {
  readonly id: string;
  readonly src?: string;
  readonly env?: string;
}

/**
 * Refuses fields that the engine has nothing for.
 *
 * @throws `NOT_SUPPORTED` naming the fields and the artifact.
 */
export function refuseUnsupported({ image, spec }: Artifact<DockerSpec>, engine: ImageEngine['name']): void {
  if (engine !== 'embedded') return;
  const set: readonly (readonly [string, boolean])[] = [
    ['cliFlags', (spec.cliFlags ?? []).length > 0],
    ['cacheTo', (spec.cacheTo ?? []).length > 0],
  ];
  const used = set.filter(([, isSet]) => isSet).map(([name]) => `build.artifacts.docker.${name}`);
  if (used.length === 0) return;
  throw unsupportedField(
    used.join(', '),
    `the embedded engine cannot do that, and "${image}" asks for it`,
    'Remove the field, or build with --engine=docker or --engine=buildkit',
  );
}
