/** One build: a session, the solve request, and what BuildKit says meanwhile. */
import { dirname } from 'node:path';
import type { Client } from '@grpc/grpc-js';
import type { ImageReference } from '../../core/names.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import type { Dockerfile } from '../../dockerfile/types.ts';
import { cacheEntries } from './cache-options.ts';
import type { BuildKitConnection } from './connection.ts';
import {
  type SolveRequest,
  type StatusResponse,
  solveRequest,
  solveResponse,
  statusRequest,
  statusResponse,
  type TypedAttributes,
} from './control-messages.ts';
import { dockerFlags } from './docker-flags.ts';
import { lineFinder } from './dockerfile-lines.ts';
import { buildFailure, type FailureContext } from './failure.ts';
import { frontendOf } from './frontend.ts';
import { callOnce } from './grpc.ts';
import { followProgress, type Progress } from './progress.ts';
import { auth } from './services/auth.ts';
import { fileSync } from './services/file-sync.ts';
import { health } from './services/health.ts';
import { secrets } from './services/secrets.ts';
import type { Service } from './services/service.ts';
import { ssh } from './services/ssh.ts';
import { openSession } from './session.ts';
import { sharedKey } from './shared-key.ts';
import { agentSockets } from './ssh-sockets.ts';

/** What is to become of the result, and who is told what. */
export interface SolveOptions {
  /** The request's Dockerfile. */
  readonly dockerfile: Dockerfile;
  readonly exporter: TypedAttributes;
  /** Images that may be pulled or pushed, for their credentials. */
  readonly images: readonly ImageReference[];
  /** Told before a credential is sent to BuildKit. */
  readonly onSecret?: (host: string) => void;
  /** More services of the session, such as one that takes an exported image. */
  readonly services?: readonly Service[];
  readonly otherwise: FailureContext['otherwise'];
  readonly unreachable: FailureContext['unreachable'];
}

/** What BuildKit answers, by its names: `containerimage.digest` and others. */
export type ExporterResponse = Readonly<Record<string, string>>;

const controlMethod = (name: string): string => `/moby.buildkit.v1.Control/${name}`;
/** The label under which a Docker Engine's BuildKit tells the address of its host. */
const gatewayLabel = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';

/**
 * Builds a Dockerfile with BuildKit. Of the context only what changed since the last build of this workspace is sent.
 *
 * @throws `BUILD_USER_ERROR` naming line, step and exit code; what `options` says for other failures; `CANCELLED`.
 */
export async function solve(
  connection: BuildKitConnection,
  request: DockerfileBuild,
  options: SolveOptions,
  ctx: Context,
): Promise<ExporterResponse> {
  const { random } = ctx.system;
  const asked = await solveRequestOf(connection, request, options.exporter, ctx);
  const session = await openSession(
    { id: random.hex(16), sharedKey: await sharedKey(request, ctx), services: await servicesOf(request, options, ctx) },
    (headers) => connection.openSession(headers),
    connection.grpc,
  );
  const progress = followProgress(request.image, ctx);
  const ref = random.hex(16);
  const status = followStatus(connection.client, ref, progress);
  try {
    const codecs = { request: solveRequest, response: solveResponse };
    const argument = { ...asked, ref, session: session.id };
    const { exporterResponse } = await callOnce(connection.client, controlMethod('Solve'), codecs, argument, ctx);
    await status.rest();
    return exporterResponse;
  } catch (error) {
    if (!ctx.signal.aborted) await status.rest();
    const lineOf = lineFinder(options.dockerfile);
    const told = { ...options, dockerfile: request.dockerfileName, stepName: progress.failedStep, lineOf };
    throw buildFailure(error, told, ctx);
  } finally {
    status.stop();
    session.close();
  }
}

async function solveRequestOf(
  { workers }: BuildKitConnection,
  request: DockerfileBuild,
  exporter: TypedAttributes,
  ctx: Context,
): Promise<Partial<SolveRequest>> {
  const flags = dockerFlags(request);
  const imports = cacheEntries('build.artifacts.docker.cacheFrom', flags.cacheFrom, ctx);
  const exports = cacheEntries('build.artifacts.docker.cacheTo', flags.cacheTo, ctx);
  const hostGateway = workers.map(({ labels }) => labels[gatewayLabel]).find((address) => address !== undefined);
  const { attributes, entitlements } = frontendOf(
    request,
    { cacheFrom: imports, labels: { ...flags.labels, ...request.labels }, hostGateway },
    ctx,
  );
  return {
    frontend: 'dockerfile.v0',
    frontendAttributes: attributes,
    entitlements,
    cache: { imports, exports },
    exporters: [exporter],
    oldExporter: exporter.type,
    oldExporterAttributes: exporter.attributes,
  };
}

async function servicesOf(request: DockerfileBuild, options: SolveOptions, ctx: Context): Promise<readonly Service[]> {
  const { image, workspace, dockerfile } = request;
  const told = (name: string, { files, bytes }: { readonly files: number; readonly bytes: number }): void => {
    const message = `${image}: sent ${files} files (${bytes} bytes) of the ${name} to BuildKit`;
    ctx.emit({ type: 'log', level: 'debug', message });
  };
  const sockets = await agentSockets(request, ctx);
  return [
    health(),
    fileSync({ context: workspace, dockerfile: dirname(dockerfile) }, told, ctx),
    auth(options.images, options.onSecret ?? (() => undefined), ctx),
    ...((request.secrets ?? []).length === 0 ? [] : [secrets(request.secrets ?? [], ctx)]),
    ...(sockets.size === 0 ? [] : [ssh(sockets)]),
    ...(options.services ?? []),
  ];
}

/** How long the last of a status may take after the answer to the build. */
const patienceMilliseconds = 2000;

interface FollowedStatus {
  /** Waits for what BuildKit has still to say. */
  rest(): Promise<void>;
  stop(): void;
}

function followStatus(client: Client, ref: string, progress: Progress): FollowedStatus {
  const call = client.makeServerStreamRequest<{ ref: string }, StatusResponse>(
    controlMethod('Status'),
    (value) => statusRequest.encode(value),
    (bytes) => statusResponse.decode(bytes),
    { ref },
  );
  call.on('data', (response: StatusResponse) => progress.on(response));
  const ended = new Promise<void>((resolve) => {
    // What is wrong with the build is said by the answer to it.
    call.on('error', () => resolve());
    call.on('end', () => resolve());
  });
  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMilliseconds);
      ended.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  return { rest, stop: () => call.cancel() };
}
