import { Readable } from 'node:stream';
import type { ImageBuildOptions } from 'dockerode';
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { ImageId } from '../../core/names.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import type { Dockerfile } from '../../dockerfile/types.ts';
import { formatPlatform } from '../../image/platform.ts';
import { baseImages } from '../base-images.ts';
import { registriesAuth } from './auth.ts';
import { pullCacheSources } from './cache-from.ts';
import type { DockerConnection } from './connection.ts';
import { contextArchive } from './context-archive.ts';
import { answerText, engineError, statusOf } from './errors.ts';
import { findImage } from './images.ts';
import { type EngineMessage, engineMessages, failureIn, textOf } from './messages.ts';

/**
 * Builds an image with the engine's classic builder (the API's `POST /build`), its messages passed on as `output` events. No
 * intermediate container is left behind, whether the build succeeds or not; Skaffold leaves them.
 *
 * @throws `BUILD_USER_ERROR` when the Dockerfile or one of its steps is wrong, `BUILD_DOCKER_SYSTEM_ERR`
 * when the engine fails otherwise.
 */
export async function buildClassic(
  docker: DockerConnection,
  request: DockerfileBuild,
  dockerfile: Dockerfile,
  ctx: Context,
): Promise<BuildOutcome> {
  await pullCacheSources(docker, request, ctx);
  try {
    const auth = await registriesAuth(baseImages(dockerfile, request, ctx), ctx);
    const options = {
      ...buildOptions(request, ctx),
      ...(await squashOption(docker, request, ctx)),
      registryconfig: auth,
    };
    const id = (await sendBuild(docker, request, options, ctx)) ?? (await findImage(docker, request.tag, ctx));
    if (id !== undefined) return { at: 'daemon', id };
  } catch (error) {
    throw refusedDockerfile(error, ctx) ?? engineError('Docker build', error, docker.endpoint, ctx);
  }
  throw new ToolError('BUILD_DOCKER_SYSTEM_ERR', 'the Docker Engine did not say which image it built');
}

async function sendBuild(
  docker: DockerConnection,
  request: DockerfileBuild,
  options: object,
  ctx: Context,
): Promise<ImageId | undefined> {
  const archive = contextArchive(request, ctx);
  const body = Readable.from(archive.bytes, { objectMode: false });
  try {
    const query: ImageBuildOptions = { ...options, dockerfile: archive.dockerfile };
    return await follow((await docker.client.buildImage(body, query)) as Readable, request, ctx);
  } finally {
    body.destroy(); // An engine that stops reading would leave a file open.
  }
}

async function follow(answer: Readable, request: DockerfileBuild, ctx: Context): Promise<ImageId | undefined> {
  let id: string | undefined;
  for await (const message of engineMessages(answer)) {
    const failure = failureIn(message);
    if (failure !== undefined) throw userError(failure);
    id = message.aux?.ID ?? id;
    tell(message, request, ctx);
  }
  return id as ImageId | undefined;
}

function tell(message: EngineMessage, { image }: DockerfileBuild, ctx: Context): void {
  const step = /^Step \d+\/\d+ : (.*)/.exec(message.stream ?? '')?.[1];
  if (step !== undefined) ctx.emit({ type: 'artifact-step', image, step });
  const text = textOf(message);
  if (text !== undefined && text !== '') ctx.emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text });
}

/** The request's options as the API's query has them; lists and objects are encoded by dockerode. */
function buildOptions(request: DockerfileBuild, ctx: Context): object {
  const { target, network, platform, addHosts, cacheFrom, labels = {} } = request;
  return {
    t: request.tag,
    rm: true,
    forcerm: true,
    nocache: request.noCache,
    pull: request.pullParent,
    buildargs: buildArguments(request, ctx),
    abortSignal: ctx.signal,
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { networkmode: network.toLowerCase() }),
    ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
    ...(addHosts.length === 0 ? {} : { extrahosts: addHosts }),
    ...(cacheFrom.length === 0 ? {} : { cachefrom: [...cacheFrom] }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

/** `NAME` without a value is taken from the environment; where it has none either, the engine is told to leave it unset. */
function buildArguments(request: DockerfileBuild, ctx: Context): Readonly<Record<string, string | null>> {
  const entries = Object.entries(request.buildArgs);
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? ctx.system.env[name] ?? null]));
}

/** Only an engine in experimental mode squashes; others refuse the request, which Skaffold never makes. */
async function squashOption(docker: DockerConnection, request: DockerfileBuild, ctx: Context): Promise<object> {
  if (!request.squash) return {};
  if (((await docker.client.info()) as { readonly ExperimentalBuild?: boolean }).ExperimentalBuild === true)
    return { squash: true };
  const message = `squash is left out for ${request.image}: the Docker Engine is not in experimental mode`;
  ctx.emit({ type: 'log', level: 'warning', message });
  return {};
}

/** The engine answers 400 before it starts when the Dockerfile cannot be parsed or an option is wrong. */
function refusedDockerfile(error: unknown, ctx: Context): ToolError | undefined {
  return statusOf(error) === 400 && !ctx.signal.aborted ? userError(answerText(error)) : undefined;
}

function userError(text: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `docker build failure: ${text}`, {
    suggestions: [{ code: 'FIX_USER_BUILD_ERR', action: 'Please fix the Dockerfile and try again' }],
  });
}
