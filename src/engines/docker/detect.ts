import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { unreachableReason } from '../connection-problems.ts';
import { isSecure, requestTarget, tlsOptions } from './connection.ts';
import { type DockerEndpoint, dockerEndpoint } from './endpoint.ts';

/** What a look for a Docker Engine found. */
export interface DockerDetection {
  readonly reachable: boolean;
  /** Why it is, or is not, there: half a sentence naming the address. */
  readonly reason: string;
}

/** An engine that takes longer than this to say hello is not one to choose without being asked. */
const patienceMilliseconds = 3000;

/** Asks the Docker Engine that `docker` would use whether it is there. Never throws: a bad address is a reason too. */
export async function detectDocker(ctx: Context): Promise<DockerDetection> {
  try {
    const endpoint = await dockerEndpoint(ctx);
    const problem = await probe(endpoint, ctx);
    return problem === undefined
      ? { reachable: true, reason: `a Docker Engine answers at ${endpoint.address}` }
      : { reachable: false, reason: `no Docker Engine answers at ${endpoint.address}: ${problem}` };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { reachable: false, reason: error.message };
  }
}

/** Says what is wrong with an endpoint, or undefined when an engine answers there. */
export async function probe(endpoint: DockerEndpoint, ctx: Context): Promise<string | undefined> {
  const { transport } = endpoint;
  // The usual case on a machine without Docker: no socket, found out without opening a connection.
  if (transport.kind === 'unix' && (await ctx.system.files.stat(transport.path)) === undefined) return 'no such socket';
  return await ping(endpoint, AbortSignal.any([ctx.signal, AbortSignal.timeout(patienceMilliseconds)]));
}

function ping(endpoint: DockerEndpoint, signal: AbortSignal): Promise<string | undefined> {
  const request = isSecure(endpoint) ? httpsRequest : httpRequest;
  const options = { ...requestTarget(endpoint), ...tlsOptions(endpoint), agent: false, path: '/_ping', signal };
  return new Promise((resolve) => {
    const outgoing = request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? undefined : `it answers with status ${response.statusCode}`);
    });
    outgoing.on('error', (error) => resolve(signal.aborted ? 'it does not answer in time' : unreachableReason(error)));
    outgoing.end();
  });
}
