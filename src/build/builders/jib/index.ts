import { join } from 'node:path';
import type { BuildOutcome } from '../../../core/artifact.ts';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { Builder, BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { parseReference } from '../../../image/reference.ts';
import { type JibGoal, jibArguments } from './command.ts';
import { jibInputs } from './inputs.ts';
import type { JibSpec } from './spec.ts';
import { jibTool, runJib } from './tool.ts';

/**
 * Java programs that Jib builds within Maven or Gradle. Pushed images go from there to the registry; others go into the
 * Docker Engine, or as an archive into the store where there is none.
 */
export const jib: Builder<JibSpec> = {
  type: 'jib',
  severalPlatforms: true,

  inputs: (artifact, _parts, ctx) => jibInputs(artifact, ctx),

  async parameters(request, ctx) {
    const { artifact, skipTests } = request;
    return {
      tool: (await jibTool(artifact, ctx)).kind,
      project: artifact.spec.project ?? '',
      args: JSON.stringify(artifact.spec.args ?? []),
      fromImage: baseOf(request) ?? '',
      platforms: JSON.stringify(platformNames(request)),
      skipTests: String(skipTests),
    };
  },

  async build(request, ctx) {
    const scratch = await ctx.system.files.temporaryDirectory('slipway-jib-');
    try {
      return await buildIn(scratch, request, ctx);
    } catch (error) {
      throw withPrefix(`building jib artifact "${request.artifact.image}"`, error);
    } finally {
      await ctx.system.files.remove(scratch);
    }
  },
};

async function buildIn(scratch: string, request: BuildRequest<JibSpec>, ctx: Context): Promise<BuildOutcome> {
  const { artifact, engine, push, reference, tag } = request;
  const { image } = artifact;
  const archive = join(scratch, 'image.tar');
  const to = push ? 'registry' : engine.name === 'docker' ? 'docker' : { archive };
  const tool = await jibTool(artifact, ctx);
  await runJib(
    tool,
    jibArguments(tool, goalOf(request, to, ctx)),
    artifact,
    (stream, text) => ctx.emit({ type: 'output', phase: 'Build', image, stream, text }),
    ctx,
  );
  if (typeof to === 'object') return engine.importArchive({ image, file: archive, reference, tag, push }, ctx);
  return push ? pushedImage(request, ctx) : loadedImage(request, ctx);
}

function goalOf(request: BuildRequest<JibSpec>, to: JibGoal['to'], ctx: Context): JibGoal {
  const { artifact, reference, skipTests, tag } = request;
  const { project = '', args = [] } = artifact.spec;
  const insecure = ctx.system.insecureRegistries;
  return {
    to,
    tag,
    project,
    args,
    fromImage: baseOf(request),
    platforms: platformNames(request),
    skipTests,
    isInsecure: [reference.registry, registryOf(baseOf(request))].some((host) => insecure.includes(host)),
  };
}

/** A required artifact stands in for the base image that its alias names. */
function baseOf({
  artifact: { spec },
  dependencies,
}: Pick<BuildRequest<JibSpec>, 'artifact' | 'dependencies'>): string | undefined {
  if (spec.fromImage === undefined || spec.fromImage === '') return undefined;
  return dependencies.get(spec.fromImage)?.tag ?? spec.fromImage;
}

/** Jib has one switch for the registries of the image and of its base. */
function registryOf(base: string | undefined): string {
  return base === undefined ? '' : parseReference(base).registry;
}

function platformNames({ platforms }: Pick<BuildRequest<JibSpec>, 'platforms'>): readonly string[] {
  return platforms.map(formatPlatform);
}

async function pushedImage({ reference, tag }: BuildRequest<JibSpec>, ctx: Context): Promise<BuildOutcome> {
  const served = await ctx.system.registry.resolve(reference, ctx.signal);
  if (served !== undefined) return { at: 'registry', digest: served.digest };
  throw new ToolError('BUILD_REGISTRY_GET_DIGEST_ERR', `Jib ended well, but the registry has no ${tag}`, {
    suggestions: [{ code: 'CHECK_JIB', action: 'Check that the build does not set another image, and skips no goal' }],
  });
}

async function loadedImage({ engine, tag }: BuildRequest<JibSpec>, ctx: Context): Promise<BuildOutcome> {
  const id = await engine.find(tag, ctx);
  if (id !== undefined) return { at: 'daemon', id };
  throw new ToolError('BUILD_USER_ERROR', `Jib ended well, but the Docker Engine has no ${tag}`, {
    suggestions: [{ code: 'CHECK_JIB', action: 'Check that the build does not set another image, and skips no goal' }],
  });
}
