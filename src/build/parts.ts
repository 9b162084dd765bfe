import type { ImageName } from '../core/names.ts';
import type {
  Builder,
  BuildRequest,
  BuiltDependency,
  ClusterSettings,
  DockerSettings,
  ImageEngine,
  InputParts,
} from '../core/plugins.ts';
import type { Artifact, Hooks } from '../core/project.ts';
import { unsupportedField } from '../core/unsupported.ts';
import type { HookSettings } from '../hooks/host-hook.ts';
import type { BuildCache } from './cache.ts';

import type { BuildJob } from './jobs.ts';
import type { MutedOutput } from './muted-output.ts';
import { onEachPlatform } from './several-platforms.ts';
import type { SharedResults } from './shared-results.ts';
import type { SkaffoldCache } from './skaffold-cache.ts';

/** What the build phase works with, the same for every job. */
export interface BuildParts {
  readonly builders: ReadonlyMap<string, Builder>;
  readonly engine: ImageEngine;
  /** Where the output of builds goes with `--mute-logs=build`. */
  readonly muted?: MutedOutput | undefined;
  /** Absent with `--cache-artifacts=false`. */
  readonly cache: BuildCache | undefined;
  /** Results that other machines left in the registry; absent where nobody is to look there. */
  readonly shared?: SharedResults | undefined;
  /** Tell of every artifact why it is built. */
  readonly explains?: boolean;
  /** A failure stops only what needs what failed. */
  readonly keepsGoing?: boolean;
  /** The references all artifacts are built as. */
  readonly references?: ReadonlyMap<ImageName, string>;
  /** The cache file of Skaffold that is told what was built. */
  readonly skaffoldCache?: SkaffoldCache | undefined;
  readonly inputParts: InputParts;
  /** The command that is run: Skaffold's `SKAFFOLD_RUN_MODE`. */
  readonly runMode: string;
  /** `--skip-tests`; false where it is absent. */
  readonly skipTests?: boolean;
  /** What `build.local` of the module an artifact is from says on how Docker is to build. */
  readonly dockerSettingsOf?: (artifact: Artifact) => DockerSettings | undefined;
  /** What `build.cluster` of the module an artifact is from says; undefined where it builds elsewhere. */
  readonly clusterSettingsOf?: (artifact: Artifact) => ClusterSettings | undefined;
  readonly hooks: HookSettings;
  /** `build.hooks` of the module an artifact is from; the same object for all artifacts of a module. */
  readonly moduleHooksOf: (artifact: Artifact) => Hooks | undefined;
  /** 0: no limit. */
  readonly concurrency: number;
  /** What is told of it, where that is something else. */
  readonly shownConcurrency?: number;
  /** The kube context whose cluster is local, for Skaffold's "Found [kind-x] context" line. */
  readonly localContext: string | undefined;
}

/**
 * The builder of a job's artifact; for several platforms one that makes an index, where the builder does not.
 *
 * @throws `NOT_SUPPORTED` naming the artifact's field.
 */
export function builderOf(job: BuildJob, builders: ReadonlyMap<string, Builder>): Builder {
  const { artifact, platforms } = job;
  const builder = builders.get(artifact.type);
  if (builder !== undefined) {
    return platforms.length > 1 && builder.severalPlatforms !== true ? onEachPlatform(builder) : builder;
  }
  throw unsupportedField(
    `build.artifacts.${artifact.type}`,
    `this version has no such builder, and "${artifact.image}" uses it`,
    `Use a builder of this version: ${[...builders.keys()].join(', ')}`,
  );
}

/** Everything a builder is told about one job. */
export function requestOf(
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
): BuildRequest<unknown> {
  const { artifact, reference, tag, platforms, allPlatforms = false, push } = job;
  const docker = parts.dockerSettingsOf?.(artifact);
  const cluster = parts.clusterSettingsOf?.(artifact);
  return {
    artifact,
    reference,
    tag,
    dependencies,
    platforms,
    allPlatforms,
    push,
    runMode: parts.runMode,
    skipTests: parts.skipTests ?? false,
    ...(docker === undefined ? {} : { docker }),
    ...(cluster === undefined ? {} : { cluster }),
    engine: parts.engine,
    artifacts: parts.inputParts.artifacts,
  };
}
