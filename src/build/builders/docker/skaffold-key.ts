import type { SkaffoldKey } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { declaredArguments } from '../../../dockerfile/scope.ts';
import { compareText } from '../../../dockerfile/text.ts';
import { type BuildArgSources, buildArguments } from './build-args.ts';
import { loadDockerfile } from './dockerfile.ts';
import type { DockerSpec } from './spec.ts';

/**
 * What Skaffold hashes of a docker artifact besides its files: the configuration, under the names its program has for the
 * fields, and the build arguments with their templates expanded. References of required artifacts are not among them.
 */
export async function skaffoldKey(
  { spec, ...artifact }: Artifact<DockerSpec>,
  { runMode, reference }: Pick<BuildArgSources, 'runMode' | 'reference'>,
  ctx: Context,
): Promise<SkaffoldKey> {
  const { parsed } = await loadDockerfile({ spec, ...artifact }, ctx);
  const declared = declaredArguments(parsed.instructions);
  const given = await buildArguments(spec, { runMode, declared, aliases: new Map(), reference }, ctx);
  const args = Object.entries(given).map(([name, value]) => (value === null ? name : `${name}=${value}`));
  return { config: { DockerArtifact: fieldsOf(spec), ...otherBuilders }, args };
}

const otherBuilders = {
  BazelArtifact: null,
  KoArtifact: null,
  JibArtifact: null,
  KanikoArtifact: null,
  BuildpackArtifact: null,
  CustomArtifact: null,
};

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  compareText(left, right);

/** In the order in which Skaffold declares them, which is that of its JSON. */
function fieldsOf(spec: DockerSpec): Readonly<Record<string, unknown>> {
  return {
    DockerfilePath: spec.dockerfile,
    Target: spec.target ?? '',
    BuildArgs: spec.buildArgs === undefined ? null : new Map(Object.entries(spec.buildArgs).sort(byName)),
    NetworkMode: spec.network ?? '',
    AddHost: spec.addHost ?? null,
    CacheFrom: spec.cacheFrom ?? null,
    CliFlags: spec.cliFlags ?? null,
    PullParent: spec.pullParent ?? false,
    NoCache: spec.noCache ?? false,
    Squash: spec.squash ?? false,
    Secrets: null, // Such artifacts are refused.
    SSH: '',
  };
}
