import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ToolError } from '../core/errors.ts';
import type { IncomingHttpRequest, OutgoingHttpResponse } from '../core/ports.ts';
import { errnoOf } from './file-errors.ts';

type Handle = (request: IncomingHttpRequest) => Promise<OutgoingHttpResponse>;

interface OpenServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** How long requests under way may take to finish after `close`. */
const grace = 5000;

/** {@link Listen.http}. An upload may take as long as it likes; only its headers have to come within a minute. */
export async function openHttpServer(address: string, handle: Handle): Promise<OpenServer> {
  const { host, port } = parseAddress(address);
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 75_000, noDelay: true }, (incoming, outgoing) => {
    void answer(incoming, outgoing, handle);
  });
  await bind(server, host, port, address);
  const bound = server.address() as AddressInfo;
  return { host: bound.address, port: bound.port, close: () => closeServer(server) };
}

/** `HOST:PORT`, `:PORT` (all interfaces) or `[IPv6]:PORT`. */
function parseAddress(address: string): { readonly host: string | undefined; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) throw unusable(address, 'it is not of the form HOST:PORT or :PORT', undefined);
  const host = match[1] ?? match[2];
  return { host: host === '' ? undefined : host, port };
}

function bind(server: Server, host: string | undefined, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(address, error)));
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve());
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
};

function listenError(address: string, error: Error): ToolError {
  const errno = errnoOf(error) ?? error.message;
  if (errno !== 'EADDRINUSE') return unusable(address, reasons[errno] ?? errno, error);
  return new ToolError('ADDRESS_IN_USE', `cannot listen on ${address}: another program does already`, {
    cause: error,
    suggestions: [{ code: 'CHOOSE_PORT', action: 'Choose another port, or 0 for any free one' }],
  });
}

function unusable(address: string, reason: string, cause: unknown): ToolError {
  return new ToolError('ADDRESS_UNUSABLE', `cannot listen on ${address}: ${reason}`, {
    cause,
    suggestions: [
      { code: 'CHOOSE_ADDRESS', action: 'Give an address of this machine as HOST:PORT, such as 127.0.0.1:5000' },
    ],
  });
}

/** Stops accepting, lets requests under way finish for a moment, then cuts what is left. */
function closeServer(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), grace);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handle: Handle): Promise<void> {
  try {
    await send(await handle(requestOf(incoming)), incoming, outgoing);
  } catch {
    // Either the other side is gone, or the handler broke its promise never to throw: a cut or a bare 500 tells both.
    if (!outgoing.headersSent) outgoing.writeHead(500).end();
    else outgoing.destroy();
  } finally {
    incoming.resume();
  }
}

function requestOf(incoming: IncomingMessage): IncomingHttpRequest {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string | undefined>,
    // Leaving the loop early must not cut the connection: an answer is still to be sent.
    body: { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) },
  };
}

async function send(
  response: OutgoingHttpResponse,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.writeHead(response.status, response.headers);
  const { body } = response;
  if (body === undefined || incoming.method === 'HEAD') return void outgoing.end();
  if (body instanceof Uint8Array) return void outgoing.end(body);
  await pipeline(Readable.from(body, { objectMode: false }), outgoing);
}
