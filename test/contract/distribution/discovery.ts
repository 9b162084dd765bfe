/** "Listing Tags", the catalog, and "Listing Referrers". */
import { expect } from 'vitest';
import { type Client, sha } from './client.ts';
import {
  type Described,
  describe,
  freshRepository,
  imageWithBlobs,
  indexOf,
  indexType,
  type ManifestOptions,
  manifestOf,
  manifestType,
  nowhere,
  pushBlob,
  pushImage,
  putManifest,
} from './content.ts';
import type { Suite } from './suite.ts';

interface Referrer extends Described {
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A repository with one image under the given tags, pushed in that order. */
async function repositoryWithTags(client: Client, tags: readonly string[]): Promise<string> {
  const repository = freshRepository();
  const manifest = await imageWithBlobs(client, repository);
  for (const tag of tags) await putManifest(client, repository, tag, manifest);
  return repository;
}

async function listTags(
  client: Client,
  path: string,
): Promise<{ readonly tags: readonly string[]; readonly next: string | undefined }> {
  const answer = await client.call('GET', path);
  expect(answer.status).toBe(200);
  const [, next] = /^<([^>]+)>; *rel="next"$/.exec(answer.headers['link'] ?? '') ?? [];
  return { tags: answer.json<{ tags: string[] | null }>().tags ?? [], next };
}

async function referrersOf(
  client: Client,
  repository: string,
  digest: string,
  query = '',
): Promise<readonly Referrer[]> {
  const answer = await client.call('GET', `/v2/${repository}/referrers/${digest}${query}`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, indexType]);
  const index = answer.json<{ schemaVersion: number; mediaType: string; manifests: Referrer[] }>();
  expect([index.schemaVersion, index.mediaType]).toEqual([2, indexType]);
  return index.manifests;
}

async function pushReferrer(
  client: Client,
  repository: string,
  subject: Described,
  options: ManifestOptions,
): Promise<Buffer> {
  const manifest = await imageWithBlobs(client, repository, { ...options, subject });
  await putManifest(client, repository, sha('sha256', manifest), manifest);
  return manifest;
}

export function tags({ test }: Suite): void {
  test('tags are listed in ASCII order', async (client) => {
    const repository = await repositoryWithTags(client, ['b', 'v1', 'A', 'a', '_x', 'v10', 'B', 'v2', 'Ab', 'aB', '0']);
    const answer = await client.call('GET', `/v2/${repository}/tags/list`);
    expect(answer.json()).toEqual({
      name: repository,
      tags: ['0', 'A', 'Ab', 'B', '_x', 'a', 'aB', 'b', 'v1', 'v10', 'v2'],
    });
  });

  test('tags that differ in case only are different tags', async (client) => {
    const repository = freshRepository();
    const lower = await pushImage(client, repository, 'release');
    await pushImage(client, repository, 'Release');
    const found = await client.call('GET', `/v2/${repository}/manifests/release`, {
      headers: { accept: manifestType },
    });
    expect(found.body.equals(lower)).toBe(true);
  });

  test('the tags of a repository that is not there are 404 NAME_UNKNOWN', async (client) => {
    const answer = await client.call('GET', `/v2/${freshRepository()}/tags/list`);
    expect([answer.status, answer.codes()]).toEqual([404, ['NAME_UNKNOWN']]);
  });

  test('n limits the tags', async (client) => {
    const repository = await repositoryWithTags(client, ['c', 'a', 'd', 'b']);
    expect((await listTags(client, `/v2/${repository}/tags/list?n=2`)).tags).toEqual(['a', 'b']);
    expect((await listTags(client, `/v2/${repository}/tags/list?n=9`)).tags).toEqual(['a', 'b', 'c', 'd']);
  });

  test('an n of 0 lists nothing and has no Link', async (client) => {
    const repository = await repositoryWithTags(client, ['a']);
    expect(await listTags(client, `/v2/${repository}/tags/list?n=0`)).toEqual({ tags: [], next: undefined });
  });

  test('last begins after a tag, which need not exist', async (client) => {
    const repository = await repositoryWithTags(client, ['a', 'b', 'd']);
    expect((await listTags(client, `/v2/${repository}/tags/list?last=a`)).tags).toEqual(['b', 'd']);
    expect((await listTags(client, `/v2/${repository}/tags/list?n=1&last=c`)).tags).toEqual(['d']);
    expect((await listTags(client, `/v2/${repository}/tags/list?last=z`)).tags).toEqual([]);
  });

  test('following Link lists every tag once', async (client) => {
    const all = Array.from({ length: 7 }, (_, at) => `t${at}`);
    const repository = await repositoryWithTags(client, all);
    const found: string[] = [];
    for (let next: string | undefined = `/v2/${repository}/tags/list?n=3`; next !== undefined; ) {
      const page = await listTags(client, next);
      found.push(...page.tags);
      next = page.next;
    }
    expect(found).toEqual(all);
  });

  test('an n that is no number is 400', async (client) => {
    const repository = await repositoryWithTags(client, ['a']);
    for (const n of ['x', '-1'])
      expect((await client.call('GET', `/v2/${repository}/tags/list?n=${n}`)).status).toBe(400);
  });

  test('the catalog lists repositories in pages', async (client) => {
    const [first, second] = [
      await repositoryWithTags(client, ['a']),
      await repositoryWithTags(client, ['a']),
    ].sort() as [string, string];
    const found: string[] = [];
    for (let next: string | undefined = '/v2/_catalog?n=2'; next !== undefined; ) {
      const answer = await client.call('GET', next);
      found.push(...answer.json<{ repositories: string[] }>().repositories);
      next = /^<([^>]+)>; *rel="next"$/.exec(answer.headers['link'] ?? '')?.[1];
    }
    expect(found).toEqual(expect.arrayContaining([first, second]));
    expect(found).toEqual([...new Set(found)].sort());
  });
}

export function referrers({ test }: Suite): void {
  test('what nothing refers to has an empty list, also in a repository that is not there', async (client) => {
    expect(await referrersOf(client, freshRepository(), nowhere)).toEqual([]);
  });

  test('an invalid digest is 400', async (client) => {
    const answer = await client.call('GET', `/v2/${freshRepository()}/referrers/latest`);
    expect([answer.status, answer.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });

  test('referrers are listed with type, size, artifact type and annotations', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    const annotations = { 'org.example.kind': 'bill of materials' };
    const manifest = await pushReferrer(client, repository, subject, {
      artifactType: 'application/vnd.example.sbom',
      annotations,
    });
    expect(await referrersOf(client, repository, subject.digest)).toEqual([
      { ...describe(manifestType, manifest), artifactType: 'application/vnd.example.sbom', annotations },
    ]);
  });

  test('a referrer may be pushed before its subject', async (client) => {
    const repository = freshRepository();
    const image = await imageWithBlobs(client, repository);
    const referrer = await pushReferrer(client, repository, describe(manifestType, image), {
      artifactType: 'application/x',
    });
    await putManifest(client, repository, 'v1', image);
    const found = await referrersOf(client, repository, sha('sha256', image));
    expect(found.map(({ digest }) => digest)).toEqual([sha('sha256', referrer)]);
  });

  test('without an artifact type an image manifest is listed with the type of its config', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    await pushReferrer(client, repository, subject, {});
    const [found] = await referrersOf(client, repository, subject.digest);
    expect(found?.artifactType).toBe('application/vnd.oci.image.config.v1+json');
  });

  test('an index with a subject is a referrer, and has an artifact type only if it says so', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    const [plain, typed] = [
      indexOf([], { subject }),
      indexOf([], { subject, artifactType: 'application/vnd.example.list' }),
    ];
    for (const index of [plain, typed]) await putManifest(client, repository, sha('sha256', index), index, indexType);
    const found = await referrersOf(client, repository, subject.digest);
    const typeOf = (index: Buffer): string | undefined =>
      found.find(({ digest }) => digest === sha('sha256', index))?.artifactType;
    expect([found.length, typeOf(plain), typeOf(typed)]).toEqual([2, undefined, 'application/vnd.example.list']);
  });

  test('the filter by artifact type is applied and announced', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    const wanted = await pushReferrer(client, repository, subject, { artifactType: 'application/vnd.example+sbom' });
    await pushReferrer(client, repository, subject, { artifactType: 'application/vnd.example.other' });
    const query = `?artifactType=${encodeURIComponent('application/vnd.example+sbom')}`;
    const found = await referrersOf(client, repository, subject.digest, query);
    expect(found.map(({ digest }) => digest)).toEqual([sha('sha256', wanted)]);
    const answer = await client.call('GET', `/v2/${repository}/referrers/${subject.digest}${query}`);
    expect(answer.headers['oci-filters-applied']).toBe('artifactType');
    expect((await referrersOf(client, repository, subject.digest, '?artifactType=application/none')).length).toBe(0);
  });

  test('referrers of one repository are not those of another', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    await pushReferrer(client, repository, subject, { artifactType: 'application/x' });
    expect(await referrersOf(client, freshRepository(), subject.digest)).toEqual([]);
  });

  test('a referrer that was deleted is not listed', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    const referrer = await pushReferrer(client, repository, subject, { artifactType: 'application/x' });
    expect((await client.call('DELETE', `/v2/${repository}/manifests/${sha('sha256', referrer)}`)).status).toBe(202);
    expect(await referrersOf(client, repository, subject.digest)).toEqual([]);
  });

  test('an artifact with an empty config is a referrer by its own type', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    const nothing = describe('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
    await pushBlob(client, repository, Buffer.from('{}'));
    const manifest = manifestOf(nothing, [nothing], { subject, artifactType: 'application/vnd.example.signature' });
    await putManifest(client, repository, sha('sha256', manifest), manifest);
    const found = await referrersOf(client, repository, subject.digest);
    expect(found.map(({ artifactType }) => artifactType)).toEqual(['application/vnd.example.signature']);
  });
}
