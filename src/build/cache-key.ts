/** The keys of the artifact cache. */
import { createHash } from 'node:crypto';
import type { BuildOutcome } from '../core/artifact.ts';
import type { BuiltDependency } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import { formatPlatform, normalizePlatform } from '../image/platform.ts';
import type { KeyParts } from '../store/last-builds.ts';
import type { BuildJob } from './jobs.ts';
import { type BuildParts, builderOf, requestOf } from './parts.ts';

/** Builders of Dockerfiles. */
const dockerfileTypes: ReadonlySet<string> = new Set(['docker', 'kaniko']);

/** Raised when the same inputs would give another image than before. */
const keyVersion = 2;

/** Everything but the files that can change the result of a job. */
export async function keyPartsOf(
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
  ctx: Context,
): Promise<KeyParts> {
  const builder = builderOf(job, parts.builders);
  const parameters = await builder.parameters(requestOf(job, dependencies, parts), ctx);
  return {
    builder: job.artifact.type,
    engine: parts.engine.name,
    platforms: job.allPlatforms === true ? ['all'] : platformsOf(job, parameters, parts, ctx),
    parameters,
    dependencies: Object.fromEntries([...dependencies].map(([alias, { outcome }]) => [alias, identityOf(outcome)])),
  };
}

/** An image made of nothing else is for the host where no platform is named. */
function platformsOf(
  { artifact, platforms }: BuildJob,
  parameters: Readonly<Record<string, string>>,
  { engine }: BuildParts,
  { system }: Context,
): readonly string[] {
  const isFromScratch =
    dockerfileTypes.has(artifact.type) &&
    artifact.requires.length === 0 &&
    !Object.keys(parameters).some((name) => name.startsWith('base '));
  if (platforms.length > 0 || engine.name !== 'embedded' || !isFromScratch) return platforms.map(formatPlatform);
  return [formatPlatform(normalizePlatform({ os: 'linux', architecture: system.platform.architecture }))];
}

/**
 * One hash (hex) over all of it and the inputs. Images of Dockerfiles depend on nothing else; what other builders make may depend
 * on the name they are asked for.
 *
 * @param inputs a hash over the files, as `hashInputs` makes it.
 */
export function keyOf(job: BuildJob, parts: KeyParts, inputs: string): string {
  const sorted = (entries: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(entries)
      .map(([name, value]) => `${name}=${value}`)
      .sort();
  const name = dockerfileTypes.has(parts.builder) ? '' : job.artifact.image;
  const key = [
    keyVersion,
    name,
    parts.builder,
    parts.engine,
    inputs,
    sorted(parts.parameters),
    parts.platforms,
    sorted(parts.dependencies),
  ];
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}

/** What makes two outcomes the same image, wherever it lies. */
function identityOf(outcome: BuildOutcome): string {
  return outcome.at === 'registry' ? (outcome.id ?? outcome.digest) : outcome.id;
}
