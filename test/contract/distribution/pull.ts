/** "Determining Support", "Pulling manifests", "Pulling blobs", "Checking if content exists in the registry". */
import { expect } from 'vitest';
import { sha } from './client.ts';
import {
  freshContent,
  freshRepository,
  imageWithBlobs,
  manifestType,
  nowhere,
  pushBlob,
  pushImage,
  putManifest,
} from './content.ts';
import type { Suite } from './suite.ts';

export function pull({ test }: Suite): void {
  test('GET /v2/ answers 200', async (client) => {
    const answer = await client.call('GET', '/v2/');
    expect(answer.status).toBe(200);
    expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
  });

  test('a blob is served whole with its digest and length', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(70_000)];
    const digest = await pushBlob(client, repository, content);
    const answer = await client.call('GET', `/v2/${repository}/blobs/${digest}`);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(content)).toBe(true);
    expect(answer.headers['docker-content-digest']).toBe(digest);
    expect(answer.headers['content-length']).toBe('70000');
  });

  test('HEAD of a blob has digest and length and no body', async (client) => {
    const repository = freshRepository();
    const digest = await pushBlob(client, repository, freshContent(100));
    const answer = await client.call('HEAD', `/v2/${repository}/blobs/${digest}`);
    expect([answer.status, answer.body.byteLength]).toEqual([200, 0]);
    expect(answer.headers['docker-content-digest']).toBe(digest);
    expect(answer.headers['content-length']).toBe('100');
  });

  test('a blob that is not there is 404 BLOB_UNKNOWN', async (client) => {
    const repository = freshRepository();
    await pushBlob(client, repository, freshContent());
    const answer = await client.call('GET', `/v2/${repository}/blobs/${nowhere}`);
    expect([answer.status, answer.codes()]).toEqual([404, ['BLOB_UNKNOWN']]);
    expect((await client.call('HEAD', `/v2/${repository}/blobs/${nowhere}`)).status).toBe(404);
  });

  test('a blob of one repository is not in another', async (client) => {
    const digest = await pushBlob(client, freshRepository(), freshContent());
    expect((await client.call('HEAD', `/v2/${freshRepository()}/blobs/${digest}`)).status).toBe(404);
  });

  test('an empty blob can be pushed and pulled', async (client) => {
    const repository = freshRepository();
    const digest = await pushBlob(client, repository, Buffer.alloc(0));
    const answer = await client.call('GET', `/v2/${repository}/blobs/${digest}`);
    expect([answer.status, answer.body.byteLength, answer.headers['content-length']]).toEqual([200, 0, '0']);
  });

  const ranges: readonly (readonly [header: string, start: number, end: number])[] = [
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=990-', 990, 1000],
    ['bytes=990-5000', 990, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=-5000', 0, 1000],
  ];
  for (const [range, start, end] of ranges) {
    test(`GET of a blob with Range ${range} answers 206`, async (client) => {
      const [repository, content] = [freshRepository(), freshContent(1000)];
      const digest = await pushBlob(client, repository, content);
      const answer = await client.call('GET', `/v2/${repository}/blobs/${digest}`, { headers: { range } });
      expect(answer.status).toBe(206);
      expect(answer.headers['content-range']).toBe(`bytes ${start}-${end - 1}/1000`);
      expect(answer.headers['content-length']).toBe(String(end - start));
      expect(answer.body.equals(content.subarray(start, end))).toBe(true);
    });
  }

  for (const range of ['bytes=1000-', 'bytes=-0']) {
    test(`GET of a blob with Range ${range} beyond its end answers 416`, async (client) => {
      const repository = freshRepository();
      const digest = await pushBlob(client, repository, freshContent(1000));
      const answer = await client.call('GET', `/v2/${repository}/blobs/${digest}`, { headers: { range } });
      expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */1000']);
    });
  }

  for (const range of ['bytes=9-3', 'bytes=a-b', 'lines=1-2', 'bytes=-']) {
    test(`GET of a blob ignores the invalid Range ${range}`, async (client) => {
      const repository = freshRepository();
      const digest = await pushBlob(client, repository, freshContent(1000));
      const answer = await client.call('GET', `/v2/${repository}/blobs/${digest}`, { headers: { range } });
      expect([answer.status, answer.body.byteLength]).toEqual([200, 1000]);
    });
  }

  test('a manifest is served by tag and by digest as it was pushed', async (client) => {
    const repository = freshRepository();
    const manifest = await pushImage(client, repository, 'v1');
    for (const reference of ['v1', sha('sha256', manifest)]) {
      const answer = await client.call('GET', `/v2/${repository}/manifests/${reference}`, {
        headers: { accept: manifestType },
      });
      expect(answer.status).toBe(200);
      expect(answer.body.equals(manifest)).toBe(true);
      expect(answer.headers['content-type']).toBe(manifestType);
      expect(answer.headers['docker-content-digest']).toBe(sha('sha256', manifest));
    }
  });

  test('HEAD of a manifest has type, digest and length and no body', async (client) => {
    const repository = freshRepository();
    const manifest = await pushImage(client, repository, 'v1');
    for (const reference of ['v1', sha('sha256', manifest)]) {
      const answer = await client.call('HEAD', `/v2/${repository}/manifests/${reference}`, {
        headers: { accept: manifestType },
      });
      expect([answer.status, answer.body.byteLength]).toEqual([200, 0]);
      expect(answer.headers['content-type']).toBe(manifestType);
      expect(answer.headers['content-length']).toBe(String(manifest.byteLength));
      expect(answer.headers['docker-content-digest']).toBe(sha('sha256', manifest));
    }
  });

  test('a manifest that is not there is 404 MANIFEST_UNKNOWN', async (client) => {
    const repository = freshRepository();
    await pushImage(client, repository, 'v1');
    for (const reference of ['v2', nowhere]) {
      const answer = await client.call('GET', `/v2/${repository}/manifests/${reference}`);
      expect([answer.status, answer.codes()]).toEqual([404, ['MANIFEST_UNKNOWN']]);
      expect((await client.call('HEAD', `/v2/${repository}/manifests/${reference}`)).status).toBe(404);
    }
  });

  test('a repository that is not there is 404', async (client) => {
    const repository = freshRepository();
    expect((await client.call('GET', `/v2/${repository}/manifests/v1`)).status).toBe(404);
    expect((await client.call('GET', `/v2/${repository}/blobs/${nowhere}`)).status).toBe(404);
  });

  test('the digest in a path may be percent-encoded', async (client) => {
    const repository = freshRepository();
    const manifest = await imageWithBlobs(client, repository);
    const digest = await putManifest(client, repository, 'v1', manifest);
    const answer = await client.call('GET', `/v2/${repository}/manifests/${encodeURIComponent(digest)}`, {
      headers: { accept: manifestType },
    });
    expect(answer.status).toBe(200);
  });
}
