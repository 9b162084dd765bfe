import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { ImageId } from '../../core/names.ts';
import type { DockerfileBuild, ImageEngine } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { formatReference } from '../../image/reference.ts';
import { readDockerfile } from '../base-images.ts';
import type { BuildKitConnection } from '../buildkit/connection.ts';
import { buildClassic } from './build.ts';
import { connect } from './connection.ts';
import { probe } from './detect.ts';
import { dockerEndpoint } from './endpoint.ts';
import { engineError, notRunning } from './errors.ts';
import { findImage, readImageConfig, tagImage } from './images.ts';
import { pullImage } from './pull.ts';
import { pushImage } from './push.ts';
import { chooseWay } from './way.ts';

/**
 * The Docker Engine as an {@link ImageEngine}: the one the `docker` command would use (`DOCKER_HOST`, contexts, TLS, usual
 * sockets), through its API.
 *
 * @throws `BUILD_DOCKER_DAEMON_NOT_RUNNING` when none answers, `NOT_SUPPORTED` for an address of a kind that is not spoken.
 */
export async function createDockerEngine(
  _options: Readonly<Record<string, never>>,
  ctx: Context,
): Promise<ImageEngine> {
  const endpoint = await dockerEndpoint(ctx);
  const problem = await probe(endpoint, ctx);
  if (problem !== undefined) throw notRunning(endpoint, problem);
  const docker = await connect(endpoint);
  let buildkit: Promise<BuildKitConnection> | undefined;
  const build = async (request: DockerfileBuild, context: Context): Promise<BuildOutcome> => {
    const dockerfile = await readDockerfile(request, context);
    switch (chooseWay(request, dockerfile, context)) {
      case 'classic':
        return buildClassic(docker, request, dockerfile, context);
      case 'command':
        return (await import('./command.ts')).buildWithCommand(docker, request, context);
      case 'buildkit': {
        const { buildWithBuildKit, connectBuildKit } = await import('./buildkit.ts');
        buildkit ??= connectBuildKit(docker, context);
        return buildWithBuildKit(docker, await buildkit, request, context);
      }
    }
  };
  return {
    name: 'docker',
    build,
    assemble: async (request, context) => {
      const { assembleWithEngine } = await import('./assemble.ts');
      return assembleWithEngine(docker, request, context);
    },
    importArchive: async (request, context) => {
      const { importWithEngine } = await import('./assemble.ts');
      return importWithEngine(docker, request, context);
    },
    push: async (outcome, reference, context) => pushImage(docker, idOf(outcome), reference, context),
    tag: async (outcome, reference, context) => tagImage(docker, idOf(outcome), reference, context),
    find: (reference, context) => findImage(docker, reference, context),
    holds: async (outcome, context) =>
      outcome.at === 'daemon' && (await findImage(docker, outcome.id, context)) !== undefined,
    pull: async (reference, phase, context) => {
      const say = (text: string): void => context.emit({ type: 'output', phase, stream: 'stdout', text });
      await pullImage(docker, reference, undefined, say, context).catch((error: unknown) => {
        throw engineError(`pulling ${formatReference(reference)}`, error, endpoint, context);
      });
    },
    openContainers: async (request, context) => {
      const { openEngineContainers } = await import('./containers.ts');
      return openEngineContainers(docker, request, context);
    },
    imageConfig: (reference, platform, context) => readImageConfig(docker, reference, platform, context),
    close: async () => {
      await (await buildkit?.catch(() => undefined))?.close();
      docker.close();
    },
  };
}

function idOf(outcome: BuildOutcome): ImageId {
  if (outcome.at === 'daemon') return outcome.id;
  throw new ToolError(
    'BUILD_DOCKER_SYSTEM_ERR',
    'an image that is not in the Docker Engine cannot be named or pushed by it',
    {
      suggestions: [{ code: 'BUILD_AGAIN', action: 'Build it again with --engine=docker --cache-artifacts=false' }],
    },
  );
}
