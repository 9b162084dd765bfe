import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient, sha } from '../contract/distribution/client.ts';
import { pushBlob } from '../contract/distribution/content.ts';
import { startRegistry, type Workbench, workbench } from '../support/cli.ts';

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

test('standard output is the address and nothing else; SIGTERM ends it', async () => {
  const { child, done } = bench.start(['registry', 'serve', '--addr', '127.0.0.1:0', '--store', 'images']);
  const [first] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  expect(first.toString()).toMatch(/^127\.0\.0\.1:\d+\n$/);
  expect((await fetch(`http://${first.toString().trim()}/v2/`)).status).toBe(200);
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await done;
  expect([code, stdout]).toEqual([0, first.toString()]);
  expect(stderr).toContain(join(bench.directory, 'images'));
});

test('SIGINT ends it, with a connection open and an upload under way', async () => {
  const { child, done } = bench.start(['registry', 'serve', '--addr', '127.0.0.1:0', '--store', 'images']);
  const [first] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const client = createClient(`http://${first.toString().trim()}`);
  const location = (await client.call('POST', '/v2/app/blobs/uploads/')).headers['location'] ?? '';
  await client.call('PATCH', location, { body: 'half' });
  child.kill('SIGINT');
  expect((await done).code).toBe(0);
  client.close();
});

test('what was pushed and half pushed is there when it is started again', async () => {
  const content = Buffer.alloc(100_000, 'abc');
  const first = await startRegistry(bench);
  const before = createClient(`http://${first.address}`);
  const digest = await pushBlob(before, 'app', content);
  const location = (await before.call('POST', '/v2/app/blobs/uploads/')).headers['location'] ?? '';
  await before.call('PATCH', location, { body: 'half' });
  before.close();
  await first.stop();
  const second = await startRegistry(bench);
  const after = createClient(`http://${second.address}`);
  expect((await after.call('GET', `/v2/app/blobs/${digest}`)).body.equals(content)).toBe(true);
  const put = await after.call('PUT', `${location}?digest=${sha('sha256', 'half done')}`, { body: ' done' });
  expect(put.status).toBe(201);
  after.close();
  await second.stop();
});

test('without --store it keeps everything below the cache directory', async () => {
  const { child, done } = bench.start(['registry', 'serve', '--addr', '127.0.0.1:0'], {
    env: { XDG_CACHE_HOME: bench.path('cache') },
  });
  await once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  expect((await done).stderr).toContain(bench.path('cache/slipway/registry'));
});

test('a user file lets only its users in, and no password is shown', async () => {
  bench.write({ users: `ann:open sesame\nbob:{SHA256}${sha('sha256', 'secret').slice(7)}\n` });
  const args = ['registry', 'serve', '--addr', '127.0.0.1:0', '--auth-file', 'users', '--verbosity', 'trace'];
  const { child, done } = bench.start(args);
  const [address] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const users = { 'ann:open sesame': 200, 'bob:secret': 200, 'ann:secret': 401, 'eve:': 401 };
  for (const [user, status] of Object.entries(users)) {
    const headers = { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    expect([user, (await fetch(`http://${address.toString().trim()}/v2/`, { headers })).status]).toEqual([
      user,
      status,
    ]);
  }
  child.kill('SIGTERM');
  const { stdout, stderr } = await done;
  expect(stderr).toContain('GET /v2/ 401');
  expect(stdout + stderr).not.toMatch(/sesame|secret/);
});

test.each([
  ['--auth-file', 'missing'],
  ['--auth-file', 'users'],
  ['--addr', 'nonsense'],
  ['--store', 'users/inside'],
])('%s %s is one error, and no secret is in it', async (flag, value) => {
  bench.write({ users: 'ann:$2y$05$secret\n' });
  const { code, stdout, stderr } = await bench.run(['registry', 'serve', '--addr', '127.0.0.1:0', flag, value]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(value);
  expect(stderr).not.toContain('secret');
});

test('a port that is taken is said so', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, stderr } = await bench.run(['registry', 'serve', '--addr', address]);
  other.close();
  expect([code, stderr.includes(address)]).toEqual([1, true]);
});

test('an address that others can reach comes with a warning, unless there are passwords', async () => {
  bench.write({ users: 'ann:secret\n' });
  for (const [args, warns] of [
    [[], true],
    [['--auth-file', 'users'], false],
  ] as const) {
    const { child, done } = bench.start(['registry', 'serve', '--addr', ':0', ...args]);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGTERM');
    expect((await done).stderr.includes('--auth-file')).toBe(warns);
  }
});
