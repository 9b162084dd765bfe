import type { IncomingHttpRequest, OutgoingHttpResponse } from '../core/ports.ts';
import { deleteBlob, getBlob } from './blobs.ts';
import { RegistryError } from './errors.ts';
import type { Handler, Service } from './exchange.ts';
import { deleteManifest, getManifest, putManifest } from './manifests.ts';
import { parseRepository } from './names.ts';
import { listReferrers } from './referrers.ts';
import { json } from './responses.ts';
import { listRepositories, listTags } from './tags.ts';
import { appendUpload, cancelUpload, finishUpload, startUpload, uploadStatus } from './uploads.ts';

interface Route {
  /** What follows `/v2/`, percent-decoded; repository and reference are its first and second group. */
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const support: Handler = async () => json(200, {});

/** All endpoints. The first path that matches counts, so uploads stand before blobs. HEAD is answered wherever GET is. */
const routes: readonly Route[] = [
  { path: /^$/, methods: { GET: support } },
  { path: /^_catalog$/, methods: { GET: listRepositories } },
  { path: /^(.+)\/tags\/list$/, methods: { GET: listTags } },
  { path: /^(.+)\/referrers\/([^/]+)$/, methods: { GET: listReferrers } },
  { path: /^(.+)\/manifests\/([^/]+)$/, methods: { GET: getManifest, PUT: putManifest, DELETE: deleteManifest } },
  { path: /^(.+)\/blobs\/uploads\/?$/, methods: { POST: startUpload } },
  {
    path: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: uploadStatus, PATCH: appendUpload, PUT: finishUpload, DELETE: cancelUpload },
  },
  { path: /^(.+)\/blobs\/([^/]+)$/, methods: { GET: getBlob, DELETE: deleteBlob } },
];

/** Finds the endpoint of a request and runs it. Throws what the handlers throw; `NAME_INVALID` and `UNSUPPORTED` of its own. */
export async function dispatch(request: IncomingHttpRequest, service: Service): Promise<OutgoingHttpResponse> {
  const [rawPath = '', ...rest] = request.url.split('?');
  const path = decode(rawPath);
  const target = /^\/v2(?:\/(.*))?$/s.exec(path);
  if (target === null)
    throw new RegistryError('UNSUPPORTED', 'this is a registry: its API begins at /v2/', { status: 404 });
  for (const route of routes) {
    const match = route.path.exec(target[1] ?? '');
    if (match === null) continue;
    const [, name, reference = ''] = match;
    const handler = handlerFor(route, request.method);
    const repository = name === undefined ? '' : parseRepository(name);
    const response = await handler(
      { request, repository, reference, query: new URLSearchParams(rest.join('?')) },
      service,
    );
    return request.method === 'HEAD' ? { status: response.status, headers: response.headers } : response;
  }
  throw new RegistryError('UNSUPPORTED', 'there is no such endpoint', { status: 404 });
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RegistryError('NAME_INVALID', 'the path is not valid percent-encoding');
  }
}

function handlerFor({ methods }: Route, method: string): Handler {
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler !== undefined) return handler;
  if (method === 'HEAD' && methods['GET'] !== undefined) return methods['GET'];
  const allow = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  throw new RegistryError('UNSUPPORTED', `${method} is not possible here`, { headers: { allow: allow.join(', ') } });
}
