import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders, RequestOptions, request } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpRequest, HttpResponse } from '../core/ports.ts';
import { onAbort } from './cancel.ts';
import { errnoOf } from './file-errors.ts';
import { unreachable } from './http-errors.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

/** How a request gets to its host: straight, or through a proxy. */
export interface Route {
  readonly start: typeof request;
  readonly agent: Agent;
  /** What differs from the request's own URL: a proxy's host and port, the path as an absolute URL. */
  readonly overrides: RequestOptions;
  readonly headers: OutgoingHttpHeaders;
}

/** One request under way. */
interface Exchange {
  readonly request: HttpRequest;
  readonly host: string;
  readonly outgoing: ClientRequest;
  readonly watchdog: Watchdog;
  /** What was the matter when it was us who cut the connection: cancelled, timed out, or no more content. */
  failure: unknown;
  answered: boolean;
  /** The answer says that the rest of the body is not wanted. */
  refused: boolean;
  /** Takes timers and listeners away. */
  release(): void;
}

const defaultConnectTimeout = 15_000;
const defaultIdleTimeout = 60_000;

/** Sends a request and resolves with the head of the response. Every failure is a `ToolError`, or what the body's source threw. */
export function exchange(request: HttpRequest, url: URL, route: Route): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const current = begin(request, url, route);
    current.outgoing.once('response', (message) => {
      current.answered = true;
      current.refused = (message.statusCode ?? 0) >= 300;
      current.watchdog.pause();
      resolve(responseOf(current, message));
    });
    current.outgoing.on('error', (error) => {
      if (current.answered) return;
      current.release();
      if (isStale(current, error)) resolve(exchange(request, url, route));
      else reject(current.failure ?? unreachable(current.host, error));
    });
    send(current);
  });
}

function begin(request: HttpRequest, url: URL, route: Route): Exchange {
  const { start, agent, overrides } = route;
  const headers = { ...request.headers, ...route.headers };
  const outgoing = start(url, { method: request.method, headers, agent, ...overrides });
  const cut = (code: string) => (): void =>
    fail(current, unreachable(url.host, Object.assign(new Error(code), { code })));
  const idle = createWatchdog(request.idleTimeoutMilliseconds ?? defaultIdleTimeout, cut('IDLE_TIMEOUT'));
  const connecting = setTimeout(cut('CONNECT_TIMEOUT'), request.connectTimeoutMilliseconds ?? defaultConnectTimeout);
  const current: Exchange = {
    request,
    host: url.host,
    outgoing,
    watchdog: idle,
    failure: undefined,
    answered: false,
    refused: false,
    release: () => undefined,
  };
  const forget = onAbort(request.signal, (reason) => fail(current, reason));
  current.release = () => {
    forget();
    clearTimeout(connecting);
    idle.pause();
  };
  whenConnected(outgoing, () => {
    clearTimeout(connecting);
    idle.touch();
  });
  return current;
}

function fail(current: Exchange, failure: unknown): void {
  current.failure ??= failure;
  current.outgoing.destroy(new Error('ended by this side'));
}

/** Calls `ready` once there is a connection, TLS included. */
function whenConnected(outgoing: ClientRequest, ready: () => void): void {
  outgoing.once('socket', (socket: Socket & { readonly secureConnecting?: boolean }) => {
    if (!socket.connecting && socket.secureConnecting !== true) return ready();
    socket.once('secureConnecting' in socket ? 'secureConnect' : 'connect', ready);
  });
}

/** A kept connection that the other side closed meanwhile says nothing about the host: ask again on a fresh one. */
function isStale(current: Exchange, error: Error): boolean {
  const { method, body } = current.request;
  const repeatable = (body === undefined || body instanceof Uint8Array) && method !== 'POST' && method !== 'PATCH';
  return (
    repeatable &&
    current.failure === undefined &&
    current.outgoing.reusedSocket &&
    ['ECONNRESET', 'EPIPE'].includes(errnoOf(error) ?? '')
  );
}

function send(current: Exchange): void {
  const { body } = current.request;
  if (body === undefined) current.outgoing.end();
  else if (body instanceof Uint8Array) current.outgoing.end(body);
  else whenConnected(current.outgoing, () => void pour(current, body));
}

/** Streams the body as fast as the other side takes it; an early refusal stops it. */
async function pour(current: Exchange, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { outgoing, watchdog } = current;
  try {
    watchdog.pause();
    for await (const chunk of body) {
      if (current.refused || outgoing.destroyed) return;
      watchdog.touch();
      if (!outgoing.write(chunk)) await drained(outgoing);
      watchdog.pause();
    }
    if (!current.answered) watchdog.touch();
    outgoing.end();
  } catch (error) {
    fail(current, error);
  }
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      for (const event of ['drain', 'response', 'close']) outgoing.removeListener(event, go);
      resolve();
    };
    for (const event of ['drain', 'response', 'close']) outgoing.on(event, go);
  });
}

function responseOf(current: Exchange, message: IncomingMessage): HttpResponse {
  message.once('close', () => settle(current));
  return {
    status: message.statusCode ?? 0,
    headers: headersOf(message),
    body: { [Symbol.asyncIterator]: () => read(current, message) },
    discard: () => discard(current, message),
  };
}

/** A request whose body was not sent to its end leaves a connection that cannot be used again. */
function settle(current: Exchange): void {
  current.release();
  if (!current.outgoing.writableFinished) current.outgoing.destroy();
}

function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) headers[name] = (values ?? []).join(', ');
  return headers;
}

async function* read(current: Exchange, message: IncomingMessage): AsyncGenerator<Uint8Array> {
  const { watchdog } = current;
  try {
    watchdog.touch();
    for await (const chunk of message as AsyncIterable<Uint8Array>) {
      watchdog.pause();
      if (current.failure !== undefined) throw current.failure;
      yield chunk;
      watchdog.touch();
    }
  } catch (error) {
    throw current.failure ?? (error instanceof Error ? unreachable(current.host, error) : error);
  } finally {
    settle(current);
  }
}

/** A short rest is read, so that the connection stays usable; a long one is not worth it. */
const worthDraining = 64 * 1024;

function discard(current: Exchange, message: IncomingMessage): void {
  message.on('error', () => undefined);
  const length = Number(message.headers['content-length'] ?? 0);
  if (current.request.method !== 'HEAD' && !(length <= worthDraining)) message.destroy();
  else {
    current.watchdog.touch();
    message.resume();
  }
}
