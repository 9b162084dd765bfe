/** One build by the lifecycle, whatever runs its containers. */
import type { BuildOutcome } from '../../../core/artifact.ts';
import type { ContainerGroup, OpenContainers } from '../../../core/containers.ts';
import { ToolError } from '../../../core/errors.ts';
import type { Digest } from '../../../core/names.ts';
import type { BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { isDigest } from '../../../image/digest.ts';
import { sharedDirectories } from './directories.ts';
import { lifecycleFailure } from './failure.ts';
import { findImages } from './images.ts';
import { type LifecycleRun, lifecyclePrograms, places } from './lifecycle.ts';
import { planRun } from './plan.ts';
import { rememberImage } from './previous-image.ts';
import type { ProjectDescriptor } from './project-descriptor.ts';
import type { BuildpacksSpec } from './spec.ts';
import { parseToml } from './toml.ts';
import { asTable, asText } from './values.ts';

type Request = BuildRequest<BuildpacksSpec>;

/**
 * Builds an application and leaves the image in the registry, where it is to be pushed, else with the engine.
 *
 * @throws `NOT_SUPPORTED` for an engine that runs no containers; `BUILD_USER_ERROR` where no buildpack recognises the
 * application or one fails; `COMMAND_FAILED` where the lifecycle fails otherwise.
 */
export async function buildWithLifecycle(
  request: Request,
  descriptor: ProjectDescriptor,
  ctx: Context,
): Promise<BuildOutcome> {
  const open = containersOf(request);
  const images = await findImages(request, descriptor, ctx);
  const directories = await sharedDirectories(request, descriptor, images.builder, ctx);
  const { artifact, platforms } = request;
  const group = await open({ image: artifact.image, platform: platforms[0], directories }, ctx);
  try {
    const run = await planRun(request, images, group, ctx);
    for (const program of lifecyclePrograms(run)) {
      const exitCode = await group.run(program);
      if (exitCode !== 0) throw lifecycleFailure(program.command[0] ?? '', exitCode);
    }
    return await outcomeOf(request, run, group, ctx);
  } finally {
    await group.close();
  }
}

function containersOf({ allPlatforms, engine }: Request): OpenContainers {
  if (allPlatforms) {
    throw new ToolError('NOT_SUPPORTED', 'buildpacks artifacts cannot be built for --platform=all', {
      suggestions: [{ code: 'NAME_PLATFORMS', action: 'Name one platform that the builder image is for' }],
    });
  }
  if (engine.openContainers !== undefined) return engine.openContainers;
  throw new ToolError('NOT_SUPPORTED', `the ${engine.name} engine runs no containers, which buildpacks need`, {
    suggestions: [{ code: 'USE_DOCKER_ENGINE', action: 'Build with --engine=docker' }],
  });
}

async function outcomeOf(
  { push, reference, tag }: Request,
  { output, toDaemon }: LifecycleRun,
  group: ContainerGroup,
  ctx: Context,
): Promise<BuildOutcome> {
  if (!push) {
    const outcome = await group.take(output, reference);
    if (toDaemon) await rememberImage('daemon', reference, tag, ctx);
    return outcome;
  }
  const digest = await reportedDigest(group);
  await rememberImage('registry', reference, `${reference.name}@${digest}`, ctx);
  return { at: 'registry', digest };
}

/** What the lifecycle says it pushed: the tag itself may have been taken by another build since. */
async function reportedDigest(group: ContainerGroup): Promise<Digest> {
  const file = `${places.layers}/report.toml`;
  const bytes = await group.read(file);
  const report = bytes === undefined ? {} : await parseToml(Buffer.from(bytes).toString('utf8'), file);
  const digest = asText(asTable(report['image'])['digest']) ?? '';
  if (isDigest(digest)) return digest;
  throw new ToolError('BUILD_REGISTRY_GET_DIGEST_ERR', 'the lifecycle does not say which image it pushed', {
    suggestions: [{ code: 'UPDATE_BUILDER', action: 'Use a newer builder image' }],
  });
}
