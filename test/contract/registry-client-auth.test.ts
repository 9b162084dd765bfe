import { describe, expect, test } from 'vitest';
import type { ToolError } from '../../src/core/errors.ts';
import type { RegistryCredential } from '../../src/core/ports.ts';
import type { FaultAuthorization, FaultRegistry, FaultRegistryOptions } from '../support/fault-registry.ts';
import { sha256 } from '../support/memory-registry.ts';
import {
  at,
  collect,
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

const users = { ada: 'love:lace' };
const ada: RegistryCredential = { username: 'ada', password: 'love:lace' };
const wrong: RegistryCredential = { username: 'ada', password: 'Wrong-Secret' };
const basicHeader = `Basic ${Buffer.from('ada:love:lace').toString('base64')}`;
const large = Buffer.alloc(700_000, 'x');

const push = ({ client }: Pick<TestClient, 'client'>, registry: FaultRegistry, note = ''): Promise<string> =>
  client.pushManifest(at(registry, 'team/app:v1'), ociManifest, manifestBytes(note), signal);

async function failure(promise: Promise<unknown>): Promise<ToolError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as ToolError,
  );
}

const suggestions = (error: ToolError): string => error.suggestions.map(({ action }) => action).join('\n');
const tokenRequests = (registry: FaultRegistry): readonly string[] =>
  registry.lines().filter((line) => line.endsWith('/token'));

async function guarded(authorization: FaultAuthorization, options: FaultRegistryOptions = {}): Promise<FaultRegistry> {
  return faultRegistry({ ...options, authorization });
}

/** A client that knows `credential` for the registry and no other. */
function knowing(registry: FaultRegistry, credential: RegistryCredential | undefined): TestClient {
  return testClient(credential === undefined ? {} : { credentials: { [registry.address]: credential } });
}

describe('Basic', () => {
  const basic: FaultAuthorization = { kind: 'basic', users };

  test('name and password are sent once the registry has asked, and from then on', async () => {
    const registry = await guarded(basic);
    const tested = knowing(registry, ada);
    await push(tested, registry);
    await push(tested, registry, '2');
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual([undefined, basicHeader, basicHeader]);
  });

  test.each([
    ['none at hand', undefined, 'Log in with "docker login'],
    ['a wrong one', wrong, 'Check the user name and password'],
  ])('%s: one sentence, what to do, no secret', async (_, credential, advice) => {
    const registry = await guarded(basic);
    const error = await failure(push(knowing(registry, credential), registry));
    expect(error.code).toBe('REGISTRY_UNAUTHORIZED');
    expect(error.message).toContain(`${registry.address}/team/app:v1`);
    expect(suggestions(error)).toContain(advice);
    expect(suggestions(error)).toContain(`docker login ${registry.address}`);
    expect(JSON.stringify([error.message, error.suggestions, error.cause])).not.toContain('Wrong-Secret');
  });

  test('a registry that repeats the secret in its answer does not get it into the error', async () => {
    const registry = await guarded(basic);
    const echo = Buffer.from('ada:Wrong-Secret').toString('base64');
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: `no Wrong-Secret, no ${echo}` }] });
    registry.fault({ method: 'PUT', after: 0, status: 403, body });
    const error = await failure(push(knowing(registry, wrong), registry));
    expect(error.code).toBe('REGISTRY_DENIED');
    expect(error.message).not.toContain('Wrong-Secret');
    expect(error.message).not.toContain(echo);
    expect(error.message).toContain('***');
  });
});

describe('Bearer', () => {
  const bearer = { kind: 'bearer', users } as const;

  test.each(['token', 'access_token'] as const)('a token in "%s", got with name and password', async (field) => {
    const registry = await guarded({ ...bearer, field });
    await push(knowing(registry, ada), registry);
    const asked = registry.requests.find(({ url }) => url.startsWith('/token'));
    expect(asked?.authorization).toBe(basicHeader);
    const query = new URL(asked?.url ?? '', registry.origin).searchParams;
    expect(query.get('service')).toBe('tests');
    expect(query.getAll('scope')[0]).toMatch(/^repository:team\/app:(push,pull|pull,push)$/);
    expect(registry.requests.at(-1)?.authorization).toMatch(/^Bearer /);
  });

  test('one token serves all there is to do in a repository, also at the same time', async () => {
    const registry = await guarded(bearer);
    const tested = knowing(registry, ada);
    const blobs = Array.from({ length: 6 }, (_, index) => Buffer.alloc(600_000, String(index)));
    await Promise.all(
      blobs.map((blob) =>
        tested.client.pushBlob(
          at(registry, 'team/app'),
          { digest: sha256(blob), size: blob.length },
          content(blob).open,
          { signal },
        ),
      ),
    );
    await push(tested, registry);
    await tested.client.resolve(at(registry, 'team/app:v1'), signal);
    expect(tokenRequests(registry)).toEqual(['GET /token']);
  });

  test('anonymous pulls get a token too', async () => {
    const registry = await guarded({ ...bearer, anonymous: /:pull$/ });
    const digest = putManifest(registry, 'team/app', 'v1');
    const { client } = testClient();
    expect((await client.resolve(at(registry, 'team/app:v1'), signal))?.digest).toBe(digest);
    expect(registry.requests.find(({ url }) => url.startsWith('/token'))?.authorization).toBeUndefined();
  });

  test('an anonymous push is told to log in', async () => {
    const registry = await guarded({ ...bearer, anonymous: /:pull$/ });
    const error = await failure(push(testClient(), registry));
    expect(error.code).toBe('REGISTRY_UNAUTHORIZED');
    expect(suggestions(error)).toContain(`docker login ${registry.address}`);
  });

  test('a known user who may not push is denied', async () => {
    const registry = await guarded({ ...bearer, forbidden: /team\/app/ });
    const error = await failure(push(knowing(registry, ada), registry));
    expect(error.code).toBe('REGISTRY_DENIED');
    expect(suggestions(error)).toContain('--default-repo');
    expect(registry.lines().filter((line) => line.startsWith('PUT')).length).toBeLessThanOrEqual(2);
  });

  test('a password that the token server refuses', async () => {
    const registry = await guarded(bearer);
    const error = await failure(push(knowing(registry, wrong), registry));
    expect(error.code).toBe('REGISTRY_UNAUTHORIZED');
    expect(error.message).toContain('refused the user name or password');
    expect(`${error.message}${suggestions(error)}`).not.toContain('Wrong-Secret');
  });

  test('a token that expires in mid-session is replaced once, and the request repeated', async () => {
    const registry = await guarded(bearer);
    const tested = knowing(registry, ada);
    await push(tested, registry);
    registry.revokeTokens();
    await push(tested, registry, '2');
    expect(tokenRequests(registry).length).toBe(2);
    expect(tested.clock.sleeps).toEqual([]);
  });

  test('… also in the middle of an upload', async () => {
    const registry = await guarded(bearer);
    const tested = knowing(registry, ada);
    await push(tested, registry);
    registry.fault({
      method: 'PATCH',
      status: 401,
      headers: {
        'www-authenticate': `Bearer realm="${registry.origin}/token",service="tests",scope="repository:team/app:pull,push"`,
      },
    });
    const blob = { digest: sha256(large), size: large.length };
    expect(await tested.client.pushBlob(at(registry, 'team/app'), blob, content(large).open, { signal })).toBe(
      'uploaded',
    );
    expect(registry.memory.blobs.get(`team/app@${blob.digest}`)?.equals(large)).toBe(true);
  });

  test('a token is not used beyond the time it is good for', async () => {
    const registry = await guarded({ ...bearer, expiresIn: 100 });
    const tested = knowing(registry, ada);
    await push(tested, registry);
    await tested.clock.sleep(80_000);
    await push(tested, registry, '2');
    expect(tokenRequests(registry).length).toBe(1);
    await tested.clock.sleep(15_000);
    await push(tested, registry, '3');
    expect(tokenRequests(registry).length).toBe(2);
    expect(registry.lines().filter((line) => line.startsWith('PUT')).length).toBe(3);
  });

  test('the scope a registry asks for is put first', async () => {
    const registry = await guarded(bearer);
    const challenge = `Bearer realm="${registry.origin}/token",service="tests",scope="repository:team/app:pull,push repository:other:pull"`;
    registry.fault({ method: 'PUT', status: 401, headers: { 'www-authenticate': challenge } });
    await push(knowing(registry, ada), registry);
    const { url } = registry.requests.findLast((request) => request.url.startsWith('/token')) ?? { url: '' };
    const scopes = new URL(url, registry.origin).searchParams.getAll('scope');
    expect(scopes.slice(0, 2)).toEqual(['repository:team/app:pull,push', 'repository:other:pull']);
  });

  test('a mount asks for the right to read its source', async () => {
    const registry = await guarded(bearer);
    const digest = putBlob(registry, 'library/base', large);
    const options = { signal, mountFrom: ['library/base'] };
    const { client } = knowing(registry, ada);
    expect(
      await client.pushBlob(at(registry, 'team/app'), { digest, size: large.length }, content(large).open, options),
    ).toBe('mounted');
    const asked = registry.requests
      .filter(({ url }) => url.startsWith('/token'))
      .map(({ url }) => new URL(url, registry.origin).searchParams.getAll('scope'));
    expect(asked.at(-1)).toContain('repository:library/base:pull');
  });

  test('an identity token is exchanged by POST', async () => {
    const registry = await guarded({ ...bearer, identityTokens: ['id-token'] });
    await push(knowing(registry, { identityToken: 'id-token' }), registry);
    const asked = registry.requests.find(({ url }) => url.startsWith('/token'));
    expect(asked?.method).toBe('POST');
    const form = new URLSearchParams(asked?.body);
    expect(form.get('grant_type')).toBe('refresh_token');
    expect(form.get('refresh_token')).toBe('id-token');
    expect(form.get('service')).toBe('tests');
    expect(form.get('client_id')).not.toBe('');
    expect(form.get('scope')).toContain('repository:team/app:');
  });

  test('… by GET where POST is not known', async () => {
    const registry = await guarded({ ...bearer, oauth: false });
    await push(knowing(registry, { ...ada, identityToken: 'id-token' }), registry);
    expect(tokenRequests(registry)).toEqual(['POST /token', 'GET /token']);
  });

  test('a refresh token handed out is used the next time', async () => {
    const registry = await guarded({ ...bearer, refreshToken: 'fresh', identityTokens: ['fresh'] });
    const tested = knowing(registry, ada);
    await push(tested, registry);
    registry.revokeTokens();
    await push(tested, registry, '2');
    expect(tokenRequests(registry)).toEqual(['GET /token', 'POST /token']);
  });

  test('a registry token is sent as it is', async () => {
    const registry = await faultRegistry();
    registry.fault({
      method: 'PUT',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${registry.origin}/token"` },
    });
    await push(knowing(registry, { registryToken: 'given' }), registry);
    expect(registry.requests.at(-1)?.authorization).toBe('Bearer given');
  });

  test('a token server in trouble is asked again; one that sends no token is not', async () => {
    const registry = await guarded(bearer);
    registry.fault({ path: '/token', status: 503, times: 2 });
    await push(knowing(registry, ada), registry);
    expect(tokenRequests(registry).length).toBe(3);
    const other = await guarded(bearer);
    other.fault({ path: '/token', status: 200, body: '{"token":""}' });
    expect((await failure(push(knowing(other, ada), other))).code).toBe('REGISTRY_PROTOCOL');
    other.fault({ path: '/token', status: 200, body: JSON.stringify({ token: 'a\r\nx: b' }) });
    expect((await failure(push(knowing(other, ada), other))).code).toBe('REGISTRY_PROTOCOL');
    other.fault({ path: '/token', status: 200, body: `{"token":"${'a'.repeat(70_000)}"}` });
    expect((await failure(push(knowing(other, ada), other))).code).toBe('REGISTRY_PROTOCOL');
  });

  test.each([
    ['an inner address', 'http://169.254.169.254/token'],
    ['an address of the local network', 'http://10.1.2.3/token'],
    ['another scheme', 'ftp://127.0.0.1/token'],
    ['a user name in the URL', 'http://u:p@127.0.0.1/token'],
    ['no URL', 'http://['],
  ])('a realm that is %s is not asked', async (_, realm) => {
    const registry = await guarded({ ...bearer, realm });
    const error = await failure(push(knowing(registry, ada), registry));
    expect(error.code).toBe('REGISTRY_PROTOCOL');
  });

  test('a token server elsewhere on this machine is asked', async () => {
    const tokens = await guarded(bearer);
    const registry = await faultRegistry();
    registry.fault({
      method: 'PUT',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${tokens.origin}/token"` },
    });
    await push(knowing(registry, ada), registry);
    expect(tokens.lines()).toEqual(['GET /token']);
    expect(tokenRequests(registry)).toEqual([]);
  });
});

describe('a registry that asks for nothing', () => {
  test('costs no extra request, and is sent no credentials', async () => {
    const registry = await faultRegistry();
    await push(knowing(registry, ada), registry);
    expect(registry.lines()).toEqual(['GET /v2/', 'PUT /v2/team/app/manifests/v1']);
    expect(registry.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test.each([403, 404])('… until it hides something (%i): then it gets them', async (status) => {
    const registry = await faultRegistry();
    const digest = putManifest(registry, 'team/app', 'v1');
    registry.fault({ method: 'HEAD', status });
    const { client } = knowing(registry, ada);
    expect((await client.resolve(at(registry, 'team/app:v1'), signal))?.digest).toBe(digest);
    expect(registry.requests.at(-1)?.authorization).toBe(basicHeader);
  });

  test('credentials that cannot be had matter only where they are wanted', async () => {
    const open = await faultRegistry();
    const credentials = { get: () => Promise.reject(new Error('the helper is broken')) };
    const { client } = testClient({ credentials });
    expect(await client.resolve(at(open, 'team/app:v1'), signal)).toBeUndefined();
    const closed = await guarded({ kind: 'basic', users });
    await expect(client.resolve(at(closed, 'team/app:v1'), signal)).rejects.toThrow('the helper is broken');
  });
});

describe('redirects', () => {
  test('are followed for content, without credentials elsewhere', async () => {
    const storage = await faultRegistry();
    putBlob(storage, 'bucket', large);
    const registry = await guarded({ kind: 'basic', users });
    const location = `${storage.origin}/v2/bucket/blobs/${sha256(large)}?signature=1`;
    registry.fault({ method: 'GET', path: 'blobs', after: 1, status: 307, headers: { location } });
    const { client } = knowing(registry, ada);
    putBlob(registry, 'team/app', large);
    expect((await collect(client.blob(at(registry, 'team/app'), sha256(large), signal))).equals(large)).toBe(true);
    expect((await collect(client.blob(at(registry, 'team/app'), sha256(large), signal))).equals(large)).toBe(true);
    expect(storage.requests.length).toBeGreaterThan(0);
    expect(storage.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test('on the registry itself keep the credentials', async () => {
    const registry = await guarded({ kind: 'basic', users });
    const digest = putManifest(registry, 'moved', 'v1');
    registry.fault({
      method: 'HEAD',
      path: 'team/app',
      times: 2,
      status: 301,
      headers: { location: '/v2/moved/manifests/v1' },
    });
    const { client } = knowing(registry, ada);
    expect((await client.resolve(at(registry, 'team/app:v1'), signal))?.digest).toBe(digest);
    expect(registry.requests.at(-1)?.authorization).toBe(basicHeader);
  });

  test('what is damaged elsewhere is refused like anything else', async () => {
    const storage = await faultRegistry();
    storage.fault({ method: 'GET', status: 200, body: 'something else' });
    const registry = await faultRegistry();
    registry.fault({ method: 'GET', path: 'blobs', status: 307, headers: { location: `${storage.origin}/x` } });
    expect((await failure(collect(testClient().client.blob(at(registry, 'app'), sha256(large), signal)))).code).toBe(
      'DIGEST_MISMATCH',
    );
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://192.168.7.7/x',
    'file:///etc/passwd',
    'http://user:pw@127.0.0.1/x',
    'http://[',
  ])('to %s are refused', async (location) => {
    const registry = await faultRegistry();
    registry.fault({ method: 'GET', path: 'blobs', status: 307, headers: { location } });
    expect((await failure(collect(testClient().client.blob(at(registry, 'app'), sha256(large), signal)))).code).toBe(
      'REGISTRY_PROTOCOL',
    );
  });

  test('without end are given up', async () => {
    const registry = await faultRegistry();
    registry.fault({
      method: 'GET',
      path: 'blobs',
      status: 307,
      times: 99,
      headers: { location: `/v2/app/blobs/${sha256('x')}` },
    });
    expect((await failure(collect(testClient().client.blob(at(registry, 'app'), sha256(large), signal)))).code).toBe(
      'REGISTRY_PROTOCOL',
    );
    expect(registry.requests.length).toBeLessThan(10);
  });

  test('of an upload to another host go there without credentials', async () => {
    const storage = await faultRegistry();
    const registry = await guarded({ kind: 'basic', users });
    const location = `${storage.origin}/v2/team/app/blobs/uploads/elsewhere?state=1`;
    registry.fault({ method: 'POST', status: 202, headers: { location } });
    storage.fault({ method: 'PATCH', status: 202 });
    storage.fault({ method: 'PUT', status: 201 });
    const blob = { digest: sha256(large), size: large.length };
    await knowing(registry, ada).client.pushBlob(at(registry, 'team/app'), blob, content(large).open, { signal });
    expect(storage.requests.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['PATCH', undefined],
      ['PUT', undefined],
    ]);
  });

  test('of a request that changes something are not followed', async () => {
    const registry = await faultRegistry();
    registry.fault({ method: 'PUT', status: 307, headers: { location: '/elsewhere' } });
    expect((await failure(push(testClient(), registry))).code).toBe('REGISTRY_PROTOCOL');
  });
});
