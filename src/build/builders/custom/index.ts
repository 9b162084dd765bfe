import type { BuildOutcome } from '../../../core/artifact.ts';
import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { Builder, BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { buildArguments } from '../docker/build-args.ts';
import { buildCommand, platformList, runBuildCommand } from './command.ts';
import { customInputs } from './inputs.ts';
import type { CustomSpec } from './spec.ts';

/**
 * Artifacts that a command of the user's builds. The command has to leave the image where the run wants it: in the
 * registry, or in the Docker Engine.
 */
export const custom: Builder<CustomSpec> = {
  type: 'custom',
  severalPlatforms: true,
  inputs: customInputs,

  /** The reference is not among them: a new tag alone is no reason to run the command again (Skaffold's choice). */
  async parameters(request, ctx) {
    const { artifact, runMode } = request;
    const buildArgs = artifact.spec.dependencies?.dockerfile?.buildArgs ?? {};
    const sources = { runMode, declared: new Set<string>(), aliases: new Map<string, string>(), reference: undefined };
    return {
      command: await buildCommand(artifact, ctx),
      buildArgs: JSON.stringify(await buildArguments({ dockerfile: '', buildArgs }, sources, ctx)),
      platforms: platformList(request),
    };
  },

  async build(request, ctx) {
    if (!request.push) requireDockerEngine(request);
    await runBuildCommand(request, ctx);
    return request.push ? pushedImage(request, ctx) : keptImage(request, ctx);
  },
};

/** The embedded engine keeps only what it built itself: no command could put an image there. */
function requireDockerEngine({ artifact, engine }: BuildRequest<CustomSpec>): void {
  if (engine.name === 'docker') return;
  throw new ToolError(
    'BUILD_USER_ERROR',
    `the image of custom artifact "${artifact.image}" is not to be pushed, and without a Docker Engine there is no other place where its build command could leave it`,
    {
      suggestions: [
        { code: 'PUSH_IMAGE', action: 'Build with --push; the command has to push $IMAGE when $PUSH_IMAGE is true' },
        { code: 'USE_DOCKER_ENGINE', action: 'Build with --engine=docker' },
      ],
    },
  );
}

async function pushedImage(
  { artifact, reference, tag }: BuildRequest<CustomSpec>,
  ctx: Context,
): Promise<BuildOutcome> {
  const served = await ctx.system.registry.resolve(reference, ctx.signal).catch((error: unknown) => {
    throw withPrefix(`getting the digest of ${tag}`, error);
  });
  if (served !== undefined) return { at: 'registry', digest: served.digest };
  throw new ToolError(
    'BUILD_REGISTRY_GET_DIGEST_ERR',
    `the build command of custom artifact "${artifact.image}" did not push ${tag}: the registry has no such image`,
    { suggestions: [{ code: 'PUSH_IMAGE', action: 'Let the command push $IMAGE when $PUSH_IMAGE is true' }] },
  );
}

async function keptImage({ artifact, engine, tag }: BuildRequest<CustomSpec>, ctx: Context): Promise<BuildOutcome> {
  const id = await engine.find(tag, ctx);
  if (id !== undefined) return { at: 'daemon', id };
  throw new ToolError(
    'BUILD_USER_ERROR',
    `the build command of custom artifact "${artifact.image}" made no image ${tag}: the Docker Engine has none of that name`,
    { suggestions: [{ code: 'BUILD_IMAGE', action: 'Let the command build the image that $IMAGE names' }] },
  );
}
