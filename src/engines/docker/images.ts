import type { ImageInspectInfo } from 'dockerode';
import { ToolError } from '../../core/errors.ts';
import type { Digest, ImageId, ImageReference, Platform } from '../../core/names.ts';
import type { ImageConfig } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { imageConfigOf } from '../../image/config.ts';
import type { ContainerConfig, ImageDocument } from '../../image/oci.ts';
import { parseReference } from '../../image/reference.ts';
import { cancelled } from '../cancelled.ts';
import type { DockerConnection } from './connection.ts';
import { engineError, statusOf } from './errors.ts';
import { registryImageConfig } from './registry-config.ts';

/** What the engine knows of an image by reference or id, or undefined when it has none of that name. */
export async function inspectImage(
  docker: DockerConnection,
  image: string,
  ctx: Context,
): Promise<ImageInspectInfo | undefined> {
  if (ctx.signal.aborted) throw cancelled(ctx.signal);
  try {
    return await docker.client.getImage(image).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw engineError(`looking for image ${image}`, error, docker.endpoint, ctx);
  }
}

/** The id of an image the engine holds, or undefined. */
export async function findImage(docker: DockerConnection, image: string, ctx: Context): Promise<ImageId | undefined> {
  return (await inspectImage(docker, image, ctx))?.Id as ImageId | undefined;
}

/**
 * Gives an image one more name.
 *
 * @throws `BUILD_DOCKER_SYSTEM_ERR` when the engine does not hold the image or refuses the name.
 */
export async function tagImage(
  docker: DockerConnection,
  id: ImageId,
  reference: ImageReference,
  ctx: Context,
): Promise<void> {
  const name = { repo: reference.name, tag: reference.tag ?? 'latest', abortSignal: ctx.signal };
  try {
    await docker.client.getImage(id).tag(name);
  } catch (error) {
    throw engineError(`naming image ${reference.name}:${name.tag}`, error, docker.endpoint, ctx);
  }
}

/** The configuration of an image: from the engine where it holds one for the platform, else from its registry. */
export async function readImageConfig(
  docker: DockerConnection,
  image: string,
  platform: Platform | undefined,
  ctx: Context,
): Promise<ImageConfig> {
  const local = await inspectImage(docker, image, ctx);
  if (local !== undefined && isFor(local, platform)) return imageConfigOf(documentOf(local), local.Id as ImageId);
  const wanted = platform ?? { os: 'linux', architecture: ctx.system.platform.architecture };
  try {
    return await registryImageConfig(parseReference(image), wanted, ctx);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.code, `retrieving image "${image}": ${error.message}`, {
      cause: error,
      suggestions: error.suggestions,
    });
  }
}

function documentOf({ Architecture, Os, RootFS, Config }: ImageInspectInfo): ImageDocument {
  const diffIds = (RootFS?.Layers ?? []) as readonly Digest[];
  const rootfs = { type: 'layers', diff_ids: diffIds };
  return { architecture: Architecture, os: Os, rootfs, config: Config as ContainerConfig };
}

function isFor(image: ImageInspectInfo, platform: Platform | undefined): boolean {
  return platform === undefined || (image.Os === platform.os && image.Architecture === platform.architecture);
}
