import type { Readable } from 'node:stream';
import { type ErrorCode, type Suggestion, ToolError } from '../../core/errors.ts';
import type { Digest, ImageId, ImageReference } from '../../core/names.ts';
import type { Context } from '../../core/ports.ts';
import { isDigest } from '../../image/digest.ts';
import { parseManifest } from '../../image/oci.ts';
import { formatReference } from '../../image/reference.ts';
import { imageAuth } from './auth.ts';
import type { DockerConnection } from './connection.ts';
import { engineError } from './errors.ts';
import { inspectImage, tagImage } from './images.ts';
import { engineMessages, failureIn, textOf } from './messages.ts';
import { byDigest } from './registry-config.ts';

/** What the engine said about a push. */
interface PushReport {
  /** The digest of the manifest it put. */
  readonly digest: Digest;
  /** Short ids of the layers it uploaded; those it mounted or found there are not among them. */
  readonly uploaded: ReadonlySet<string>;
}

/**
 * Pushes an image by id under a name. The digest is the engine's, confirmed by asking the registry for it.
 *
 * @returns the digest the registry serves, and the bytes of the layers that were uploaded, as they are stored there
 * @throws `BUILD_PUSH_ACCESS_DENIED`, `REGISTRY_UNAUTHORIZED` or `REGISTRY_UNREACHABLE` when the push fails, and
 * `BUILD_DOCKER_GET_DIGEST_ERR` when the registry does not serve what the engine says it pushed.
 */
export async function pushImage(
  docker: DockerConnection,
  id: ImageId,
  reference: ImageReference,
  ctx: Context,
): Promise<{ readonly digest: Digest; readonly bytes: number }> {
  // Another build may have taken the name since: it is this image that is pushed.
  await tagImage(docker, id, reference, ctx);
  try {
    const { digest, uploaded } = await sendPush(docker, reference, ctx);
    return { digest, bytes: await confirm(docker, id, byDigest(reference, digest), uploaded, ctx) };
  } catch (error) {
    throw engineError(`pushing ${formatReference(reference)}`, error, docker.endpoint, ctx);
  }
}

async function sendPush(docker: DockerConnection, reference: ImageReference, ctx: Context): Promise<PushReport> {
  const authconfig = await imageAuth(reference, ctx);
  const options = { tag: reference.tag ?? 'latest', authconfig, abortSignal: ctx.signal };
  const answer = await docker.client.getImage(reference.name).push(options);
  const uploaded = new Set<string>();
  let digest: Digest | undefined;
  for await (const message of engineMessages(answer as Readable)) {
    const failure = failureIn(message);
    if (failure !== undefined) throw await pushFailure(failure, reference, ctx);
    if (message.status === 'Pushed' && message.id !== undefined) uploaded.add(message.id);
    if (isDigest(message.aux?.Digest ?? '')) digest = message.aux?.Digest as Digest;
    const text = textOf(message);
    if (text !== undefined) ctx.emit({ type: 'output', phase: 'Build', stream: 'stdout', text });
  }
  return { uploaded, digest: digest ?? (await servedDigest(reference, ctx)) };
}

/** Engines before 1.9 and some lookalikes do not tell the digest; then the registry is asked. */
async function servedDigest(reference: ImageReference, ctx: Context): Promise<Digest> {
  const served = await ctx.system.registry.resolve(reference, ctx.signal);
  if (served !== undefined) return served.digest;
  throw noDigest(`the registry serves nothing for ${formatReference(reference)} after the push`);
}

/** Fetches the manifest by its digest and sums up the layers that were uploaded. */
async function confirm(
  docker: DockerConnection,
  id: ImageId,
  pushed: ImageReference,
  uploaded: ReadonlySet<string>,
  ctx: Context,
): Promise<number> {
  const bytes = await servedManifest(pushed, ctx);
  if (bytes === undefined || uploaded.size === 0) return 0;
  const { layers } = parseManifest(bytes, formatReference(pushed));
  const diffIds = (await inspectImage(docker, id, ctx))?.RootFS.Layers ?? [];
  const isUploaded = (digest = ''): boolean => uploaded.has(digest.replace('sha256:', '').slice(0, 12));
  // An engine that keeps images in containerd names layers as the registry does, any other by their diffIDs.
  return layers.reduce(
    (sum, { size, digest }, index) => sum + (isUploaded(diffIds[index]) || isUploaded(digest) ? size : 0),
    0,
  );
}

/** The manifest's bytes, which the client has checked against the digest; undefined when only the engine reaches the registry. */
async function servedManifest(pushed: ImageReference, ctx: Context): Promise<Uint8Array | undefined> {
  try {
    return (await ctx.system.registry.manifest(pushed, ctx.signal)).bytes;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.code !== 'REGISTRY_UNREACHABLE') throw noDigest(`${formatReference(pushed)} cannot be read back`, error);
    const message = `${formatReference(pushed)} was pushed by the Docker Engine; it could not be confirmed: ${error.message}`;
    ctx.emit({ type: 'log', level: 'warning', message });
    return undefined;
  }
}

function noDigest(problem: string, cause?: ToolError): ToolError {
  const reason = cause === undefined ? '' : `: ${cause.message}`;
  return new ToolError('BUILD_DOCKER_GET_DIGEST_ERR', `${problem}${reason}`, {
    cause,
    suggestions: [{ code: 'PUSH_AGAIN', action: 'Push again, and check that nothing else writes to the repository' }],
  });
}

const signIn: Suggestion = {
  code: 'DOCKER_AUTH_CONFIGURE',
  action: 'Sign in with `docker login` as a user who may push there',
};
const otherRepo: Suggestion = {
  code: 'CHECK_DEFAULT_REPO',
  action: 'Check the repository, and set another one with --default-repo',
};

/** What the distribution specification's error codes, which the engine puts before a registry's message, mean for a push. */
const registryErrors: Readonly<Record<string, ErrorCode>> = {
  denied: 'BUILD_PUSH_ACCESS_DENIED',
  unauthorized: 'REGISTRY_UNAUTHORIZED',
  'no basic auth credentials': 'REGISTRY_UNAUTHORIZED',
};

async function pushFailure(text: string, reference: ImageReference, ctx: Context): Promise<ToolError> {
  const code =
    registryErrors[text.split(':')[0] ?? ''] ?? (await registryProblem(reference, ctx)) ?? 'BUILD_DOCKER_SYSTEM_ERR';
  const suggestions: Partial<Record<ErrorCode, readonly Suggestion[]>> = {
    BUILD_PUSH_ACCESS_DENIED: [otherRepo, signIn],
    REGISTRY_UNAUTHORIZED: [signIn, otherRepo],
    REGISTRY_UNREACHABLE: [
      {
        code: 'CHECK_REGISTRY',
        action: `Check that ${reference.registry} runs and can be reached from the Docker Engine`,
      },
      otherRepo,
    ],
  };
  return new ToolError(code, text, { suggestions: suggestions[code] ?? [] });
}

/** The engine tells a push that failed on the way only in prose: our own client finds out of what kind it is. */
async function registryProblem(reference: ImageReference, ctx: Context): Promise<ErrorCode | undefined> {
  try {
    await ctx.system.registry.resolve(reference, ctx.signal);
    return undefined;
  } catch (error) {
    return error instanceof ToolError ? error.code : undefined;
  }
}
