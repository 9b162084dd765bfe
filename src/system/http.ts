import { setImmediate } from 'node:timers/promises';
import { ToolError } from '../core/errors.ts';
import type { Http, HttpRequest, HttpResponse, System } from '../core/ports.ts';
import { throwIfCancelled } from './cancel.ts';
import { isUntrusted } from './http-errors.ts';
import { exchange } from './http-exchange.ts';
import { createRoutes, type Routes } from './http-routes.ts';

/** The HTTP client of this machine. `close` lets go of idle connections; requests under way go on. */
export interface HttpClient extends Http {
  close(): void;
}

/** An HTTP client that finds its proxies and extra certificates in `env`. */
export function createHttpClient(env: System['env']): HttpClient {
  const routes = createRoutes(env);
  return { request: (request) => send(request, routes), close: routes.close };
}

async function send(request: HttpRequest, routes: Routes): Promise<HttpResponse> {
  throwIfCancelled(request.signal);
  const url = parseUrl(request.url);
  // A connection is free for use a turn after its last response was read; without this, a new one would be opened.
  await setImmediate();
  const route = await routes.route(url, request.insecure === true);
  try {
    return await exchange(request, url, route);
  } catch (error) {
    if (!isUntrusted(error)) throw error;
    await routes.trustSystem();
    const second = await routes.route(url, request.insecure === true);
    if (second.agent === route.agent) throw error;
    // TLS fails before any of the body is read, so the request can be made once more as it is.
    return await exchange(request, url, second);
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new ToolError('REGISTRY_PROTOCOL', 'an HTTP request needs an http or https URL');
}
