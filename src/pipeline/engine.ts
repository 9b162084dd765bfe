import type { ImageEngine } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { BuildKitCluster } from '../engines/buildkit/pods.ts';
import type { StartRegistry } from '../engines/embedded/containers/index.ts';
import type { SandboxChoice } from '../engines/embedded/sandbox/types.ts';
import type { Store } from '../store/store.ts';

/** What `--engine` may say. */
export type EngineChoice = 'auto' | 'docker' | 'embedded' | 'buildkit';

/**
 * Chooses what executes Dockerfiles, once per run. `auto` takes a Docker Engine that answers, else the embedded
 * engine; for builds in a cluster it takes BuildKit. The choice and its reason are told as one event.
 *
 * @param cluster where BuildKits are looked for unless `BUILDKIT_HOST` names them; undefined where nothing builds in a cluster.
 * @throws `BUILD_DOCKER_DAEMON_NOT_RUNNING` when `docker` was asked for and does not answer, `BUILDKIT_UNREACHABLE` for a
 * `BUILDKIT_HOST` that cannot be read.
 */
export async function chooseEngine(
  choice: EngineChoice,
  store: () => Promise<Store>,
  cluster: BuildKitCluster | undefined,
  ctx: Context,
  sandbox?: SandboxChoice,
): Promise<ImageEngine> {
  if (choice === 'embedded') return embedded('asked for', store, ctx, sandbox);
  if (choice === 'buildkit') return buildkit('asked for', store, undefined, ctx);
  if (choice === 'auto' && cluster !== undefined) {
    const isNamed = (ctx.system.env['BUILDKIT_HOST'] ?? '') !== '';
    return buildkit('build.cluster', store, isNamed ? undefined : cluster, ctx);
  }
  const { detectDocker } = await import('../engines/docker/detect.ts');
  const docker = await detectDocker(ctx);
  if (choice === 'auto' && !docker.reachable) return embedded(docker.reason, store, ctx, sandbox);
  ctx.emit({ type: 'engine-chosen', engine: 'docker', reason: choice === 'docker' ? 'asked for' : docker.reason });
  const { createDockerEngine } = await import('../engines/docker/index.ts');
  return createDockerEngine({}, ctx);
}

async function buildkit(
  reason: string,
  store: () => Promise<Store>,
  cluster: BuildKitCluster | undefined,
  ctx: Context,
): Promise<ImageEngine> {
  ctx.emit({ type: 'engine-chosen', engine: 'buildkit', reason });
  const { createBuildKitEngine } = await import('../engines/buildkit/index.ts');
  return createBuildKitEngine(await store(), ctx, cluster);
}

async function embedded(
  reason: string,
  store: () => Promise<Store>,
  ctx: Context,
  sandbox: SandboxChoice = 'auto',
): Promise<ImageEngine> {
  ctx.emit({ type: 'engine-chosen', engine: 'embedded', reason });
  const { createEmbeddedEngine } = await import('../engines/embedded/index.ts');
  return createEmbeddedEngine({ store: await store(), sandbox, startRegistry });
}

/** A registry of this process, on a port that is free. */
const startRegistry: StartRegistry = async (directory, ctx) => {
  const { serveRegistry } = await import('../registry/server.ts');
  const { host, port, close } = await serveRegistry({ address: '127.0.0.1:0', store: directory }, ctx);
  return { address: `${host}:${port}`, close };
};
