import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Duplex } from 'node:stream';
import { ToolError } from '../../core/errors.ts';
import { unreachableReason } from '../connection-problems.ts';
import { isSecure, requestTarget, tlsOptions } from './connection.ts';
import type { DockerEndpoint } from './endpoint.ts';
import { notRunning } from './errors.ts';

/**
 * Opens a connection within the Docker Engine's API that is spoken on in HTTP/2 from then on: `/grpc` is its BuildKit,
 * `/session` the way back for files and credentials.
 *
 * @throws `BUILD_DOCKER_SYSTEM_ERR` for an engine without BuildKit, `BUILD_DOCKER_DAEMON_NOT_RUNNING`.
 */
export function upgradedConnection(
  endpoint: DockerEndpoint,
  path: '/grpc' | '/session',
  headers: Readonly<Record<string, readonly string[]>> = {},
): Promise<Duplex> {
  const request = isSecure(endpoint) ? httpsRequest : httpRequest;
  // Each connection is handed over whole: none may come from a pool.
  const own = { agent: false, method: 'POST', path, headers: { ...headers, Connection: 'Upgrade', Upgrade: 'h2c' } };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...requestTarget(endpoint), ...tlsOptions(endpoint), ...own });
    outgoing.on('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      // HTTP/2 looks at what TLS negotiated, which was HTTP/1: it gets the bytes and not the socket.
      resolve(isSecure(endpoint) ? Duplex.from({ readable: socket, writable: socket }) : socket);
    });
    outgoing.on('response', (response) => {
      response.resume();
      reject(noBuildKit(endpoint, response.statusCode));
    });
    outgoing.on('error', (error) => reject(notRunning(endpoint, unreachableReason(error), error)));
    outgoing.end();
  });
}

function noBuildKit({ address }: DockerEndpoint, status: number | undefined): ToolError {
  const message = `the Docker Engine at ${address} has no BuildKit: it answers ${status} where that should be`;
  return new ToolError('BUILD_DOCKER_SYSTEM_ERR', message, {
    suggestions: [
      { code: 'UPDATE_DOCKER', action: 'Use Docker 20.10 or later, or build with useBuildkit: false' },
      { code: 'USE_BUILDKIT_ENGINE', action: 'Build with a BuildKit of its own: --engine=buildkit and BUILDKIT_HOST' },
    ],
  });
}
