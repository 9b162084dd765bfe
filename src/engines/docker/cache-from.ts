import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { formatPlatform } from '../../image/platform.ts';
import { parseReference } from '../../image/reference.ts';
import type { DockerConnection } from './connection.ts';
import { engineError } from './errors.ts';
import { findImage } from './images.ts';
import { pullImage } from './pull.ts';

/**
 * Pulls the images of `cacheFrom` that the engine does not hold. One that cannot be had costs time, not the build: it is a
 * warning, as in Skaffold.
 */
export async function pullCacheSources(
  docker: DockerConnection,
  request: DockerfileBuild,
  ctx: Context,
): Promise<void> {
  const say = (text: string): void =>
    ctx.emit({ type: 'output', phase: 'Build', image: request.image, stream: 'stdout', text });
  for (const image of request.cacheFrom) {
    if ((await findImage(docker, image, ctx)) !== undefined) continue;
    try {
      await pullImage(docker, parseReference(image), request.platform, say, ctx);
    } catch (error) {
      warnOrThrow(image, engineError('pulling', error, docker.endpoint, ctx), request, ctx);
    }
  }
}

function warnOrThrow(image: string, error: Error, request: DockerfileBuild, ctx: Context): void {
  if (!(error instanceof ToolError) || error.code === 'CANCELLED' || error.code === 'BUILD_DOCKER_DAEMON_NOT_RUNNING')
    throw error;
  const platform = formatPlatform(request.platform ?? { os: 'linux', architecture: ctx.system.platform.architecture });
  const message = `cacheFrom image "${image}" couldn't be pulled for platform "${platform}": ${error.message}`;
  ctx.emit({ type: 'log', level: 'warning', message });
}
