import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRegistryClient } from '../../src/system/registry/client.ts';
import { certificates } from '../support/certificate.ts';
import { type FakeHttp, type FakeServer, fakeHttp } from '../support/fake-http.ts';
import { fakeClock, fakeCredentials, fakeRandom } from '../support/fake-system.ts';
import { memoryRegistry } from '../support/memory-registry.ts';
import {
  at,
  faultRegistry,
  manifestBytes,
  ociManifest,
  putManifest,
  signal,
  testClient,
} from '../support/registry-client.ts';

const notThere = { name: 'x', repository: 'team/app', tag: 'v1' };

/** The client over a network in memory, and what it asked there. */
function offline(
  servers: Readonly<Record<string, FakeServer>>,
  insecureRegistries: readonly string[] = [],
): { readonly http: FakeHttp; readonly client: ReturnType<typeof createRegistryClient> } {
  const http = fakeHttp(servers);
  const credentials = fakeCredentials({ 'index.docker.io': { username: 'hub', password: 'pw' } });
  return {
    http,
    client: createRegistryClient({ http, credentials, clock: fakeClock(), random: fakeRandom(), insecureRegistries }),
  };
}

/** A registry that has nothing. */
const empty: FakeServer = (request) => {
  const { pathname } = new URL(request.url, 'http://x');
  return memoryRegistry().answer({
    method: request.method,
    path: pathname,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
  });
};

describe('which scheme', () => {
  test('https alone for hosts of the internet, without asking first', async () => {
    const { http, client } = offline({ 'https://r.test': empty, 'http://r.test': empty });
    expect(await client.resolve({ ...notThere, registry: 'r.test' }, signal)).toBeUndefined();
    expect(http.requests).toEqual(['HEAD https://r.test/v2/team/app/manifests/v1']);
  });

  test('never http for them, even where nothing else answers', async () => {
    const { http, client } = offline({ 'http://r.test': empty });
    await expect(client.resolve({ ...notThere, registry: 'r.test' }, signal)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
    expect(http.requests.some((line) => line.includes('http://'))).toBe(false);
  });

  test.each([
    'localhost:5000',
    'registry.localhost',
    '127.0.0.1:5000',
    '[::1]:5000',
    '10.1.2.3:5000',
    '192.168.0.1',
    '172.16.0.1:80',
  ])('%s may speak plain HTTP', async (registry) => {
    const { client } = offline({ [new URL(`http://${registry}`).origin]: empty });
    expect(await client.resolve({ ...notThere, registry }, signal)).toBeUndefined();
  });

  test.each(['localhost:5000', '10.1.2.3:5000'])('%s may speak TLS too', async (registry) => {
    const { http, client } = offline({
      [`https://${registry}`]: empty,
      [`http://${registry}`]: () => ({ status: 400, headers: {} }),
    });
    expect(await client.resolve({ ...notThere, registry }, signal)).toBeUndefined();
    expect(http.requests.at(-1)).toBe(`HEAD https://${registry}/v2/team/app/manifests/v1`);
  });

  test('a host listed as insecure: https first, then http', async () => {
    const both = offline({ 'https://r.test:5000': empty, 'http://r.test:5000': empty }, ['r.test:5000']);
    await both.client.resolve({ ...notThere, registry: 'r.test:5000' }, signal);
    expect(both.http.requests.at(-1)).toBe('HEAD https://r.test:5000/v2/team/app/manifests/v1');
    const plain = offline({ 'http://r.test:5000': empty }, ['r.test:5000']);
    await plain.client.resolve({ ...notThere, registry: 'r.test:5000' }, signal);
    expect(plain.http.requests.at(-1)).toBe('HEAD http://r.test:5000/v2/team/app/manifests/v1');
    const other = offline({ 'http://r.test': empty }, ['r.test:5000']);
    await expect(other.client.resolve({ ...notThere, registry: 'r.test' }, signal)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
  });

  test('what failed is not remembered', async () => {
    let up = false;
    const { client } = offline({
      'http://localhost:5000': (request) => (up ? empty(request) : { status: 400, headers: {} }),
    });
    await expect(client.resolve({ ...notThere, registry: 'localhost:5000' }, signal)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
    up = true;
    expect(await client.resolve({ ...notThere, registry: 'localhost:5000' }, signal)).toBeUndefined();
  });
});

describe('Docker Hub', () => {
  test.each(['index.docker.io', 'docker.io'])(
    '%s is asked at its API’s host, with its own credentials',
    async (registry) => {
      const authorizations: (string | undefined)[] = [];
      const hub: FakeServer = (request) => {
        authorizations.push(request.headers['authorization']);
        if (request.headers['authorization'] !== undefined) return empty(request);
        return { status: 401, headers: { 'www-authenticate': 'Basic realm="hub"' } };
      };
      const { http, client } = offline({ 'https://registry-1.docker.io': hub });
      const resolving = client.resolve({ name: 'alpine', registry, repository: 'library/alpine' }, signal);
      if (registry === 'index.docker.io') expect(await resolving).toBeUndefined();
      else
        await expect(resolving).rejects.toMatchObject({
          suggestions: [{ action: expect.stringMatching(/"docker login"$/) }],
        });
      expect(new Set(http.requests)).toEqual(
        new Set(['HEAD https://registry-1.docker.io/v2/library/alpine/manifests/latest']),
      );
      expect(authorizations[0]).toBeUndefined();
    },
  );
});

describe('over real sockets', () => {
  test('a registry with TLS: refused while its certificate is unknown, used when it is trusted or insecure', async () => {
    const registry = await faultRegistry({ tls: certificates.good });
    const digest = putManifest(registry, 'app', 'v1');
    const refused = testClient().client.resolve(at(registry, 'app:v1'), signal);
    await expect(refused).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    const insecure = testClient({ insecure: [registry.address] });
    expect((await insecure.client.resolve(at(registry, 'app:v1'), signal))?.digest).toBe(digest);
    const directory = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'ca.pem'), certificates.good.cert);
    const trusting = testClient({ env: { SSL_CERT_FILE: join(directory, 'ca.pem') } });
    expect(await trusting.client.pushManifest(at(registry, 'app:v2'), ociManifest, manifestBytes(), signal)).toBe(
      digest,
    );
  });

  test('leaving out verification for one registry does not for whom it names', async () => {
    const tokens = await faultRegistry({
      tls: certificates.good,
      authorization: { kind: 'bearer', users: { ada: 'pw' } },
    });
    const storage = await faultRegistry({ tls: certificates.good });
    const registry = await faultRegistry({ tls: certificates.good });
    putManifest(registry, 'app', 'v1');
    const credentials = { [registry.address]: { username: 'ada', password: 'pw' } };
    const challenge = `Bearer realm="${tokens.origin}/token"`;
    registry.fault({ method: 'HEAD', times: 2, status: 401, headers: { 'www-authenticate': challenge } });
    registry.fault({ method: 'GET', path: 'manifests', status: 307, headers: { location: `${storage.origin}/x` } });
    const some = testClient({ credentials, insecure: [registry.address] }).client;
    for (const asking of [
      some.resolve(at(registry, 'app:v1'), signal),
      some.manifest(at(registry, 'app:v1'), signal),
    ]) {
      await expect(asking).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    }
    expect([...tokens.lines(), ...storage.lines()]).toEqual([]);
    const all = testClient({ credentials, insecure: [registry.address, tokens.address] }).client;
    expect(await all.resolve(at(registry, 'app:v1'), signal)).toBeDefined();
    expect(tokens.lines()).toEqual(['GET /token']);
  });

  test('one that never answers is given up', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { client } = testClient({ idle: 150 });
    const asking = client.resolve(at(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'app'), signal);
    await expect(asking).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  test('stops when told to, while it still looks for the scheme', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const controller = new AbortController();
    const asking = testClient().client.resolve(
      at(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'app'),
      controller.signal,
    );
    setTimeout(() => controller.abort(), 50);
    await expect(asking).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
