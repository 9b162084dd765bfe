import type { Duplex } from 'node:stream';
import type { ChannelCredentials, ChannelOptions, Client, ServiceError } from '@grpc/grpc-js';
import { ToolError } from '../../core/errors.ts';
import { empty, listWorkersResponse, type Worker } from './control-messages.ts';
import { controlSession } from './control-session.ts';
import { callOnce, channelOptions, type Grpc } from './grpc.ts';
import type { SessionHeaders } from './session.ts';

/** A BuildKit that is spoken to. */
export interface BuildKitConnection {
  /** For messages. */
  readonly address: string;
  /** Others on the network could read what is said. */
  readonly isPlain: boolean;
  readonly client: Client;
  readonly grpc: Grpc;
  /** What it can build for, and what it says about itself. */
  readonly workers: readonly Worker[];
  openSession(headers: SessionHeaders): Promise<Duplex>;
  close(): Promise<void>;
}

/** How a BuildKit is reached. */
export interface ConnectionOptions {
  readonly address: string;
  readonly isPlain?: boolean;
  /** gRPC's name for the address: `HOST:PORT` or `unix:PATH`. */
  readonly target: string;
  readonly credentials: ChannelCredentials;
  readonly options?: ChannelOptions;
  /** Another way to open sessions than within the control service. */
  readonly openSession?: (headers: SessionHeaders) => Promise<Duplex>;
  /** Why a connection could not be made, where more is known than gRPC tells. */
  readonly problem?: () => ToolError | undefined;
  readonly onClose?: () => Promise<void>;
}

const listWorkers = { request: empty, response: listWorkersResponse };

/**
 * Connects, and asks BuildKit for its workers to see that it is one.
 *
 * @param patience milliseconds until it counts as unreachable.
 * @throws `BUILDKIT_UNREACHABLE` naming the address.
 */
export async function connect(
  { address, isPlain = false, target, credentials, options, openSession, problem, onClose }: ConnectionOptions,
  patience: number,
  grpc: Grpc,
): Promise<BuildKitConnection> {
  const client = new grpc.Client(target, credentials, { ...channelOptions, ...options });
  const close = async (): Promise<void> => {
    client.close();
    await onClose?.();
  };
  const asked = callOnce(client, '/moby.buildkit.v1.Control/ListWorkers', listWorkers, {}, { deadline: patience });
  const { workers } = await asked.catch(async (error: ServiceError) => {
    const why = problem?.();
    await close();
    throw why ?? unreachable(address, error.details || error.message, error);
  });
  return {
    address,
    isPlain,
    client,
    grpc,
    workers,
    openSession: openSession ?? (async (headers) => controlSession(client, headers, grpc)),
    close,
  };
}

/** The one sentence about a BuildKit that is not there. */
export function unreachable(address: string, reason: string, cause?: unknown): ToolError {
  return new ToolError('BUILDKIT_UNREACHABLE', `no BuildKit answers at ${address}: ${reason}`, {
    cause,
    suggestions: [
      { code: 'CHECK_BUILDKIT_HOST', action: 'Start buildkitd, or say where it is with BUILDKIT_HOST' },
      { code: 'USE_EMBEDDED_ENGINE', action: 'Build without BuildKit: --engine=embedded' },
    ],
  });
}
