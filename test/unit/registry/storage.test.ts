import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Files } from '../../../src/core/ports.ts';
import { type Harness, manualClock, openRegistry } from './support.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function push({ call }: Harness, repository: string, text: string): Promise<string> {
  const digest = digestOf(text);
  expect((await call('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: text })).status).toBe(201);
  return digest;
}

async function pushImage(harness: Harness, repository: string, tag: string): Promise<string> {
  const config = await push(harness, repository, `{"of":"${tag}"}`);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: 'application/c', digest: config, size: 1 },
    layers: [],
  });
  const headers = { 'content-type': manifestType };
  expect((await harness.call('PUT', `/v2/${repository}/manifests/${tag}`, { headers, body: manifest })).status).toBe(
    201,
  );
  return digestOf(manifest);
}

function contentOf({ store }: Harness, digest: string): string {
  return join(store, 'blobs', ...digest.split(':'));
}

test('everything is there after a restart', async () => {
  const first = await openRegistry();
  const digest = await pushImage(first, 'team/app', 'v1');
  const second = await openRegistry({ store: first.store });
  expect((await second.call('GET', '/v2/team/app/manifests/v1')).headers['docker-content-digest']).toBe(digest);
  expect(JSON.parse((await second.call('GET', '/v2/_catalog')).text)).toEqual({ repositories: ['team/app'] });
  expect((await second.call('GET', `/v2/team/app/blobs/${digestOf('{"of":"v1"}')}`)).text).toBe('{"of":"v1"}');
});

test('several processes read one store', async () => {
  const writer = await openRegistry();
  const reader = await openRegistry({ store: writer.store });
  for (const tag of ['v1', 'v2']) {
    const digest = await pushImage(writer, 'app', tag);
    expect((await reader.call('HEAD', `/v2/app/manifests/${tag}`)).headers['docker-content-digest']).toBe(digest);
  }
});

test('content lies once and goes with its last repository', async () => {
  const harness = await openRegistry();
  const digest = await push(harness, 'one', 'content');
  await harness.call('POST', `/v2/two/blobs/uploads/?mount=${digest}&from=one`);
  expect(harness.files().filter((file) => file.startsWith('blobs/')).length).toBe(1);
  await harness.call('DELETE', `/v2/one/blobs/${digest}`);
  expect((await harness.call('GET', `/v2/two/blobs/${digest}`)).text).toBe('content');
  await harness.call('DELETE', `/v2/two/blobs/${digest}`);
  expect(existsSync(contentOf(harness, digest))).toBe(false);
});

test('a push and a delete of the same content at once leave both repositories right', async () => {
  const harness = await openRegistry();
  for (let round = 0; round < 30; round++) {
    const digest = await push(harness, 'old', 'content');
    await Promise.all([harness.call('DELETE', `/v2/old/blobs/${digest}`), push(harness, 'new', 'content')]);
    expect((await harness.call('GET', `/v2/new/blobs/${digest}`)).text).toBe('content');
    await harness.call('DELETE', `/v2/new/blobs/${digest}`);
  }
});

test('what was mounted stays, however a delete of its source goes about at the same time', async () => {
  let ticks = 0;
  // The mount finds its source, and writes its link only when the delete has had time to look for links.
  const files = (real: Files): Files => ({
    ...real,
    writeStream: async (...given) => {
      for (let wait = ticks; wait > 0; wait--) await new Promise((resolve) => setImmediate(resolve));
      return real.writeStream(...given);
    },
  });
  const harness = await openRegistry({}, { files });
  for (ticks = 0; ticks < 20; ticks++) {
    const digest = await push(harness, 'old', 'content');
    const mount = harness.call('POST', `/v2/new/blobs/uploads/?mount=${digest}&from=old`);
    await Promise.all([mount, harness.call('DELETE', `/v2/old/blobs/${digest}`)]);
    const served = (await harness.call('GET', `/v2/new/blobs/${digest}`)).text === 'content';
    expect(served).toBe((await mount).status === 201);
    await harness.call('DELETE', `/v2/new/blobs/${digest}`);
  }
});

test('nothing of a deleted referrer stays, and one whose manifest is not there is not listed', async () => {
  const harness = await openRegistry();
  const config = await push(harness, 'app', '{}');
  const subject = digestOf('subject');
  const [first, second] = [1, 2].map((number) => {
    const descriptor = { mediaType: 'application/c', size: 2 };
    return JSON.stringify({
      schemaVersion: 2,
      annotations: { number: `${number}` },
      config: { ...descriptor, digest: config },
      subject: { ...descriptor, digest: subject },
    });
  }) as [string, string];
  for (const body of [first, second]) {
    const headers = { 'content-type': manifestType };
    expect((await harness.call('PUT', `/v2/app/manifests/${digestOf(body)}`, { headers, body })).status).toBe(201);
  }
  await harness.call('DELETE', `/v2/app/manifests/${digestOf(first)}`);
  expect(harness.files().filter((file) => file.includes('/referrers/')).length).toBe(1);
  rmSync(join(harness.store, 'repositories/app/manifests', ...digestOf(second).split(':')));
  expect(JSON.parse((await harness.call('GET', `/v2/app/referrers/${subject}`)).text).manifests).toEqual([]);
});

test('a part is sent only of the content that If-Range means', async () => {
  const harness = await openRegistry();
  const digest = await push(harness, 'app', 'content');
  const { etag = '' } = (await harness.call('HEAD', `/v2/app/blobs/${digest}`)).headers;
  for (const [condition, status] of [
    [etag, 206],
    ['"other"', 200],
    ['Sat, 21 Nov 2026 00:00:00 GMT', 200],
  ] as const) {
    const headers = { range: 'bytes=0-2', 'if-range': condition };
    expect((await harness.call('GET', `/v2/app/blobs/${digest}`, { headers })).status).toBe(status);
  }
});

test('the store is looked through once an hour, not with every request', async () => {
  const clock = manualClock();
  let looks = 0;
  const files = (real: Files): Files => ({
    ...real,
    stat: async (path) => {
      if (path.endsWith('/tmp')) looks++;
      return real.stat(path);
    },
  });
  const harness = await openRegistry({}, { clock, files });
  for (let hour = 1; hour <= 3; hour++) {
    for (let request = 0; request < 5; request++) await harness.call('GET', '/v2/');
    await harness.registry.close();
    expect(looks).toBe(hour);
    clock.advance(60 * 60 * 1000);
  }
});

test('a manifest that was damaged on disk is not served', async () => {
  const harness = await openRegistry();
  const digest = await pushImage(harness, 'app', 'v1');
  const file = join(harness.store, 'repositories/app/manifests', ...digest.split(':'));
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  for (const reference of ['v1', digest]) {
    expect((await harness.call('GET', `/v2/app/manifests/${reference}`)).codes).toEqual(['MANIFEST_UNKNOWN']);
  }
  expect(await pushImage(harness, 'app', 'v1')).toBe(digest);
  expect((await harness.call('GET', '/v2/app/manifests/v1')).status).toBe(200);
});

test('a link without content, as a half-copied store has, is no blob', async () => {
  const harness = await openRegistry();
  const digest = await push(harness, 'app', 'content');
  await harness.call('DELETE', `/v2/app/blobs/${digest}`);
  writeFileSync(join(harness.store, 'repositories/app/blobs', ...digest.split(':')), '');
  expect((await harness.call('HEAD', `/v2/app/blobs/${digest}`)).status).toBe(404);
  const mount = await harness.call('POST', `/v2/other/blobs/uploads/?mount=${digest}&from=app`);
  expect(mount.status).toBe(202);
  expect((await harness.call('POST', `/v2/other/blobs/uploads/?mount=${digest}`)).status).toBe(202);
});

test('files of others in the store are not listed', async () => {
  const harness = await openRegistry();
  await pushImage(harness, 'app', 'v1');
  for (const file of ['repositories/app/tags/.hidden', 'repositories/app/tags/v2', 'repositories/.tmp/x']) {
    mkdirSync(join(harness.store, file, '..'), { recursive: true });
    writeFileSync(join(harness.store, file), 'x');
  }
  expect(JSON.parse((await harness.call('GET', '/v2/app/tags/list')).text).tags).toEqual(['v1']);
  expect(JSON.parse((await harness.call('GET', '/v2/_catalog')).text).repositories).toEqual(['app']);
});

test('content that no repository links and half-written files go when they are old', async () => {
  const clock = manualClock();
  const harness = await openRegistry({}, { clock });
  const kept = await push(harness, 'app', 'kept');
  const orphan = digestOf('orphan');
  writeFileSync(contentOf(harness, orphan), 'orphan');
  writeFileSync(join(harness.store, 'tmp/.half'), 'half');
  clock.advance(59 * 60 * 1000);
  await (await openRegistry({ store: harness.store }, { clock })).registry.close();
  expect([existsSync(contentOf(harness, orphan)), existsSync(join(harness.store, 'tmp/.half'))]).toEqual([true, true]);
  clock.advance(2 * 60 * 1000);
  await (await openRegistry({ store: harness.store }, { clock })).registry.close();
  expect([existsSync(contentOf(harness, orphan)), existsSync(join(harness.store, 'tmp/.half'))]).toEqual([
    false,
    false,
  ]);
  expect((await harness.call('GET', `/v2/app/blobs/${kept}`)).text).toBe('kept');
});

test('content whose time stamps are old is not taken for abandoned when it is linked', async () => {
  const clock = manualClock();
  const harness = await openRegistry({}, { clock });
  const digest = await push(harness, 'app', 'content');
  utimesSync(contentOf(harness, digest), 0, 0);
  clock.advance(48 * 60 * 60 * 1000);
  await (await openRegistry({ store: harness.store }, { clock })).registry.close();
  expect((await harness.call('GET', `/v2/app/blobs/${digest}`)).text).toBe('content');
});

test('blobs are streamed: a request is not read faster than it is stored', async () => {
  let read = 0;
  let stored = 0;
  let furthest = 0;
  const harness = await openRegistry(
    {},
    {
      files: (real) => ({
        ...real,
        writeStream: async (_directory, content) => {
          for await (const part of content) {
            stored += part.byteLength;
            furthest = Math.max(furthest, read - stored);
            await new Promise((resolve) => setImmediate(resolve));
          }
        },
      }),
    },
  );
  const part = Buffer.alloc(1024);
  const body = (async function* () {
    for (let at = 0; at < 200; at++) {
      read += part.byteLength;
      yield part;
    }
  })();
  await harness.call('POST', `/v2/app/blobs/uploads/?digest=${digestOf('')}`, { body });
  expect([read, stored]).toEqual([200 * 1024, 200 * 1024]);
  expect(furthest).toBeLessThanOrEqual(1024);
});
