/** Images put together from files go through the store: to the registry from there, or into the engine as an archive. */
import { Readable } from 'node:stream';
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { ImageId } from '../../core/names.ts';
import type { ImageArchive, ImageAssembly } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { cacheDirectory } from '../../store/location.ts';
import { openStore, type Store } from '../../store/store.ts';
import { imageArchive } from '../embedded/archive.ts';
import { assembleImage } from '../embedded/assemble.ts';
import { importArchive } from '../embedded/import-archive.ts';
import { pushImage } from '../embedded/push.ts';
import type { StoredOutcome } from '../embedded/store-image.ts';
import type { DockerConnection } from './connection.ts';
import { engineError } from './errors.ts';
import { findImage } from './images.ts';
import { engineMessages, failureIn, textOf } from './messages.ts';

/**
 * Puts layers on a base image. See `ImageEngine.assemble`.
 *
 * @throws `BUILD_DOCKER_SYSTEM_ERR` when the engine does not take the image.
 */
export async function assembleWithEngine(
  docker: DockerConnection,
  request: ImageAssembly,
  ctx: Context,
): Promise<BuildOutcome> {
  const store = openStore(cacheDirectory(ctx.system), ctx);
  return handOn(docker, await assembleImage(request, store, ctx), request, store, ctx);
}

/**
 * Takes in an image from an archive. See `ImageEngine.importArchive`.
 *
 * @throws `BUILD_USER_ERROR` for what is no such archive, `BUILD_DOCKER_SYSTEM_ERR` when the engine does not take it.
 */
export async function importWithEngine(
  docker: DockerConnection,
  request: ImageArchive,
  ctx: Context,
): Promise<BuildOutcome> {
  const store = openStore(cacheDirectory(ctx.system), ctx);
  return handOn(docker, await importArchive(request, store, ctx), request, store, ctx);
}

/** What both kinds of request say about where the image goes. */
type Destination = Pick<ImageAssembly, 'image' | 'push' | 'reference' | 'tag'>;

async function handOn(
  docker: DockerConnection,
  outcome: StoredOutcome,
  destination: Destination,
  store: Store,
  ctx: Context,
): Promise<BuildOutcome> {
  if (!destination.push) return loadImage(docker, outcome, destination, store, ctx);
  const { digest } = await pushImage(outcome.digest, destination.reference, store, ctx);
  return { at: 'registry', digest };
}

async function loadImage(
  docker: DockerConnection,
  outcome: StoredOutcome,
  { image, tag }: Destination,
  store: Store,
  ctx: Context,
): Promise<BuildOutcome> {
  try {
    const archive = Readable.from(imageArchive(outcome, tag, store, ctx), { objectMode: false });
    for await (const message of engineMessages((await docker.client.loadImage(archive)) as Readable)) {
      const failure = failureIn(message);
      if (failure !== undefined) throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', failure);
      const text = textOf(message);
      if (text !== undefined) ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text });
    }
  } catch (error) {
    throw engineError(`loading image ${tag}`, error, docker.endpoint, ctx);
  }
  return { at: 'daemon', id: await loadedId(docker, outcome.id, tag, ctx) };
}

/** An engine with containerd's image store names images by their manifests, so it is asked what the image became. */
async function loadedId(docker: DockerConnection, id: ImageId, tag: string, ctx: Context): Promise<ImageId> {
  const found = await findImage(docker, tag, ctx);
  if (found !== undefined) return found;
  throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', `the Docker Engine took image ${id} but has nothing called ${tag}`, {
    suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again, and check that nothing removes images meanwhile' }],
  });
}
