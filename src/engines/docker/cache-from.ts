import type { Readable } from 'node:stream';
import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { formatPlatform } from '../../image/platform.ts';
import { parseReference } from '../../image/reference.ts';
import { imageAuth } from './auth.ts';
import type { DockerConnection } from './connection.ts';
import { engineError } from './errors.ts';
import { findImage } from './images.ts';
import { engineMessages, failureIn, textOf } from './messages.ts';

/**
 * Pulls the images of `cacheFrom` that the engine does not hold. One that cannot be had costs time, not the build: it is a
 * warning, as in Skaffold.
 */
export async function pullCacheSources(
  docker: DockerConnection,
  request: DockerfileBuild,
  ctx: Context,
): Promise<void> {
  for (const image of request.cacheFrom) {
    if ((await findImage(docker, image, ctx)) !== undefined) continue;
    try {
      await pull(docker, image, request, ctx);
    } catch (error) {
      warnOrThrow(image, engineError('pulling', error, docker.endpoint, ctx), request, ctx);
    }
  }
}

async function pull(docker: DockerConnection, image: string, request: DockerfileBuild, ctx: Context): Promise<void> {
  const reference = parseReference(image);
  const authconfig = await imageAuth(reference, ctx);
  const platform = request.platform === undefined ? {} : { platform: formatPlatform(request.platform) };
  const source = { fromImage: reference.name, tag: reference.digest ?? reference.tag ?? 'latest' };
  const answer = await docker.client.createImage({ ...source, ...platform, authconfig, abortSignal: ctx.signal });
  for await (const message of engineMessages(answer as Readable)) {
    const failure = failureIn(message);
    if (failure !== undefined) throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', failure);
    const text = textOf(message);
    if (text !== undefined) ctx.emit({ type: 'output', phase: 'Build', image: request.image, stream: 'stdout', text });
  }
}

function warnOrThrow(image: string, error: Error, request: DockerfileBuild, ctx: Context): void {
  if (!(error instanceof ToolError) || error.code === 'CANCELLED' || error.code === 'BUILD_DOCKER_DAEMON_NOT_RUNNING')
    throw error;
  const platform = formatPlatform(request.platform ?? { os: 'linux', architecture: ctx.system.platform.architecture });
  const message = `cacheFrom image "${image}" couldn't be pulled for platform "${platform}": ${error.message}`;
  ctx.emit({ type: 'log', level: 'warning', message });
}
