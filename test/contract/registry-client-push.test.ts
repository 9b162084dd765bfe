import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Fault, FaultRegistry } from '../support/fault-registry.ts';
import type { RegistryFeatures } from '../support/memory-registry.ts';
import { sha256 } from '../support/memory-registry.ts';
import {
  at,
  content,
  faultRegistry,
  manifestBytes,
  ociManifest,
  putBlob,
  putManifest,
  signal,
  type TestClient,
  testClient,
} from '../support/registry-client.ts';

const small = Buffer.from('a small blob');
const large = Buffer.alloc(1_500_000, 'a large blob ');

type Pushed = 'exists' | 'mounted' | 'uploaded';

function push(
  { client }: TestClient,
  registry: FaultRegistry,
  bytes: Buffer,
  mountFrom?: readonly string[],
): Promise<Pushed> {
  const blob = { digest: sha256(bytes), size: bytes.length };
  return client.pushBlob(at(registry, 'team/app'), blob, content(bytes).open, {
    signal,
    ...(mountFrom === undefined ? {} : { mountFrom }),
  });
}

const holds = (registry: FaultRegistry, bytes: Buffer): boolean =>
  registry.memory.blobs.get(`team/app@${sha256(bytes)}`)?.equals(bytes) ?? false;

/** What was asked for the blob, without the ping of a host that may speak either scheme. */
const methods = (registry: FaultRegistry): readonly string[] =>
  registry
    .lines()
    .filter((line) => !line.endsWith('/v2/'))
    .map((line) => line.split(' ')[0] ?? '');

describe('pushBlob', () => {
  test('asks first: what is there is not opened, let alone sent', async () => {
    const registry = await faultRegistry();
    putBlob(registry, 'team/app', large);
    const source = content(large);
    const { client } = testClient();
    const blob = { digest: sha256(large), size: large.length };
    expect(await client.pushBlob(at(registry, 'team/app'), blob, source.open, { signal })).toBe('exists');
    expect(source.opened()).toBe(0);
    expect(methods(registry)).toEqual(['HEAD']);
  });

  test('a small blob goes with the first request', async () => {
    const registry = await faultRegistry();
    expect(await push(testClient(), registry, small)).toBe('uploaded');
    expect(holds(registry, small)).toBe(true);
    expect(methods(registry)).toEqual(['HEAD', 'POST']);
  });

  test('where that is not understood, it is asked for once only', async () => {
    const registry = await faultRegistry({ monolithic: false });
    const tested = testClient();
    expect(await push(tested, registry, small)).toBe('uploaded');
    expect(await push(tested, registry, Buffer.from('another'))).toBe('uploaded');
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'PUT', 'HEAD', 'POST', 'PUT']);
    expect(registry.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      'a small blob',
      '',
    ]);
    expect(holds(registry, small)).toBe(true);
  });

  test.each([400, 405, 411])('where that is refused with %i, the upload is opened without it', async (status) => {
    const registry = await faultRegistry();
    registry.fault({ method: 'POST', path: 'digest=', status });
    expect(await push(testClient(), registry, small)).toBe('uploaded');
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'POST', 'PUT']);
    expect(holds(registry, small)).toBe(true);
  });

  test('a large blob is streamed, and the query of the upload kept', async () => {
    const registry = await faultRegistry();
    expect(await push(testClient(), registry, large)).toBe('uploaded');
    expect(holds(registry, large)).toBe(true);
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
    const patch = registry.requests.find(({ method }) => method === 'PATCH');
    expect(patch?.headers['content-length']).toBe(String(large.length));
    expect(patch?.headers['content-type']).toBe('application/octet-stream');
    expect(patch?.url).toContain('?state=a+b%2Bc');
  });

  test('an empty blob', async () => {
    const registry = await faultRegistry();
    expect(await push(testClient(), registry, Buffer.alloc(0))).toBe('uploaded');
    expect(holds(registry, Buffer.alloc(0))).toBe(true);
  });

  test('absolute upload URLs that have the scheme wrong stay on the registry', async () => {
    const features: RegistryFeatures & { absolute?: string } = {};
    const registry = await faultRegistry(features);
    features.absolute = `https://${registry.address}`;
    expect(await push(testClient(), registry, large)).toBe('uploaded');
    expect(holds(registry, large)).toBe(true);
  });

  test('many at a time', async () => {
    const registry = await faultRegistry();
    const tested = testClient();
    const blobs = Array.from({ length: 12 }, (_, index) => Buffer.alloc(600_000 + index, String(index)));
    await Promise.all(blobs.map((blob) => push(tested, registry, blob)));
    expect(blobs.every((blob) => holds(registry, blob))).toBe(true);
    expect(registry.lines().filter((line) => line === 'GET /v2/').length).toBe(1);
  });

  test.each([
    ['shorter', 'only 1000000'],
    ['longer', 'more'],
  ])('content that is %s than said is an error of ours, and no try is repeated', async (kind, said) => {
    const registry = await faultRegistry();
    const source = content(kind === 'shorter' ? large.subarray(0, 1_000_000) : Buffer.concat([large, small]));
    const { client } = testClient();
    const blob = { digest: sha256(large), size: large.length };
    const pushing = client.pushBlob(at(registry, 'team/app'), blob, source.open, { signal });
    await expect(pushing).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', message: expect.stringContaining(said) });
    expect(source.opened()).toBe(1);
  });

  test('what the content itself throws comes out as it is', async () => {
    const registry = await faultRegistry();
    const failure = new ToolError('STORE_DAMAGED', 'the store is damaged');
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield large.subarray(0, 1000);
      throw failure;
    };
    const blob = { digest: sha256(large), size: large.length };
    await expect(testClient().client.pushBlob(at(registry, 'team/app'), blob, open, { signal })).rejects.toBe(failure);
  });

  test('stops when told to', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PATCH', hang: true });
    const controller = new AbortController();
    const blob = { digest: sha256(large), size: large.length };
    const pushing = testClient().client.pushBlob(at(registry, 'team/app'), blob, content(large).open, {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 100);
    await expect(pushing).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('mounting', () => {
  test('from another repository of the registry: nothing is sent', async () => {
    const registry = await faultRegistry();
    putBlob(registry, 'library/base', large);
    expect(await push(testClient(), registry, large, ['library/base'])).toBe('mounted');
    expect(methods(registry)).toEqual(['HEAD', 'POST']);
    expect(registry.requests.at(-1)?.url).toBe(
      `/v2/team/app/blobs/uploads/?mount=${encodeURIComponent(sha256(large))}&from=library%2Fbase`,
    );
  });

  test('what cannot be mounted is uploaded, in the upload the registry opened for it', async () => {
    const registry = await faultRegistry();
    expect(await push(testClient(), registry, large, ['library/none'])).toBe('uploaded');
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
    expect(holds(registry, large)).toBe(true);
  });

  test('several sources are tried, uploads opened in vain are given back', async () => {
    const registry = await faultRegistry();
    putBlob(registry, 'library/base', large);
    expect(await push(testClient(), registry, large, ['library/none', 'library/base'])).toBe('mounted');
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'DELETE', 'POST']);
  });

  test.each([403, 404, 405])('a mount refused with %i is no reason to fail', async (status) => {
    const registry = await faultRegistry();
    registry.fault({ path: 'mount=', status });
    expect(await push(testClient(), registry, small, ['library/base'])).toBe('uploaded');
    expect(holds(registry, small)).toBe(true);
  });
});

describe('pushManifest', () => {
  test('gives the digest the registry serves', async () => {
    const registry = await faultRegistry();
    const bytes = manifestBytes();
    expect(await testClient().client.pushManifest(at(registry, 'team/app:v1'), ociManifest, bytes, signal)).toBe(
      sha256(bytes),
    );
    expect(registry.memory.manifests.get('team/app:v1')).toEqual({ type: ociManifest, bytes });
    expect(methods(registry)).toEqual(['PUT']);
  });

  test('a registry that does not say is asked', async () => {
    const registry = await faultRegistry({ digestHeader: false });
    const bytes = manifestBytes();
    expect(await testClient().client.pushManifest(at(registry, 'team/app:v1'), ociManifest, bytes, signal)).toBe(
      sha256(bytes),
    );
    expect(methods(registry)).toEqual(['PUT', 'HEAD', 'GET']);
  });

  test('one that says, or then serves, something else is not believed', async () => {
    const registry = await faultRegistry();
    registry.fault({
      method: 'PUT',
      change: (answer) => ({ ...answer, headers: { 'docker-content-digest': sha256('other') } }),
    });
    const { client } = testClient();
    const pushing = client.pushManifest(at(registry, 'team/app:v1'), ociManifest, manifestBytes(), signal);
    await expect(pushing).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    registry.fault({ method: 'PUT', change: (answer) => ({ ...answer, headers: {} }) });
    registry.fault({
      method: 'HEAD',
      change: (answer) => ({ ...answer, headers: { ...answer.headers, 'docker-content-digest': sha256('other') } }),
    });
    const again = client.pushManifest(at(registry, 'team/app:v2'), ociManifest, manifestBytes('2'), signal);
    await expect(again).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('by digest, other bytes are not even sent', async () => {
    const registry = await faultRegistry();
    const reference = at(registry, `team/app@${sha256('other')}`);
    await expect(
      testClient().client.pushManifest(reference, ociManifest, manifestBytes(), signal),
    ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(registry.requests).toEqual([]);
  });

  test('a tag with a new meaning', async () => {
    const registry = await faultRegistry();
    putManifest(registry, 'team/app', 'v1');
    const bytes = manifestBytes('new');
    const { client } = testClient();
    await client.pushManifest(at(registry, 'team/app:v1'), ociManifest, bytes, signal);
    expect((await client.resolve(at(registry, 'team/app:v1'), signal))?.digest).toBe(sha256(bytes));
  });
});

describe('temporary faults', () => {
  const statuses = [408, 429, 499, 500, 502, 503, 504, 522];
  test.each(statuses)('%i twice, then it works', async (status) => {
    const registry = await faultRegistry();
    registry.fault({ path: 'manifests', status, times: 2 });
    const tested = testClient();
    const bytes = manifestBytes();
    expect(await tested.client.pushManifest(at(registry, 'team/app:v1'), ociManifest, bytes, signal)).toBe(
      sha256(bytes),
    );
    expect(tested.clock.sleeps.length).toBe(2);
    expect(tested.clock.sleeps[1]).toBeGreaterThan(tested.clock.sleeps[0] as number);
  });

  test.each(statuses)('%i three times is an error', async (status) => {
    const registry = await faultRegistry();
    registry.fault({ path: 'manifests', status, times: 3, body: '{"errors":[{"code":"WHY","message":"because"}]}' });
    const pushing = testClient().client.pushManifest(at(registry, 'team/app:v1'), ociManifest, manifestBytes(), signal);
    const message = `cannot push the manifest of ${registry.address}/team/app:v1: the registry answered ${status} (WHY: because)`;
    await expect(pushing).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', message });
    expect(methods(registry).length).toBe(3);
  });

  test('Retry-After is honoured, within bounds, in seconds and as a date', async () => {
    const registry = await faultRegistry();
    const { client, clock } = testClient();
    const date = new Date(clock.now().getTime() + 9000).toUTCString();
    registry.fault({ path: 'manifests/a', status: 429, headers: { 'retry-after': '7' } });
    registry.fault({ path: 'manifests/b', status: 503, headers: { 'retry-after': '86400' } });
    await client.resolve(at(registry, 'app:a'), signal);
    await client.resolve(at(registry, 'app:b'), signal);
    expect(clock.sleeps).toEqual([7000, 30_000]);
    registry.fault({
      path: 'manifests/c',
      status: 429,
      headers: { 'retry-after': new Date(Date.parse(date) + 37_000).toUTCString() },
    });
    await client.resolve(at(registry, 'app:c'), signal);
    expect(clock.sleeps[2]).toBe(9000);
  });

  test('error codes that mean "not now" count, whatever the status', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PUT', status: 400, body: '{"errors":[{"code":"TOOMANYREQUESTS"}]}' });
    await testClient().client.pushManifest(at(registry, 'team/app:v1'), ociManifest, manifestBytes(), signal);
    expect(methods(registry)).toEqual(['PUT', 'PUT']);
  });

  const faults: readonly (readonly [string, Fault])[] = [
    ['503 when the upload is opened', { method: 'POST', status: 503 }],
    ['503 to the content', { method: 'PATCH', status: 503, times: 2 }],
    ['the connection cut while the content is sent', { method: 'PATCH', cut: 'receiving', times: 2 }],
    ['the connection cut before the answer', { method: 'PATCH', cut: 'answering' }],
    ['the upload lost', { method: 'PATCH', status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' }],
    ['the upload spoilt', { method: 'PUT', status: 400, body: '{"errors":[{"code":"BLOB_UPLOAD_INVALID"}]}' }],
    ['500 to the question', { method: 'HEAD', status: 500 }],
    ['silence after the content', { method: 'PATCH', hang: true }],
  ];
  test.each(faults)('%s: the upload starts again from the beginning', async (_, fault) => {
    const registry = await faultRegistry();
    registry.fault(fault);
    const tested = testClient({ idle: 200 });
    expect(await push(tested, registry, large)).toBe('uploaded');
    expect(holds(registry, large)).toBe(true);
    expect(tested.clock.sleeps.length).toBe(fault.times ?? 1);
  });

  test('an upload whose last answer was lost is found to be there', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PUT', change: (answer) => ({ ...answer, status: 502, body: Buffer.alloc(0) }) });
    expect(await push(testClient(), registry, large)).toBe('exists');
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'PATCH', 'PUT', 'HEAD']);
  });

  test('content damaged on the way is sent again, and refused in the end', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PUT', status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' });
    expect(await push(testClient(), registry, large)).toBe('uploaded');
    registry.fault({
      method: 'PUT',
      path: 'uploads',
      status: 400,
      times: 3,
      body: '{"errors":[{"code":"DIGEST_INVALID"}]}',
    });
    await expect(push(testClient(), registry, Buffer.alloc(700_000))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test('three failures are enough', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PATCH', cut: 'receiving', times: 9 });
    const source = content(large);
    const blob = { digest: sha256(large), size: large.length };
    const pushing = testClient().client.pushBlob(at(registry, 'team/app'), blob, source.open, { signal });
    await expect(pushing).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(source.opened()).toBe(3);
  });

  test('a request that can be repeated as it is, cut on a connection kept from before, is repeated at once', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PUT', cut: 'answering' });
    const tested = testClient();
    expect(await push(tested, registry, large)).toBe('uploaded');
    expect(methods(registry)).toEqual(['HEAD', 'POST', 'PATCH', 'PUT', 'PUT']);
    expect(tested.clock.sleeps).toEqual([]);
  });

  test.each([400, 403, 409, 413, 501])('%i is final', async (status) => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PUT', status, times: 9 });
    const pushing = testClient().client.pushManifest(at(registry, 'team/app:v1'), ociManifest, manifestBytes(), signal);
    await expect(pushing).rejects.toMatchObject({ code: status === 403 ? 'REGISTRY_DENIED' : 'REGISTRY_PROTOCOL' });
    expect(methods(registry).filter((method) => method === 'PUT').length).toBe(1);
  });

  test('a registry that is not there fails at once', async () => {
    const tested = testClient();
    const resolving = tested.client.resolve(at('127.0.0.1:1', 'app'), signal);
    await expect(resolving).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    expect(tested.clock.sleeps).toEqual([]);
  });

  test('text of a registry is kept to one tidy line', async () => {
    const registry = await faultRegistry();
    const message = `no\u001b[31m\r\n${'x'.repeat(500)}`;
    registry.fault({ method: 'PUT', status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message }] }) });
    const pushing = testClient().client.pushManifest(at(registry, 'team/app:v1'), ociManifest, manifestBytes(), signal);
    const error = await pushing.catch((caught: unknown) => caught as ToolError);
    expect((error as ToolError).message).toMatch(/^[\x20-\x7e…]{1,400}$/);
  });
});
