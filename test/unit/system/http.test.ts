import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../../src/core/ports.ts';
import { createHttpClient, type HttpClient } from '../../../src/system/http.ts';
import { certificates } from '../../support/certificate.ts';

async function listening<T extends Server | SocketServer>(
  server: T,
): Promise<{ readonly server: T; readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const plain = (handle: RequestListener): Promise<{ readonly server: Server; readonly port: number }> =>
  listening(createServer(handle));
const secure = (which: keyof typeof certificates): Promise<{ readonly port: number }> =>
  listening(createSecureServer(certificates[which], (_, response) => response.end('secret')));

function client(env: Readonly<Record<string, string>> = {}): HttpClient {
  const http = createHttpClient(env);
  onTestFinished(() => http.close());
  return http;
}

async function text(response: HttpResponse): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of response.body) parts.push(part);
  return Buffer.concat(parts).toString();
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'GET', url, ...more });

/** The errno that an error was made from. */
async function causeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => expect.unreachable('it should have failed'),
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ name: 'ToolError', code: 'REGISTRY_UNREACHABLE' });
  expect((error as { readonly suggestions: readonly unknown[] }).suggestions.length).toBe(1);
  return (error as { readonly cause: { readonly code: string } }).cause.code;
}

describe('connections', () => {
  test('are kept: requests one after the other use one, whatever their bodies', async () => {
    let connections = 0;
    const { server, port } = await plain((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { 'content-length': '1000' }).end('x'.repeat(1000));
    });
    server.on('connection', () => connections++);
    const http = client();
    for (const method of ['GET', 'HEAD', 'PUT', 'GET', 'HEAD']) {
      const response = await http.request({ ...get(`http://127.0.0.1:${port}/`), method });
      if (method === 'GET') await text(response);
      else response.discard();
    }
    expect(connections).toBe(1);
  });

  test('that the other side closed meanwhile are replaced without a word', async () => {
    let served = 0;
    const { port } = await plain((incoming, response) => {
      if (++served === 2) return void incoming.socket.destroy();
      response.end('ok');
    });
    const http = client();
    expect(await text(await http.request(get(`http://127.0.0.1:${port}/`)))).toBe('ok');
    expect(await text(await http.request(get(`http://127.0.0.1:${port}/`)))).toBe('ok');
    served = 1;
    const posting = http.request({ ...get(`http://127.0.0.1:${port}/`), method: 'POST', body: Buffer.from('x') });
    expect(await causeOf(posting)).toBe('ECONNRESET');
  });

  test('a refused one, an unknown host, a host that speaks something else', async () => {
    const http = client();
    expect(await causeOf(http.request(get('http://127.0.0.1:1/')))).toBe('ECONNREFUSED');
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(await causeOf(http.request(get('http://no-such-host.invalid/'))));
    const { port } = await listening(createSocketServer((socket) => socket.end('220 mail ready\r\n')));
    expect(String(await causeOf(http.request(get(`http://127.0.0.1:${port}/`))))).toMatch(/^HPE_/);
    expect(String(await causeOf(http.request(get(`https://127.0.0.1:${port}/`))))).toMatch(/^(EPROTO|ERR_SSL_\w+)$/);
  });

  test('an error names the host, never what stands in the URL', async () => {
    const failing = client().request(get('http://127.0.0.1:1/v2/secret?token=secret'));
    await expect(failing).rejects.toThrow(/^(?!.*secret).*127\.0\.0\.1:1/);
  });

  test('what is no http URL is refused', async () => {
    await expect(client().request(get('ftp://127.0.0.1/'))).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
    await expect(client().request(get('nonsense'))).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
  });
});

describe('time', () => {
  test('a connection that does not come about is given up', async () => {
    // A TLS handshake that never answers stands for a host that swallows packets.
    const { port } = await listening(createSocketServer(() => undefined));
    const start = performance.now();
    const asking = client().request(get(`https://127.0.0.1:${port}/`, { connectTimeoutMilliseconds: 100 }));
    expect(await causeOf(asking)).toBe('CONNECT_TIMEOUT');
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('silence before the answer, and in the middle of it', async () => {
    const { port } = await plain((incoming, response) => {
      if (incoming.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('half');
    });
    const limit = { idleTimeoutMilliseconds: 100 };
    expect(await causeOf(client().request(get(`http://127.0.0.1:${port}/`, limit)))).toBe('IDLE_TIMEOUT');
    const response = await client().request(get(`http://127.0.0.1:${port}/half`, limit));
    expect(await causeOf(text(response))).toBe('IDLE_TIMEOUT');
  });

  test('a receiver that stops taking what is sent', async () => {
    const { port } = await plain((incoming) => incoming.pause());
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(1_000_000);
    };
    const sending = client().request({
      ...get(`http://127.0.0.1:${port}/`),
      method: 'PUT',
      body: endless(),
      idleTimeoutMilliseconds: 300,
    });
    expect(await causeOf(sending)).toBe('IDLE_TIMEOUT');
  });

  test('our own slowness is no silence: neither in making the body nor in reading the answer', async () => {
    const { port } = await plain((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => response.end(body));
    });
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      await setTimeout(250);
      yield Buffer.from('one ');
      await setTimeout(250);
      yield Buffer.from('two');
    };
    const response = await client().request({
      ...get(`http://127.0.0.1:${port}/`),
      method: 'PUT',
      body: slow(),
      idleTimeoutMilliseconds: 150,
    });
    let read = '';
    for await (const chunk of response.body) {
      await setTimeout(250);
      read += Buffer.from(chunk).toString();
    }
    expect(read).toBe('one two');
  });
});

describe('bodies', () => {
  test('are sent no faster than they are taken', async () => {
    let incoming: IncomingMessage | undefined;
    const { port } = await plain((message) => {
      incoming = message.pause();
    });
    let produced = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (; produced < 100; produced++) yield Buffer.alloc(1_000_000);
    };
    const controller = new AbortController();
    const sending = client().request({
      ...get(`http://127.0.0.1:${port}/`),
      method: 'PUT',
      body: body(),
      signal: controller.signal,
    });
    sending.catch(() => undefined);
    await setTimeout(500);
    expect(incoming).toBeDefined();
    expect(produced).toBeLessThan(50);
    controller.abort();
    await expect(sending).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('are received no faster than they are read', async () => {
    let sent = 0;
    const { port } = await plain((_, response) => {
      const more = (): void => {
        while (sent < 200_000_000 && response.write(Buffer.alloc(100_000))) sent += 100_000;
        if (sent < 200_000_000) response.once('drain', more);
      };
      more();
    });
    const response = await client().request(get(`http://127.0.0.1:${port}/`));
    for await (const _ of response.body) break;
    await setTimeout(300);
    expect(sent).toBeLessThan(100_000_000);
  });

  test('an answer that comes early ends the sending', async () => {
    const { port } = await plain((_, response) => response.writeHead(413).end('too large'));
    let produced = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (; produced < 10_000; produced++) {
        yield Buffer.alloc(100_000);
        await setTimeout(1);
      }
    };
    const response = await client().request({ ...get(`http://127.0.0.1:${port}/`), method: 'PUT', body: body() });
    expect(response.status).toBe(413);
    expect(await text(response)).toBe('too large');
    const then = produced;
    await setTimeout(100);
    expect(produced - then).toBeLessThan(20);
  });

  test('one that is cut is an error, not an end', async () => {
    const { port } = await plain((incoming, response) => {
      response
        .writeHead(200, incoming.url === '/chunked' ? {} : { 'content-length': '100' })
        .write('half', () => incoming.socket.destroy());
    });
    for (const path of ['/', '/chunked']) {
      const response = await client().request(get(`http://127.0.0.1:${port}${path}`));
      expect(await causeOf(text(response))).toBe('ECONNRESET');
    }
  });
});

describe('TLS', () => {
  const cause = (http: HttpClient, port: number, more: Partial<HttpRequest> = {}): Promise<unknown> =>
    causeOf(http.request(get(`https://127.0.0.1:${port}/`, more)));

  test('is verified: unknown issuers, expiry and names', async () => {
    expect(await cause(client(), (await secure('good')).port)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    const directory = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'all.pem');
    writeFileSync(file, certificates.other.cert + certificates.expired.cert);
    const trusting = client({ SSL_CERT_FILE: file });
    expect(await cause(trusting, (await secure('other')).port)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await cause(trusting, (await secure('expired')).port)).toBe('CERT_HAS_EXPIRED');
  });

  test('the certificates of this system are trusted, from a file or a directory, for many requests at once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'ca.pem'), certificates.good.cert);
    const { port } = await secure('good');
    for (const env of [{ SSL_CERT_FILE: join(directory, 'ca.pem') }, { SSL_CERT_DIR: `/nowhere:${directory}` }]) {
      const http = client(env);
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => http.request(get(`https://127.0.0.1:${port}/`))),
      );
      expect(await Promise.all(answers.map(text))).toEqual(Array(5).fill('secret'));
    }
  });

  test('verification is left out only where asked for', async () => {
    const http = client();
    for (const which of ['good', 'other', 'expired'] as const) {
      const { port } = await secure(which);
      expect(await text(await http.request(get(`https://127.0.0.1:${port}/`, { insecure: true })))).toBe('secret');
      await expect(http.request(get(`https://127.0.0.1:${port}/`))).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
      });
    }
  });
});

describe('proxies', () => {
  interface Proxy {
    readonly url: string;
    readonly seen: string[];
  }

  /** A forward proxy that takes every name for this machine; with `login`, only for those who know it. */
  async function proxy(target: number, login?: string): Promise<Proxy> {
    const seen: string[] = [];
    const allowed = (header: string | undefined): boolean =>
      login === undefined || header === `Basic ${Buffer.from(login).toString('base64')}`;
    const { server, port } = await plain((incoming, response) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      if (!allowed(incoming.headers['proxy-authorization'])) return void response.writeHead(407).end();
      const { 'proxy-authorization': _, ...headers } = incoming.headers;
      const path = new URL(incoming.url ?? '').pathname;
      incoming.pipe(
        request(
          { port: target, path, method: incoming.method, headers },
          (answer) => void answer.pipe(response.writeHead(answer.statusCode ?? 0)),
        ),
      );
    });
    server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
      seen.push(`CONNECT ${incoming.url}`);
      if (!allowed(incoming.headers['proxy-authorization']))
        return void socket.end('HTTP/1.1 407 Login\r\ncontent-length: 0\r\n\r\n');
      const through = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
      for (const end of [socket, through]) end.on('error', () => undefined);
    });
    return { url: `127.0.0.1:${port}`, seen };
  }

  test('plain HTTP goes to the proxy with its whole URL', async () => {
    const { port } = await plain((incoming, response) => void response.end(`${incoming.url} ${incoming.headers.host}`));
    const { url, seen } = await proxy(port, 'me:my secret');
    const http = client({ HTTP_PROXY: `http://me:my%20secret@${url}` });
    expect(await text(await http.request(get('http://registry.test:5000/v2/?a=1')))).toBe('/v2/ registry.test:5000');
    expect(seen).toEqual(['GET http://registry.test:5000/v2/?a=1']);
  });

  test('HTTPS goes through a tunnel, verified end to end, kept alive', async () => {
    const { port } = await secure('good');
    const { url, seen } = await proxy(port, 'me:secret');
    const http = client({ https_proxy: `http://me:secret@${url}` });
    for (const _ of [1, 2])
      expect(await text(await http.request(get('https://registry.test/', { insecure: true })))).toBe('secret');
    expect(seen).toEqual(['CONNECT registry.test:443']);
    expect(await causeOf(http.request(get('https://registry.test/')))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await causeOf(http.request(get('https://elsewhere.test/', {})))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('a proxy that asks for a login, and one that is not there', async () => {
    const { url } = await proxy(1, 'me:secret');
    const error = client({ HTTPS_PROXY: `http://me:wrong@${url}` }).request(get('https://registry.test/'));
    expect(await causeOf(error)).toBe('PROXY_LOGIN');
    await expect(error).rejects.toThrow(/^(?!.*wrong)/);
    expect(await causeOf(client({ HTTPS_PROXY: '127.0.0.1:1' }).request(get('https://registry.test/')))).toBe(
      'ECONNREFUSED',
    );
  });

  test('NO_PROXY and this machine go straight', async () => {
    const { port } = await plain((_, response) => void response.end('straight'));
    const http = client({ HTTP_PROXY: '127.0.0.1:1' });
    expect(await text(await http.request(get(`http://127.0.0.1:${port}/`)))).toBe('straight');
  });
});
