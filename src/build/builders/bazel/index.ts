import { join } from 'node:path';
import type { BuildOutcome } from '../../../core/artifact.ts';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { Builder, BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { formatPlatform, parsePlatform, samePlatform } from '../../../image/platform.ts';
import { bazelInputs } from './inputs.ts';
import { outputOf, runBazel } from './run.ts';
import type { BazelSpec } from './spec.ts';

/**
 * Images that Bazel builds: the archive that a target makes is taken into the store or the Docker Engine, and pushed
 * from here. Command lines are Skaffold's.
 */
export const bazel: Builder<BazelSpec> = {
  type: 'bazel',

  async inputs(artifact, _parts, ctx) {
    requireArchive(artifact);
    return bazelInputs(artifact, ctx);
  },

  async parameters({ artifact: { spec }, platforms }) {
    const { target, args = [], platforms: mapped = [] } = spec;
    return { target, args: JSON.stringify(args), platforms: JSON.stringify([platforms, mapped]) };
  },

  async build(request, ctx) {
    const { image } = request.artifact;
    requireArchive(request.artifact);
    try {
      return await buildTarget(request, ctx);
    } catch (error) {
      throw withPrefix(`building bazel artifact "${image}"`, error);
    }
  },
};

async function buildTarget(request: BuildRequest<BazelSpec>, ctx: Context): Promise<BuildOutcome> {
  const { artifact, engine, push, reference, tag } = request;
  const { image, spec, workspace } = artifact;
  const args = spec.args ?? [];
  const platforms = platformArguments(request, ctx);
  const command = ['build', ...args, spec.target, ...platforms, '--color=no'];
  await runBazel(command, { cwd: workspace, onOutput: outputOf(image, ctx) }, ctx);
  const file = await archivePath(artifact, [...args, ...platforms], ctx);
  return engine.importArchive({ image, file, reference, tag, push }, ctx);
}

/** Where the target's archive lies: Bazel tells its path below the execution root. */
async function archivePath(
  { spec, workspace }: Artifact<BazelSpec>,
  args: readonly string[],
  ctx: Context,
): Promise<string> {
  const expression = ['--output', 'starlark', '--starlark:expr', 'target.files.to_list()[0].path'];
  const [path, root] = await Promise.all([
    runBazel(['cquery', spec.target, ...expression, ...args], { cwd: workspace }, ctx),
    runBazel(['info', 'execution_root'], { cwd: workspace }, ctx),
  ]);
  return join(root.trim(), path.trim());
}

function platformArguments({ artifact, platforms }: BuildRequest<BazelSpec>, ctx: Context): readonly string[] {
  const host = { os: 'linux', architecture: ctx.system.platform.architecture };
  const mapped = artifact.spec.platforms ?? [];
  return platforms.flatMap((platform) => {
    const found = mapped.find((entry) => samePlatform(platform, parsePlatform(entry.platform, host)));
    if (found !== undefined) return [`--platforms=${found.target}`];
    if (samePlatform(platform, host)) return [];
    throw new ToolError('BUILD_USER_ERROR', `there is no Bazel platform for ${formatPlatform(platform)}`, {
      suggestions: [{ code: 'MAP_PLATFORM', action: 'Name its target under platforms of the bazel artifact' }],
    });
  });
}

/** A target that makes anything else cannot be taken in. */
function requireArchive({ image, spec }: Artifact<BazelSpec>): void {
  if (spec.target.endsWith('.tar')) return;
  throw new ToolError('BUILD_USER_ERROR', `the bazel target "${spec.target}" of "${image}" does not end with .tar`, {
    suggestions: [
      { code: 'FIX_TARGET', action: 'Name the target that writes the image as an archive, such as //app:image.tar' },
    ],
  });
}
