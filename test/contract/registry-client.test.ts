import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Repository } from '../../src/core/names.ts';
import type { RegistryClient } from '../../src/core/ports.ts';
import { sha256 } from '../support/memory-registry.ts';
import {
  at,
  collect,
  content,
  faultRegistry,
  manifestBytes,
  ociManifest,
  signal,
  testClient,
} from '../support/registry-client.ts';
import { startRegistry } from './distribution/server.ts';

interface Subject {
  readonly address: string;
  readonly client: Omit<RegistryClient, 'close'>;
}

const login = { username: 'ada', password: 'love:lace' };

/** Our registry on a free port, for one test. */
async function embedded(authFile?: string): Promise<string> {
  const server = await startRegistry(authFile === undefined ? {} : { authFile });
  onTestFinished(() => server.stop());
  return new URL(server.url).host;
}

function users(): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-users-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'users'), `${login.username}:${login.password}\n`);
  return join(directory, 'users');
}

function known(address: string): Subject {
  return { address, client: testClient({ credentials: { [address]: login } }).client };
}

const registries: Readonly<Record<string, () => Promise<Subject>>> = {
  'the embedded registry': async () => known(await embedded()),
  'the embedded registry with a password': async () => known(await embedded(users())),
  'the registry of the fault tests': async () => known((await faultRegistry()).address),
  'the same with tokens': async () =>
    known((await faultRegistry({ authorization: { kind: 'bearer', users: { ada: login.password } } })).address),
  'one that does only what it must': async () =>
    known(
      (
        await faultRegistry({
          monolithic: false,
          mount: false,
          digestHeader: false,
          referrers: false,
          ranges: false,
          tagsPerPage: 1,
        })
      ).address,
    ),
};

const large = Buffer.alloc(2_000_000, 'large ');
const config = Buffer.from(
  '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}',
);

/** A whole image: config, one layer, manifest. Returns the manifest's bytes. */
async function pushImage({ client }: Subject, repository: Repository): Promise<Buffer> {
  for (const bytes of [large, config])
    await client.pushBlob(repository, { digest: sha256(bytes), size: bytes.length }, content(bytes).open, { signal });
  const manifest = {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(large), size: large.length }],
  };
  return Buffer.from(JSON.stringify(manifest));
}

describe.each(Object.entries(registries))('against %s', (_, start) => {
  test('an image goes there and comes back, by tag and by digest', async () => {
    const subject = await start();
    const { address, client } = subject;
    const repository = at(address, 'team/app');
    const bytes = await pushImage(subject, repository);
    const digest = await client.pushManifest(at(address, 'team/app:v1'), ociManifest, bytes, signal);
    expect(digest).toBe(sha256(bytes));
    for (const name of ['team/app:v1', `team/app@${digest}`]) {
      expect(await client.resolve(at(address, name), signal)).toEqual({
        mediaType: ociManifest,
        digest,
        size: bytes.length,
      });
      expect(bytes.equals((await client.manifest(at(address, name), signal)).bytes)).toBe(true);
    }
    expect(large.equals(await collect(client.blob(repository, sha256(large), signal)))).toBe(true);
    expect(await client.hasBlob(repository, sha256(config), signal)).toBe(true);
    expect(await client.tags(repository, signal)).toEqual(['v1']);
  });

  test('what is there is not sent again; what is elsewhere is mounted or sent', async () => {
    const { address, client } = await start();
    const source = content(large);
    const blob = { digest: sha256(large), size: large.length };
    const push = (name: string, mountFrom: readonly string[] = []): Promise<string> =>
      client.pushBlob(at(address, name), blob, source.open, { signal, mountFrom });
    expect(await push('one')).toBe('uploaded');
    expect(await push('one')).toBe('exists');
    expect(source.opened()).toBe(1);
    expect(['mounted', 'uploaded']).toContain(await push('two', ['none', 'one']));
    expect(await client.hasBlob(at(address, 'two'), blob.digest, signal)).toBe(true);
  });

  test('four uploads at a time', async () => {
    const { address, client } = await start();
    const blobs = Array.from({ length: 4 }, (_, index) => Buffer.alloc(700_000 + index, `${index}`));
    const results = blobs.map((bytes) =>
      client.pushBlob(at(address, 'app'), { digest: sha256(bytes), size: bytes.length }, content(bytes).open, {
        signal,
      }),
    );
    expect(await Promise.all(results)).toEqual(Array(4).fill('uploaded'));
    for (const bytes of blobs)
      expect(bytes.equals(await collect(client.blob(at(address, 'app'), sha256(bytes), signal)))).toBe(true);
  });

  test('what is not there', async () => {
    const { address, client } = await start();
    const absent = sha256('absent');
    expect(await client.resolve(at(address, 'none:v1'), signal)).toBeUndefined();
    expect(await client.hasBlob(at(address, 'none'), absent, signal)).toBe(false);
    await expect(client.manifest(at(address, 'none:v1'), signal)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
    await expect(collect(client.blob(at(address, 'none'), absent, signal))).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    });
    expect(await client.referrers(at(address, 'none'), absent, undefined, signal)).toEqual([]);
  });

  test('tags over pages, referrers and deletion', async () => {
    const subject = await start();
    const { address, client } = subject;
    const bytes = await pushImage(subject, at(address, 'app'));
    const digest = await client.pushManifest(at(address, 'app:c'), ociManifest, bytes, signal);
    for (const tag of ['a', 'b']) await client.pushManifest(at(address, `app:${tag}`), ociManifest, bytes, signal);
    expect(await client.tags(at(address, 'app'), signal)).toEqual(['a', 'b', 'c']);
    const subjectDescriptor = { mediaType: ociManifest, digest, size: bytes.length };
    const artifact = Buffer.from(
      JSON.stringify({ ...JSON.parse(bytes.toString()), artifactType: 'text/sbom', subject: subjectDescriptor }),
    );
    const referrer = await client.pushManifest(at(address, `app@${sha256(artifact)}`), ociManifest, artifact, signal);
    expect(
      (await client.referrers(at(address, 'app'), digest, 'text/sbom', signal)).map((each) => each.digest),
    ).toEqual([referrer]);
    await client.deleteManifest(at(address, 'app'), referrer, signal);
    expect(await client.resolve(at(address, `app@${referrer}`), signal)).toBeUndefined();
  });
});

test('the embedded registry refuses a wrong password, and nobody at all', async () => {
  const address = await embedded(users());
  const push = (credentials: object): Promise<string> =>
    testClient({ credentials: { [address]: credentials } }).client.pushManifest(
      at(address, 'app:v1'),
      ociManifest,
      manifestBytes(),
      signal,
    );
  await expect(push({ username: 'ada', password: 'wrong' })).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
  await expect(push({})).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
});
