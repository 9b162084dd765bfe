/** Which images a build works with: the builder and what is built upon, as they are now. */
import { ToolError } from '../../../core/errors.ts';
import type { BuildRequest } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import { parseReference } from '../../../image/reference.ts';
import { type BuilderImage, readBuilder } from './builder-image.ts';
import type { ProjectDescriptor } from './project-descriptor.ts';
import { chooseRunImage } from './run-image.ts';
import type { BuildpacksSpec } from './spec.ts';

type Request = Omit<BuildRequest<BuildpacksSpec>, 'push'>;

/** An image by its name and by what that leads to now. */
export interface FoundImage {
  readonly name: string;
  /** Names exactly what was found, where its registry tells. */
  readonly pinned: string;
  /** A digest, or an id where only the engine has it; empty where nobody tells. */
  readonly identity: string;
  /** It is an artifact of this run. */
  readonly isBuilt: boolean;
}

export interface BuildImages {
  readonly builder: FoundImage & BuilderImage;
  readonly runImage: FoundImage;
}

/**
 * Looks both images up. An artifact of this run goes by its alias.
 *
 * @throws `BUILD_USER_ERROR` where no builder is named or it is none; what looking at a registry throws.
 */
export async function findImages(
  request: Request,
  descriptor: Pick<ProjectDescriptor, 'builder'>,
  ctx: Context,
): Promise<BuildImages> {
  const { spec, image } = request.artifact;
  const wanted = spec.builder || descriptor.builder;
  if (wanted === undefined || wanted === '') throw noBuilder(image);
  const found = await findImage(wanted, request, ctx);
  const config = await request.engine.imageConfig(found.pinned, request.platforms[0], ctx);
  const builder = { ...found, ...readBuilder(found.name, config) };
  const goesTo = request.reference.registry;
  const runImage = await findImage(chooseRunImage(spec.runImage, builder, goesTo), request, ctx);
  return { builder, runImage };
}

async function findImage(wanted: string, { dependencies, engine }: Request, ctx: Context): Promise<FoundImage> {
  const built = dependencies.get(wanted);
  if (built !== undefined) {
    const { outcome, tag } = built;
    const identity = outcome.at === 'registry' ? outcome.digest : outcome.id;
    return { name: tag, pinned: tag, identity, isBuilt: true };
  }
  const reference = parseReference(wanted);
  const digest = reference.digest ?? (await servedDigest(wanted, ctx));
  if (digest !== undefined) {
    return { name: wanted, pinned: `${reference.name}@${digest}`, identity: digest, isBuilt: false };
  }
  return { name: wanted, pinned: wanted, identity: (await engine.find(wanted, ctx)) ?? '', isBuilt: false };
}

/** Undefined also where the registry cannot be reached or lets nobody in: the engine may have the image itself. */
async function servedDigest(name: string, ctx: Context): Promise<string | undefined> {
  try {
    return (await ctx.system.registry.resolve(parseReference(name), ctx.signal))?.digest;
  } catch (error) {
    if (error instanceof ToolError && error.code !== 'CANCELLED') return undefined;
    throw error;
  }
}

function noBuilder(image: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `buildpacks artifact "${image}" names no builder image`, {
    suggestions: [{ code: 'FIX_BUILDER', action: 'Name one in build.artifacts.buildpacks.builder' }],
  });
}
