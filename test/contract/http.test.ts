import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Http, HttpResponse, IncomingHttpRequest, OutgoingHttpResponse } from '../../src/core/ports.ts';
import { createHttpClient } from '../../src/system/http.ts';
import { openHttpServer } from '../../src/system/http-server.ts';
import { fakeHttp } from '../support/fake-http.ts';

async function read(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** One server for both: what it does depends on the path. */
async function serve(request: IncomingHttpRequest): Promise<OutgoingHttpResponse> {
  if (request.url.startsWith('/echo')) {
    const body = await read(request.body);
    const { 'x-test': header } = request.headers;
    return {
      status: 201,
      headers: { 'X-Seen': `${request.method} ${request.url} ${header}` },
      body: Buffer.from(body),
    };
  }
  if (request.url === '/stream') return { status: 200, headers: {}, body: pieces('one ', 'two ', 'three') };
  if (request.url === '/redirect') return { status: 307, headers: { Location: '/echo' } };
  if (request.url === '/large') return { status: 200, headers: {}, body: Buffer.alloc(3_000_000, 'x') };
  if (request.url === '/hang') return new Promise(() => undefined);
  return { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('no') };
}

interface Subject {
  readonly http: Http;
  readonly origin: string;
}

const subjects: Record<string, Subject> = {};
let closeServer: () => Promise<void>;
let unused: Server;
beforeAll(async () => {
  const server = await openHttpServer('127.0.0.1:0', serve);
  closeServer = server.close;
  subjects['over sockets'] = { http: createHttpClient({}), origin: `http://127.0.0.1:${server.port}` };
  subjects['in memory'] = { http: fakeHttp({ 'http://server.test': serve }), origin: 'http://server.test' };
  unused = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => unused.once('listening', resolve));
});
afterAll(async () => {
  unused.close();
  await closeServer();
});

const withCode = (code: string): unknown => expect.objectContaining({ name: 'ToolError', code });

describe.each(['over sockets', 'in memory'])('HTTP %s', (name) => {
  const ask = (method: string, path: string, more: object = {}): Promise<HttpResponse> => {
    const { http, origin } = subjects[name] as Subject;
    return http.request({ method, url: `${origin}${path}`, ...more });
  };

  test('gives status, headers in lower case, and the body', async () => {
    const response = await ask('GET', '/echo?a=1&b=%2F', { headers: { 'X-Test': 'yes' } });
    expect(response.status).toBe(201);
    expect(response.headers['x-seen']).toBe('GET /echo?a=1&b=%2F yes');
    expect(await read(response.body)).toBe('');
    expect(await read((await ask('GET', '/nothing')).body)).toBe('no');
  });

  test('sends a body of bytes, and a streamed one', async () => {
    expect(await read((await ask('PUT', '/echo', { body: Buffer.from('bytes') })).body)).toBe('bytes');
    expect(await read((await ask('PATCH', '/echo', { body: pieces('a', 'b', 'c') })).body)).toBe('abc');
    expect(await read((await ask('POST', '/echo', { body: pieces() })).body)).toBe('');
  });

  test('receives a streamed body, and a large one', async () => {
    expect(await read((await ask('GET', '/stream')).body)).toBe('one two three');
    expect((await read((await ask('GET', '/large')).body)).length).toBe(3_000_000);
  });

  test('a HEAD has no body', async () => {
    const response = await ask('HEAD', '/nothing');
    expect(response.status).toBe(404);
    expect(await read(response.body)).toBe('');
  });

  test('redirects are answers, not followed', async () => {
    const response = await ask('GET', '/redirect');
    response.discard();
    expect(response.status).toBe(307);
    expect(response.headers['location']).toBe('/echo');
  });

  test('an error of the body’s source comes out as it is', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new RangeError('no more');
    };
    await expect(ask('PUT', '/echo', { body: broken() })).rejects.toBeInstanceOf(RangeError);
  });

  test('stops when told to: before, and while it waits', async () => {
    await expect(ask('GET', '/echo', { signal: AbortSignal.abort() })).rejects.toEqual(withCode('CANCELLED'));
    const controller = new AbortController();
    const waiting = ask('GET', '/hang', { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(waiting).rejects.toEqual(withCode('CANCELLED'));
  });

  test('stops while the body is read', async () => {
    const controller = new AbortController();
    const response = await ask('GET', '/stream', { signal: controller.signal });
    controller.abort();
    await expect(read(response.body)).rejects.toEqual(withCode('CANCELLED'));
  });

  test('a host that is not there', async () => {
    const { http } = subjects[name] as Subject;
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    const asking = http.request({ method: 'GET', url: `http://127.0.0.1:${port}/` });
    await expect(asking).rejects.toEqual(withCode('REGISTRY_UNREACHABLE'));
    await new Promise((resolve) => unused.listen(0, '127.0.0.1', () => resolve(undefined)));
  });
});
