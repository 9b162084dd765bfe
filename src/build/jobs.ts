import type { BuildOutcome } from '../core/artifact.ts';
import { ToolError } from '../core/errors.ts';
import type { Digest, ImageName, ImageReference, Platform } from '../core/names.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact, Project } from '../core/project.ts';
import { parseReference } from '../image/reference.ts';

/** One artifact to build, everything about it decided. */
export interface BuildJob {
  readonly artifact: Artifact;
  /** The full reference to build as: default repo applied, tag chosen. */
  readonly tag: string;
  readonly reference: ImageReference;
  /** Whether the image must end in the registry. */
  readonly push: boolean;
  readonly platforms: readonly Platform[];
  /** `all` was asked for; `platforms` is empty then. */
  readonly allPlatforms?: boolean;
  /** Where else an image that is pushed has to be: the references in further default repos. */
  readonly copies?: readonly ImageReference[];
}

/** What one artifact's build or cache hit came to. */
export interface BuildResult {
  readonly job: BuildJob;
  readonly outcome: BuildOutcome;
  /** The reference to run, as the build-artifacts JSON names it. */
  readonly tag: string;
  /** What the registry serves, where an image of an earlier run was pushed now. */
  readonly pushed?: Digest;
}

/**
 * The artifacts a command works on: all of the project in configuration order, filtered by `--build-image`
 * (a substring of the image name, as in Skaffold).
 */
export function selectArtifacts(project: Project, buildImages: readonly string[]): readonly Artifact[] {
  const all = project.modules.flatMap((module) => module.artifacts);
  if (buildImages.length === 0) return all;
  return all.filter((artifact) => buildImages.some((part) => artifact.image.includes(part)));
}

/**
 * Refuses a `--build-image` that selects nothing: Skaffold builds nothing and succeeds, which hides a typing error.
 *
 * @throws `ToolError` `USAGE`-free `CONFIG_BAD_FILTER_ERR` naming the images there are.
 */
export function requireSelection(
  selected: readonly Artifact[],
  project: Project,
  buildImages: readonly string[],
): void {
  if (selected.length > 0 || buildImages.length === 0) return;
  const known = project.modules.flatMap((module) => module.artifacts.map((artifact) => artifact.image));
  const list = known.length === 0 ? 'the configuration has no artifacts' : `the configuration has ${known.join(', ')}`;
  throw new ToolError('CONFIG_BAD_FILTER_ERR', `no artifact matches --build-image ${buildImages.join(',')}: ${list}`, {
    suggestions: [{ code: 'CHECK_BUILD_IMAGE', action: 'Give a part of an image name to --build-image' }],
  });
}

/** Every artifact's context must be a directory, before anything is tagged or built (Skaffold's texts). */
export async function checkContexts(artifacts: readonly Artifact[], ctx: Context): Promise<void> {
  await Promise.all(
    artifacts.map(async (artifact) => {
      const info = await ctx.system.files.stat(artifact.workspace);
      if (info?.kind === 'directory') return;
      const problem = info === undefined ? 'does not exist' : 'is not a directory';
      throw new ToolError('BUILD_USER_ERROR', `image "${artifact.image}" context "${artifact.context}" ${problem}`, {
        suggestions: [{ code: 'FIX_CONTEXT', action: `Correct build.artifacts.context of ${artifact.image}` }],
      });
    }),
  );
}

/** Puts artifacts, chosen tags and decisions together. */
export function planJobs(
  artifacts: readonly Artifact[],
  tags: ReadonlyMap<ImageName, string>,
  decide: (artifact: Artifact) => Pick<BuildJob, 'push' | 'platforms' | 'allPlatforms'>,
): readonly BuildJob[] {
  return artifacts.map((artifact) => {
    const tag = tags.get(artifact.image) ?? artifact.image;
    return { artifact, tag, reference: parseReference(tag), ...decide(artifact) };
  });
}

/**
 * The jobs an artifact has to wait for.
 *
 * @throws `BUILD_USER_ERROR` when a required artifact is not part of this build (left out by `--build-image`).
 */
export function requiredJobs(job: BuildJob, jobs: ReadonlyMap<ImageName, BuildJob>): readonly BuildJob[] {
  return job.artifact.requires.map(({ image }) => {
    const required = jobs.get(image);
    if (required !== undefined) return required;
    throw new ToolError(
      'BUILD_USER_ERROR',
      `failed to resolve build result for required artifact "${image}" of "${job.artifact.image}"`,
      {
        suggestions: [{ code: 'CHECK_BUILD_IMAGE', action: `Add ${image} to --build-image` }],
      },
    );
  });
}
