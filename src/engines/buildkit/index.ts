/** BuildKit as an engine: one or several daemons, on this machine, another one or in a cluster, that build and push. */
import type { BuildOutcome } from '../../core/artifact.ts';
import { type ErrorCode, ToolError } from '../../core/errors.ts';
import type { Digest, ImageReference, Platform } from '../../core/names.ts';
import type { DockerfileBuild, ImageEngine } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { isDigest } from '../../image/digest.ts';
import { formatReference, parseReference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import { baseImages, readDockerfile } from '../base-images.ts';
import { createEmbeddedEngine } from '../embedded/index.ts';
import { isInsecureHost } from '../insecure.ts';
import { buildKitAddresses } from './address.ts';
import { type BuildKitConnection, unreachable } from './connection.ts';
import type { TypedAttributes } from './control-messages.ts';
import { dial } from './dial.ts';
import { type BuildKitCluster, buildKitPods } from './pods.ts';
import { type BuildKitPool, createPool } from './pool.ts';
import { solve } from './solve.ts';
import { takeImage } from './take-image.ts';

/**
 * Makes the engine for the BuildKits of `BUILDKIT_HOST`, or of a cluster. None is connected to before the first build. What
 * is to be pushed goes from BuildKit to the registry; other images come here, into the store, where the embedded engine's
 * ways to name and push them hold.
 *
 * @param cluster where BuildKits are looked for with the first build, where `BUILDKIT_HOST` is not to say it.
 * @throws `BUILDKIT_UNREACHABLE` for an address that cannot be read.
 */
export async function createBuildKitEngine(
  store: Store,
  ctx: Context,
  cluster?: BuildKitCluster,
): Promise<ImageEngine> {
  const written = cluster === undefined ? await buildKitAddresses(ctx) : [];
  let pool: Promise<BuildKitPool> | undefined;
  const poolFor = (context: Context): Promise<BuildKitPool> => {
    pool ??= (async () => createPool(cluster === undefined ? written : await buildKitPods(cluster, context), dial))();
    return pool;
  };
  const stored = createEmbeddedEngine({ store });
  const warned = new Set<string>();
  return {
    ...stored,
    name: 'buildkit',
    severalPlatforms: true,
    build: async (request, context) =>
      (await poolFor(context)).use(platformsOf(request), context, (connection) =>
        build(connection, request, { store, warned }, context),
      ),
    close: async () => {
      await Promise.all([pool?.then((opened) => opened.close()).catch(() => undefined), stored.close()]);
    },
  };
}

function platformsOf({ platform, platforms }: DockerfileBuild): readonly Platform[] {
  return platforms ?? (platform === undefined ? [] : [platform]);
}

interface EngineState {
  /** Where images come to that are not pushed. */
  readonly store: Store;
  /** Registries whose credentials went over a connection without TLS, which was said. */
  readonly warned: Set<string>;
}

async function build(
  connection: BuildKitConnection,
  request: DockerfileBuild,
  { store, warned }: EngineState,
  ctx: Context,
): Promise<BuildOutcome> {
  refuseStored(request);
  const reference = parseReference(request.tag);
  const dockerfile = await readDockerfile(request, ctx);
  const images = [reference, ...baseImages(dockerfile, request, ctx)];
  const parts = {
    dockerfile,
    images,
    onSecret: (host: string) => warnAboutPlainText(connection, host, warned, ctx),
    otherwise: 'BUILDKIT_ERR' as const,
    unreachable: (cause: Error) => unreachable(connection.address, 'the connection broke', cause),
  };
  if (request.push !== true) return takeImage(connection, request, parts, store, ctx);
  const pushed = solve(connection, request, { ...parts, exporter: pushTo(reference, request, ctx) }, ctx);
  const answer = await pushed.catch(async (error: unknown) => {
    throw await pushFailure(error, reference, ctx);
  });
  return { at: 'registry', digest: digestIn(answer, reference) };
}

/** The exporter that pushes while it builds. */
function pushTo(reference: ImageReference, { rewritesTimes }: DockerfileBuild, ctx: Context): TypedAttributes {
  const name = reference.registry === 'index.docker.io' ? `docker.io/${reference.repository}` : reference.name;
  const insecure = isInsecureHost(reference.registry, ctx) ? { 'registry.insecure': 'true' } : {};
  const attributes = { name: `${name}:${reference.tag ?? 'latest'}`, push: 'true', 'oci-mediatypes': 'true' };
  const times = rewritesTimes === true ? { 'rewrite-timestamp': 'true' } : {};
  return { type: 'image', attributes: { ...attributes, ...insecure, ...times } };
}

/** BuildKit tells a push that failed in prose only: our own client finds out of what kind the failure is. */
async function pushFailure(error: unknown, reference: ImageReference, ctx: Context): Promise<unknown> {
  const failed: ErrorCode = 'BUILDKIT_ERR';
  if (!(error instanceof ToolError) || error.code !== failed) return error;
  try {
    await ctx.system.registry.resolve(reference, ctx.signal);
    return error;
  } catch (problem) {
    if (!(problem instanceof ToolError)) return error;
    return new ToolError(problem.code, error.message, { cause: error, suggestions: problem.suggestions });
  }
}

function digestIn(answer: Readonly<Record<string, string>>, reference: ImageReference): Digest {
  const digest = answer['containerimage.digest'] ?? '';
  if (isDigest(digest)) return digest;
  throw new ToolError('BUILDKIT_ERR', `BuildKit did not say which digest it pushed as ${formatReference(reference)}`);
}

/** An image that only this machine holds cannot be the base of a build that runs elsewhere. */
function refuseStored({ built, image }: DockerfileBuild): void {
  for (const [name, outcome] of built) {
    if (outcome.at === 'registry') continue;
    const message = `"${image}" is built from ${name}, which is not in a registry, where BuildKit could find it`;
    throw new ToolError('BUILD_USER_ERROR', message, {
      suggestions: [
        { code: 'PUSH_REQUIRED', action: 'Push what is built (--push, --default-repo), or build with another engine' },
      ],
    });
  }
}

/** A password on the network in plain text is worth a word, once per registry. */
function warnAboutPlainText(
  { address, isPlain }: BuildKitConnection,
  host: string,
  warned: Set<string>,
  ctx: Context,
): void {
  if (!isPlain || warned.has(host)) return;
  warned.add(host);
  const message = `the credentials for ${host} are sent to ${address} without TLS; BUILDKIT_TLSDIR names certificates`;
  ctx.emit({ type: 'log', level: 'warning', message });
}
