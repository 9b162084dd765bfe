import { ToolError } from '../../src/core/errors.ts';
import type {
  Http,
  HttpRequest,
  HttpResponse,
  IncomingHttpRequest,
  OutgoingHttpResponse,
} from '../../src/core/ports.ts';
import { cancelled, onAbort, throwIfCancelled } from '../../src/system/cancel.ts';

export type FakeServer = (request: IncomingHttpRequest) => Promise<OutgoingHttpResponse> | OutgoingHttpResponse;

export interface FakeHttp extends Http {
  /** `METHOD URL` of every request, in order. */
  readonly requests: readonly string[];
}

/** Servers by origin (`https://registry.example`), asked in this process. Passes the contract of `Http`. */
export function fakeHttp(servers: Readonly<Record<string, FakeServer>>): FakeHttp {
  const requests: string[] = [];
  return {
    requests,
    request: async (request) => {
      throwIfCancelled(request.signal);
      requests.push(`${request.method} ${request.url}`);
      const url = new URL(request.url);
      const server = servers[url.origin];
      if (server === undefined)
        throw new ToolError('REGISTRY_UNREACHABLE', `cannot reach ${url.host}: the host name is not known`);
      return answer(server, request, url);
    },
  };
}

async function answer(server: FakeServer, request: HttpRequest, url: URL): Promise<HttpResponse> {
  let failure: { readonly error: unknown } | undefined;
  const body = (async function* (): AsyncGenerator<Uint8Array> {
    try {
      if (request.body instanceof Uint8Array) yield request.body;
      else if (request.body !== undefined) yield* request.body;
    } catch (error) {
      failure = { error };
    }
  })();
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const asked: IncomingHttpRequest = { method: request.method, url: `${url.pathname}${url.search}`, headers, body };
  const response = await orStopped(Promise.resolve(server(asked)), request.signal);
  if (failure !== undefined) throw failure.error;
  return responseFrom(response, request);
}

function orStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(cancelled(signal as AbortSignal)));
    work.then(resolve, reject).finally(forget);
  });
}

function responseFrom(response: OutgoingHttpResponse, request: HttpRequest): HttpResponse {
  const { body } = response;
  return {
    status: response.status,
    headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: (async function* (): AsyncGenerator<Uint8Array> {
      if (request.method === 'HEAD' || body === undefined) return;
      for await (const chunk of body instanceof Uint8Array ? [body] : body) {
        throwIfCancelled(request.signal);
        yield chunk;
      }
    })(),
    discard: () => undefined,
  };
}
