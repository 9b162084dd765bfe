/** The BuildKit within a Docker Engine: what it builds is among the engine's images at once. */
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { ImageId } from '../../core/names.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { parseReference } from '../../image/reference.ts';
import { baseImages, readDockerfile } from '../base-images.ts';
import { startBridge } from '../buildkit/bridge.ts';
import { type BuildKitConnection, connect } from '../buildkit/connection.ts';
import { loadGrpc } from '../buildkit/grpc.ts';
import { solve } from '../buildkit/solve.ts';
import type { DockerConnection } from './connection.ts';
import { notRunning } from './errors.ts';
import { findImage } from './images.ts';
import { upgradedConnection } from './upgrade.ts';

const patienceMilliseconds = 10_000;

/**
 * Connects to the engine's BuildKit.
 *
 * @throws `BUILD_DOCKER_SYSTEM_ERR` for an engine that has none.
 */
export async function connectBuildKit({ endpoint }: DockerConnection, ctx: Context): Promise<BuildKitConnection> {
  const [grpc, bridge] = await Promise.all([loadGrpc(), startBridge(() => upgradedConnection(endpoint, '/grpc'), ctx)]);
  const options = {
    address: endpoint.address,
    target: bridge.target,
    credentials: grpc.credentials.createInsecure(),
    openSession: (headers: Readonly<Record<string, readonly string[]>>) =>
      upgradedConnection(endpoint, '/session', headers),
    problem: bridge.problem,
    onClose: bridge.close,
  };
  return connect(options, patienceMilliseconds, grpc);
}

/**
 * Builds with the engine's BuildKit. Required artifacts and base images that the engine holds are used as they are there.
 *
 * @throws `BUILD_USER_ERROR` naming line, step and exit code when the Dockerfile or one of its steps is wrong,
 * `BUILD_DOCKER_SYSTEM_ERR` when the engine fails otherwise.
 */
export async function buildWithBuildKit(
  docker: DockerConnection,
  buildkit: BuildKitConnection,
  request: DockerfileBuild,
  ctx: Context,
): Promise<BuildOutcome> {
  const dockerfile = await readDockerfile(request, ctx);
  const images = [parseReference(request.tag), ...baseImages(dockerfile, request, ctx)];
  const parts = {
    dockerfile,
    images,
    // `moby` is the engine's own exporter, whether it keeps images itself or containerd does.
    exporter: { type: 'moby', attributes: { name: request.tag } },
    otherwise: 'BUILD_DOCKER_SYSTEM_ERR' as const,
    unreachable: (cause: Error) => notRunning(docker.endpoint, 'the connection broke', cause),
  };
  await solve(buildkit, request, parts, ctx);
  const id: ImageId | undefined = await findImage(docker, request.tag, ctx);
  if (id !== undefined) return { at: 'daemon', id };
  throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', `the Docker Engine does not hold ${request.tag} after building it`);
}
