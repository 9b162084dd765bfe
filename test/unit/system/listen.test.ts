import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { IncomingHttpRequest, OutgoingHttpResponse } from '../../../src/core/ports.ts';
import { listen } from '../../../src/system/listen.ts';

type Handle = (request: IncomingHttpRequest) => Promise<OutgoingHttpResponse>;

async function serve(
  handle: Handle,
  address = '127.0.0.1:0',
): Promise<{ readonly port: number; readonly host: string; close(): Promise<void> }> {
  const server = await listen.http(address, handle);
  onTestFinished(() => server.close());
  return server;
}

const ok: Handle = async () => ({ status: 200, headers: {}, body: Buffer.from('ok') });
const ask = async (port: number, path = '/'): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

describe('addresses', () => {
  test.each(['127.0.0.1:0', 'localhost:0', ':0', '[::1]:0'])('%s', async (address) => {
    const server = await serve(ok, address);
    expect(server.port).toBeGreaterThan(0);
    const host = address === '[::1]:0' ? '[::1]' : address === 'localhost:0' ? 'localhost' : '127.0.0.1';
    expect(await (await fetch(`http://${host}:${server.port}/`)).text()).toBe('ok');
  });

  test('one that is taken', async () => {
    const { port } = await serve(ok);
    await expect(listen.http(`127.0.0.1:${port}`, ok)).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: expect.stringContaining(String(port)),
    });
  });

  test.each([
    '',
    '5000',
    'host',
    '127.0.0.1:',
    '127.0.0.1:99999',
    'a b:1',
    '::1:5000',
    '192.0.2.1:0',
    'no-such-host.invalid:0',
  ])('"%s" cannot be listened on', async (address) => {
    await expect(listen.http(address, ok)).rejects.toMatchObject({ code: 'ADDRESS_UNUSABLE' });
  });
});

describe('requests and responses', () => {
  test('method, URL, headers and body arrive', async () => {
    const { port } = await serve(async ({ method, url, headers, body }) => {
      let size = 0;
      for await (const chunk of body) size += chunk.length;
      return { status: 207, headers: { 'X-Seen': `${method} ${url} ${headers['x-test']} ${size}` } };
    });
    const response = await fetch(`http://127.0.0.1:${port}/a%2Fb?c=d`, {
      method: 'PUT',
      headers: { 'X-Test': 'yes' },
      body: 'x'.repeat(1_000_000),
    });
    expect([response.status, response.headers.get('x-seen')]).toEqual([207, 'PUT /a%2Fb?c=d yes 1000000']);
  });

  test('a body that is not read, or only begun, does not spoil the connection’s answer', async () => {
    const { port } = await serve(async ({ url, body }) => {
      if (url === '/begun') for await (const _ of body) break;
      return { status: 403, headers: {}, body: Buffer.from('no') };
    });
    for (const path of ['/unread', '/begun']) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: 'x'.repeat(300_000) });
      expect([response.status, await response.text()]).toEqual([403, 'no']);
    }
  });

  test('a streamed body, made no faster than it is taken', async () => {
    let made = 0;
    const { port } = await serve(async () => ({
      status: 200,
      headers: {},
      body: (async function* () {
        for (; made < 2000; made++) yield Buffer.alloc(100_000);
      })(),
    }));
    const asking = request({ port, host: '127.0.0.1' }, (response) => response.pause());
    onTestFinished(() => void asking.destroy());
    asking.end();
    await setTimeout(300);
    expect(made).toBeLessThan(1000);
  });

  test('a stream that breaks cuts the answer, so that nobody takes it for whole', async () => {
    const { port } = await serve(async () => ({
      status: 200,
      headers: { 'content-length': '10' },
      body: (async function* () {
        yield Buffer.from('half');
        throw new Error('broken');
      })(),
    }));
    await expect(ask(port)).rejects.toThrow();
    expect(await (await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' })).text()).toBe('');
  });

  test('a handler that fails is a bare 500, and the server goes on', async () => {
    let calls = 0;
    const { port } = await serve(async () => {
      if (calls++ === 0) throw new Error('a secret');
      return { status: 200, headers: {}, body: Buffer.from('fine') };
    });
    const first = await fetch(`http://127.0.0.1:${port}/`);
    expect([first.status, await first.text()]).toEqual([500, '']);
    expect(await ask(port)).toBe('fine');
  });

  test('a client that goes away in the middle', async () => {
    let failed = false;
    const { port } = await serve(async ({ body, method }) => {
      if (method === 'GET') return { status: 200, headers: {}, body: Buffer.from('fine') };
      try {
        for await (const _ of body);
      } catch {
        failed = true;
        throw new Error('cut');
      }
      return { status: 200, headers: {} };
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () =>
      setTimeout(20).then(() => socket.destroy()),
    );
    await setTimeout(200);
    expect(failed).toBe(true);
    expect(await ask(port)).toBe('fine');
  });
});

describe('closing', () => {
  test('lets what is under way finish, and takes nothing new', async () => {
    const server = await listen.http('127.0.0.1:0', async () => {
      await setTimeout(200);
      return { status: 200, headers: {}, body: Buffer.from('late') };
    });
    const asking = ask(server.port);
    await setTimeout(50);
    const closing = server.close();
    expect(await asking).toBe('late');
    await closing;
    await expect(ask(server.port)).rejects.toThrow();
  });

  test('does not wait for idle connections', async () => {
    const server = await listen.http('127.0.0.1:0', ok);
    await ask(server.port);
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
