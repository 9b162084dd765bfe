import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type Dockerode from 'dockerode';
import type { DockerEndpoint } from './endpoint.ts';

/** A client of one Docker Engine. dockerode is loaded with the first one. */
export interface DockerConnection {
  readonly client: Dockerode;
  readonly endpoint: DockerEndpoint;
  /** Closes kept-alive connections, so that the process can end. */
  close(): void;
}

/** Makes a client. No connection is opened yet. */
export async function connect(endpoint: DockerEndpoint): Promise<DockerConnection> {
  const { default: Docker } = await import('dockerode');
  const secure = isSecure(endpoint);
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, ...tlsOptions(endpoint) })
    : new HttpAgent({ keepAlive: true });
  const options = { ...requestTarget(endpoint), protocol: secure ? ('https' as const) : ('http' as const), agent };
  const client = new Docker(options);
  return { client, endpoint, close: () => agent.destroy() };
}

/** Whether an endpoint is spoken to over TLS. */
export function isSecure({ transport }: DockerEndpoint): boolean {
  return transport.kind === 'tcp' && transport.tls !== undefined;
}

/** Where requests go, as `node:http` options. */
export function requestTarget({ transport }: DockerEndpoint): { socketPath: string } | { host: string; port: number } {
  return transport.kind === 'unix' ? { socketPath: transport.path } : { host: transport.host, port: transport.port };
}

/** The certificates of an endpoint, as `node:tls` options. */
export function tlsOptions({ transport }: DockerEndpoint): {
  rejectUnauthorized?: boolean;
  ca?: string;
  cert?: string;
  key?: string;
} {
  if (transport.kind === 'unix' || transport.tls === undefined) return {};
  const { verify, ...certificates } = transport.tls;
  return { rejectUnauthorized: verify, ...certificates };
}
