import { describe, expect, test } from 'vitest';
import { manifestTypes } from '../../src/system/registry/media-types.ts';
import { sha256 } from '../support/memory-registry.ts';
import {
  at,
  collect,
  faultRegistry,
  manifestBytes,
  ociManifest,
  putBlob,
  putManifest,
  signal,
  testClient,
} from '../support/registry-client.ts';

const absent = sha256('absent');

describe('resolve', () => {
  test('takes one HEAD, and no ping where the host needs none', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'team/app', 'v1');
    const { client } = testClient();
    const size = manifestBytes().length;
    expect(await client.resolve(at(registry, 'team/app:v1'), signal)).toEqual({ mediaType: ociManifest, digest, size });
    expect(await client.resolve(at(registry, `team/app:v1@${digest}`), signal)).toMatchObject({ digest });
    expect(registry.lines()).toEqual([
      'GET /v2/',
      'HEAD /v2/team/app/manifests/v1',
      `HEAD /v2/team/app/manifests/${digest}`,
    ]);
    expect(registry.requests[1]?.headers['accept']?.split(', ').sort()).toEqual(Object.values(manifestTypes).sort());
    expect(registry.connections()).toBe(1);
  });

  test('a tag is "latest" unless given', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'latest');
    expect(await testClient().client.resolve(at(registry, 'app'), signal)).toMatchObject({ digest });
  });

  test('what is not there is undefined', async () => {
    const registry = await faultRegistry();
    const { client } = testClient();
    expect(await client.resolve(at(registry, 'app:v1'), signal)).toBeUndefined();
    expect(await client.resolve(at(registry, `app@${absent}`), signal)).toBeUndefined();
  });

  test.each([
    ['no digest header', (headers: Record<string, string>) => ({ ...headers, 'docker-content-digest': '' })],
    [
      'a malformed digest header',
      (headers: Record<string, string>) => ({ ...headers, 'docker-content-digest': 'sha256:12' }),
    ],
    ['no media type', (headers: Record<string, string>) => ({ ...headers, 'content-type': 'application/json' })],
    ['no length', (headers: Record<string, string>) => ({ ...headers, 'content-length': '0' })],
  ])('a HEAD with %s is not believed: the manifest is read', async (_, change) => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'v1');
    registry.fault({ method: 'HEAD', change: (answer) => ({ ...answer, headers: change(answer.headers) }) });
    expect(await testClient().client.resolve(at(registry, 'app:v1'), signal)).toMatchObject({ digest });
    expect(registry.lines().slice(1)).toEqual(['HEAD /v2/app/manifests/v1', 'GET /v2/app/manifests/v1']);
  });

  test('a HEAD that is not allowed', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'v1');
    registry.fault({ method: 'HEAD', status: 405, times: 2 });
    expect(await testClient().client.resolve(at(registry, 'app:v1'), signal)).toMatchObject({ digest });
    expect(await testClient().client.resolve(at(registry, 'app:v2'), signal)).toBeUndefined();
  });

  test('by digest, a HEAD that says another digest is checked against the bytes', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'v1');
    const wrong = { 'docker-content-digest': absent };
    registry.fault({ method: 'HEAD', change: (answer) => ({ ...answer, headers: { ...answer.headers, ...wrong } }) });
    expect(await testClient().client.resolve(at(registry, `app@${digest}`), signal)).toMatchObject({ digest });
  });
});

describe('manifest', () => {
  test('gives the bytes as served and their digest', async () => {
    const registry = await faultRegistry({ digestHeader: false });
    const bytes = Buffer.concat([manifestBytes(), Buffer.from('\n  ')]);
    const digest = putManifest(registry, 'app', 'v1', bytes);
    const fetched = await testClient().client.manifest(at(registry, 'app:v1'), signal);
    expect(fetched.descriptor).toEqual({ mediaType: ociManifest, digest, size: bytes.length });
    expect(Buffer.from(fetched.bytes).equals(bytes)).toBe(true);
  });

  test('what is not there is an error', async () => {
    const registry = await faultRegistry();
    const reading = testClient().client.manifest(at(registry, 'team/app:v1'), signal);
    await expect(reading).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      message: expect.stringContaining(`${registry.address}/team/app:v1`),
    });
  });

  test('by digest, other bytes are refused', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'v1');
    registry.memory.manifests.set(`app@${digest}`, { type: ociManifest, bytes: manifestBytes('other') });
    await expect(testClient().client.manifest(at(registry, `app@${digest}`), signal)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test('by tag, a header that does not fit the bytes is refused', async () => {
    const registry = await faultRegistry();
    putManifest(registry, 'app', 'v1');
    registry.fault({
      method: 'GET',
      path: 'manifests',
      change: (answer) => ({ ...answer, headers: { ...answer.headers, 'docker-content-digest': absent } }),
    });
    await expect(testClient().client.manifest(at(registry, 'app:v1'), signal)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test('a sha512 digest is checked too', async () => {
    const { createHash } = await import('node:crypto');
    const registry = await faultRegistry();
    const bytes = manifestBytes();
    const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    registry.memory.manifests.set(`app@${digest}`, { type: ociManifest, bytes });
    registry.fault({
      method: 'GET',
      path: 'manifests',
      times: 9,
      change: (answer) => ({ ...answer, headers: { ...answer.headers, 'docker-content-digest': digest } }),
    });
    const { client } = testClient();
    expect((await client.manifest(at(registry, `app@${digest}`), signal)).descriptor.digest).toBe(digest);
    registry.memory.manifests.set(`app@${digest}`, { type: ociManifest, bytes: manifestBytes('x') });
    await expect(client.manifest(at(registry, `app@${digest}`), signal)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test.each([
    ['a media type in the content, none in the header', manifestBytes(), 'application/json', ociManifest],
    [
      'parameters and upper case in the header',
      manifestBytes(),
      'Application/vnd.oci.image.manifest.v1+json; charset=utf-8',
      ociManifest,
    ],
    [
      'an index that does not say so',
      Buffer.from('{"schemaVersion":2,"manifests":[]}'),
      'text/plain',
      manifestTypes.ociIndex,
    ],
    [
      'a Docker list',
      Buffer.from(`{"schemaVersion":2,"mediaType":"${manifestTypes.dockerList}","manifests":[]}`),
      manifestTypes.dockerList,
      manifestTypes.dockerList,
    ],
  ])('finds the media type: %s', async (_, bytes, type, expected) => {
    const registry = await faultRegistry();
    putManifest(registry, 'app', 'v1', bytes, type);
    expect((await testClient().client.manifest(at(registry, 'app:v1'), signal)).descriptor.mediaType).toBe(expected);
  });

  test.each([
    ['header and content disagree', manifestBytes(), manifestTypes.ociIndex],
    [
      'the old schema 1',
      Buffer.from('{"schemaVersion":1,"fsLayers":[]}'),
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    ['no JSON', Buffer.from('<html>'), ociManifest],
    ['an unknown kind', Buffer.from('{"schemaVersion":2}'), 'application/json'],
  ])('refuses what is not a manifest it can read: %s', async (_, bytes, type) => {
    const registry = await faultRegistry();
    putManifest(registry, 'app', 'v1', bytes, type);
    await expect(testClient().client.manifest(at(registry, 'app:v1'), signal)).rejects.toMatchObject({
      code: 'REGISTRY_PROTOCOL',
    });
  });

  test('stops at 100 MiB, announced or not', async () => {
    const registry = await faultRegistry();
    putManifest(registry, 'app', 'v1', Buffer.alloc(100 * 1024 * 1024 + 1, ' '));
    const { client } = testClient();
    await expect(client.manifest(at(registry, 'app:v1'), signal)).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
    registry.fault({
      method: 'GET',
      path: 'manifests',
      change: (answer) => ({
        ...answer,
        headers: { ...answer.headers, 'content-length': '', 'transfer-encoding': 'chunked' },
      }),
    });
    await expect(client.manifest(at(registry, 'app:v1'), signal)).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
  });

  test('a body cut short is read again', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'v1');
    registry.fault({ method: 'GET', path: 'manifests', cut: 20 });
    const { client, clock } = testClient();
    expect((await client.manifest(at(registry, 'app:v1'), signal)).descriptor.digest).toBe(digest);
    expect(clock.sleeps.length).toBe(1);
  });
});

describe('blob', () => {
  const bytes = Buffer.alloc(300_000, 'slipway');

  test('is streamed and verified', async () => {
    const registry = await faultRegistry();
    const digest = putBlob(registry, 'app', bytes);
    const { client } = testClient();
    expect((await collect(client.blob(at(registry, 'app'), digest, signal))).equals(bytes)).toBe(true);
    expect(await client.hasBlob(at(registry, 'app'), digest, signal)).toBe(true);
    expect(await client.hasBlob(at(registry, 'app'), absent, signal)).toBe(false);
    await expect(collect(client.blob(at(registry, 'app'), absent, signal))).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    });
  });

  test.each([
    [
      'corrupted',
      (body: Buffer): Buffer => Buffer.concat([body.subarray(0, 1000), Buffer.from('!'), body.subarray(1001)]),
    ],
    ['truncated, and the length said to be right', (body: Buffer): Buffer => body.subarray(0, 1000)],
    ['too long', (body: Buffer): Buffer => Buffer.concat([body, Buffer.from('more')])],
  ])('one that is %s is refused at the end', async (_, change) => {
    const registry = await faultRegistry();
    const digest = putBlob(registry, 'app', bytes);
    registry.fault({ method: 'GET', path: 'blobs', change: (answer) => ({ ...answer, body: change(answer.body) }) });
    await expect(collect(testClient().client.blob(at(registry, 'app'), digest, signal))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test.each([true, false])('a cut connection is taken up where it broke off (ranges: %s)', async (ranges) => {
    const registry = await faultRegistry({ ranges });
    const digest = putBlob(registry, 'app', bytes);
    registry.fault({ method: 'GET', path: 'blobs', cut: 100_000 });
    registry.fault({ method: 'GET', path: 'blobs', cut: 150_000 });
    const { client, clock } = testClient();
    expect((await collect(client.blob(at(registry, 'app'), digest, signal))).equals(bytes)).toBe(true);
    expect(clock.sleeps.length).toBe(2);
    expect(registry.requests.at(-1)?.headers['range']).toMatch(/^bytes=\d+-$/);
  });

  test('three cuts are too many', async () => {
    const registry = await faultRegistry();
    const digest = putBlob(registry, 'app', bytes);
    registry.fault({ method: 'GET', path: 'blobs', cut: 10, times: 9 });
    await expect(collect(testClient().client.blob(at(registry, 'app'), digest, signal))).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
    expect(registry.lines().filter((line) => line.startsWith('GET /v2/app')).length).toBe(3);
  });

  test('one that falls silent is given up, and taken up again', async () => {
    const registry = await faultRegistry();
    const digest = putBlob(registry, 'app', bytes);
    registry.fault({ method: 'GET', path: 'blobs', hang: 5000 });
    const { client } = testClient({ idle: 150 });
    expect((await collect(client.blob(at(registry, 'app'), digest, signal))).equals(bytes)).toBe(true);
  });

  test('reading may stop half-way without harm', async () => {
    const registry = await faultRegistry();
    const digest = putBlob(registry, 'app', bytes);
    const { client } = testClient();
    for await (const chunk of client.blob(at(registry, 'app'), digest, signal)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await client.hasBlob(at(registry, 'app'), digest, signal)).toBe(true);
  });

  test('stops when told to', async () => {
    const registry = await faultRegistry();
    const digest = putBlob(registry, 'app', bytes);
    registry.fault({ method: 'GET', path: 'blobs', hang: 5000 });
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of testClient().client.blob(at(registry, 'app'), digest, controller.signal))
        controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('lists', () => {
  test('tags, over as many pages as there are', async () => {
    const registry = await faultRegistry({ tagsPerPage: 2 });
    for (const tag of ['a', 'b', 'c', 'd', 'e']) putManifest(registry, 'app', tag);
    expect(await testClient().client.tags(at(registry, 'app'), signal)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(registry.lines().filter((line) => line.includes('tags/list')).length).toBe(3);
  });

  test('tags of a repository that is not there, and of one without any', async () => {
    const registry = await faultRegistry();
    registry.fault({ path: 'tags', status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' });
    registry.fault({ path: 'tags', status: 200, body: '{"name":"app","tags":null}', after: 1 });
    const { client } = testClient();
    await expect(client.tags(at(registry, 'app'), signal)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
    expect(await client.tags(at(registry, 'app'), signal)).toEqual([]);
  });

  test('a list that never ends is given up', async () => {
    const registry = await faultRegistry();
    registry.fault({
      path: 'tags',
      status: 200,
      times: 2000,
      headers: { link: '</v2/app/tags/list?n=1>; rel=next' },
      body: '{"tags":["a"]}',
    });
    await expect(testClient().client.tags(at(registry, 'app'), signal)).rejects.toMatchObject({
      code: 'REGISTRY_PROTOCOL',
    });
  });

  test.each([true, false])('referrers, from the API or the tag (API: %s)', async (api) => {
    const registry = await faultRegistry({ referrers: api });
    const { client } = testClient();
    const subject = {
      mediaType: ociManifest,
      digest: putManifest(registry, 'app', 'v1'),
      size: manifestBytes().length,
    };
    const pushed: string[] = [];
    for (const artifactType of ['text/one', 'text/two']) {
      const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(manifestBytes().toString()), artifactType, subject }));
      pushed.push(await client.pushManifest(at(registry, `app@${sha256(bytes)}`), ociManifest, bytes, signal));
    }
    const all = await client.referrers(at(registry, 'app'), subject.digest, undefined, signal);
    expect(all.map(({ digest }) => digest).sort()).toEqual(pushed.sort());
    const some = await client.referrers(at(registry, 'app'), subject.digest, 'text/two', signal);
    expect(some.map(({ artifactType }) => artifactType)).toEqual(['text/two']);
    expect(await client.referrers(at(registry, 'app'), absent, undefined, signal)).toEqual([]);
    expect(registry.memory.manifests.has(`app:${subject.digest.replace(':', '-')}`)).toBe(!api);
  });
});

describe('delete', () => {
  test('a manifest, one that is not there, and where it is not allowed', async () => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'app', 'v1');
    const { client } = testClient();
    await client.deleteManifest(at(registry, 'app'), digest, signal);
    expect(registry.memory.manifests.has(`app@${digest}`)).toBe(false);
    await expect(client.deleteManifest(at(registry, 'app'), digest, signal)).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    });
    registry.fault({ method: 'DELETE', status: 405 });
    await expect(client.deleteManifest(at(registry, 'app'), digest, signal)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });
});
