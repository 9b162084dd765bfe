import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One thing to go wrong, a number of times. */
export interface Fault {
  readonly method: string;
  /** Matched against path and query. */
  readonly path: RegExp;
  readonly times: number;
  readonly act:
    | 'reset'
    | 'cut-response'
    | 'corrupt-response'
    | 'hang'
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
}

export interface FlakyRegistry {
  readonly address: string;
  /** Forgets earlier faults and requests. */
  arm(faults: readonly Fault[]): void;
  /** `METHOD path` of everything asked since the last `arm`. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** A proxy in front of a registry that fails as it is told. */
export async function flakyRegistry(upstream: string): Promise<FlakyRegistry> {
  let faults: { fault: Fault; left: number }[] = [];
  const log: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    log.push(`${method} ${url}`);
    const hit = faults.find(({ fault, left }) => left > 0 && fault.method === method && fault.path.test(url));
    if (hit !== undefined) hit.left -= 1;
    if (!misbehave(hit?.fault.act, incoming, outgoing)) pass(upstream, hit?.fault.act, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    arm: (next) => {
      faults = next.map((fault) => ({ fault, left: fault.times }));
      log.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether the fault is the whole answer. */
function misbehave(act: Fault['act'] | undefined, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  if (act === 'hang') return true;
  if (act === 'reset') {
    // Some of the body is taken first, so that the cut falls into it.
    incoming.once('data', () => incoming.socket.resetAndDestroy());
    incoming.once('end', () => incoming.socket.resetAndDestroy());
    incoming.resume();
    return true;
  }
  if (typeof act !== 'object') return false;
  incoming.resume();
  incoming.once('end', () =>
    outgoing.writeHead(act.status, act.headers).end('{"errors":[{"code":"UNKNOWN","message":"on purpose"}]}'),
  );
  return true;
}

function pass(
  upstream: string,
  act: Fault['act'] | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { method, url, headers } = incoming;
  const forward = request(`http://${upstream}${url}`, { method, headers: { ...headers, host: upstream } }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks);
      if (act === 'corrupt-response' && body.length > 0) body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 0xff;
      const location = answer.headers.location?.replace(`http://${upstream}`, '');
      outgoing.writeHead(answer.statusCode ?? 502, {
        ...answer.headers,
        ...(location === undefined ? {} : { location }),
      });
      if (act !== 'cut-response') return void outgoing.end(method === 'HEAD' ? undefined : body);
      outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.socket?.resetAndDestroy());
    });
  });
  forward.on('error', () => outgoing.destroy());
  incoming.pipe(forward);
}
