/** "Pushing blobs": monolithically, in chunks, cancelled, mounted. */
import { expect } from 'vitest';
import { type Client, sha } from './client.ts';
import { freshContent, freshRepository, nowhere, pushBlob, startUpload, withQuery } from './content.ts';
import type { Suite } from './suite.ts';

const binary = { 'content-type': 'application/octet-stream' };

async function isServed(
  client: Client,
  repository: string,
  content: Uint8Array,
  algorithm: 'sha256' | 'sha512' = 'sha256',
): Promise<boolean> {
  const answer = await client.call('GET', `/v2/${repository}/blobs/${sha(algorithm, content)}`);
  return answer.status === 200 && answer.body.equals(content);
}

async function patch(client: Client, location: string, content: Buffer, start: number, end: number) {
  const headers = { ...binary, 'content-range': `${start}-${end - 1}` };
  return client.call('PATCH', location, { headers, body: content.subarray(start, end) });
}

export function pushBlobs({ test }: Suite): void {
  test('POST begins an upload with a location', async (client) => {
    const location = await startUpload(client, freshRepository());
    expect(new URL(location, client.base).pathname).toMatch(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    );
  });

  test('POST then PUT stores a blob and says where it is', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(200_000)];
    const digest = sha('sha256', content);
    const target = withQuery(client, await startUpload(client, repository), { digest });
    const put = await client.call('PUT', target, { headers: binary, body: content });
    expect(put.status).toBe(201);
    const found = await client.call('GET', put.headers['location'] ?? '');
    expect([found.status, found.body.equals(content)]).toEqual([200, true]);
  });

  test('a PUT with chunked transfer encoding stores a blob', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(200_000)];
    const target = withQuery(client, await startUpload(client, repository), { digest: sha('sha256', content) });
    expect((await client.call('PUT', target, { headers: binary, body: content, parts: 7 })).status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('PUT of other content than its digest is 400 DIGEST_INVALID and stores nothing', async (client) => {
    const [repository, content] = [freshRepository(), freshContent()];
    const target = withQuery(client, await startUpload(client, repository), { digest: sha('sha256', content) });
    const put = await client.call('PUT', target, { headers: binary, body: freshContent() });
    expect([put.status, put.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    expect(await isServed(client, repository, content)).toBe(false);
  });

  test('PUT without a digest is 400 DIGEST_INVALID', async (client) => {
    const location = await startUpload(client, freshRepository());
    const put = await client.call('PUT', location, { headers: binary, body: freshContent() });
    expect([put.status, put.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });

  for (const digest of ['sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'nonsense']) {
    test(`PUT with the digest ${digest} is 400 DIGEST_INVALID`, async (client) => {
      const target = withQuery(client, await startUpload(client, freshRepository()), { digest });
      const put = await client.call('PUT', target, { headers: binary, body: freshContent() });
      expect([put.status, put.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    });
  }

  test('a single POST with a digest stores a blob or begins an upload', async (client) => {
    const [repository, content] = [freshRepository(), freshContent()];
    const target = withQuery(client, `/v2/${repository}/blobs/uploads/`, { digest: sha('sha256', content) });
    const post = await client.call('POST', target, { headers: binary, body: content });
    expect([201, 202]).toContain(post.status);
    expect(post.headers['location']).toBeTruthy();
  });

  test('a single POST with a digest stores a blob', async (client) => {
    const [repository, content] = [freshRepository(), freshContent()];
    const target = withQuery(client, `/v2/${repository}/blobs/uploads/`, { digest: sha('sha256', content) });
    expect((await client.call('POST', target, { headers: binary, body: content })).status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('a single POST of other content than its digest is 400 DIGEST_INVALID', async (client) => {
    const [repository, content] = [freshRepository(), freshContent()];
    const target = withQuery(client, `/v2/${repository}/blobs/uploads/`, { digest: sha('sha256', content) });
    const post = await client.call('POST', target, { headers: binary, body: freshContent() });
    expect([post.status, post.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    expect(await isServed(client, repository, content)).toBe(false);
  });

  test('a blob with a sha512 digest', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(5000)];
    const digest = sha('sha512', content);
    const target = withQuery(client, await startUpload(client, repository, '?digest-algorithm=sha512'), { digest });
    const put = await client.call('PUT', target, { headers: binary, body: content });
    expect(put.status).toBe(201);
    expect(await isServed(client, repository, content, 'sha512')).toBe(true);
  });

  test('a sha512 digest that the client announces only at the end', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(5000)];
    const location = await startUpload(client, repository);
    const next = (await patch(client, location, content, 0, 5000)).headers['location'] ?? '';
    const put = await client.call('PUT', withQuery(client, next, { digest: sha('sha512', content) }));
    expect(put.status).toBe(201);
    expect(await isServed(client, repository, content, 'sha512')).toBe(true);
  });

  test('an upload with an unknown digest algorithm is 400', async (client) => {
    const answer = await client.call('POST', `/v2/${freshRepository()}/blobs/uploads/?digest-algorithm=md5`);
    expect([answer.status, answer.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });

  test('chunks are acknowledged with location and range, and a PUT without body ends them', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(3000)];
    let location = await startUpload(client, repository);
    for (const [start, end] of [
      [0, 1000],
      [1000, 2500],
      [2500, 3000],
    ] as const) {
      const answer = await patch(client, location, content, start, end);
      expect([answer.status, answer.headers['range']]).toEqual([202, `0-${end - 1}`]);
      location = answer.headers['location'] ?? '';
    }
    const put = await client.call('PUT', withQuery(client, location, { digest: sha('sha256', content) }));
    expect(put.status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('the last chunk may come with the PUT', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(3000)];
    const first = await patch(client, await startUpload(client, repository), content, 0, 2000);
    const target = withQuery(client, first.headers['location'] ?? '', { digest: sha('sha256', content) });
    const headers = { ...binary, 'content-range': '2000-2999' };
    expect((await client.call('PUT', target, { headers, body: content.subarray(2000) })).status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('a PATCH without Content-Range streams a whole blob', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(300_000)];
    const answer = await client.call('PATCH', await startUpload(client, repository), {
      headers: binary,
      body: content,
      parts: 5,
    });
    expect([answer.status, answer.headers['range']]).toEqual([202, '0-299999']);
    const target = withQuery(client, answer.headers['location'] ?? '', { digest: sha('sha256', content) });
    expect((await client.call('PUT', target)).status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('a chunk out of order is 416, and GET says where to go on', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(3000)];
    const first = await patch(client, await startUpload(client, repository), content, 0, 1000);
    const location = first.headers['location'] ?? '';
    expect((await patch(client, location, content, 2000, 3000)).status).toBe(416);
    expect((await patch(client, location, content, 0, 1000)).status).toBe(416);
    const status = await client.call('GET', location);
    expect([status.status, status.headers['range']]).toEqual([204, '0-999']);
    const rest = await patch(client, status.headers['location'] ?? '', content, 1000, 3000);
    const put = await client.call(
      'PUT',
      withQuery(client, rest.headers['location'] ?? '', { digest: sha('sha256', content) }),
    );
    expect(put.status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('a first chunk that does not begin at 0 is 416', async (client) => {
    const content = freshContent(3000);
    expect((await patch(client, await startUpload(client, freshRepository()), content, 1000, 2000)).status).toBe(416);
  });

  test('a last chunk out of order in the PUT is 416', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(3000)];
    const first = await patch(client, await startUpload(client, repository), content, 0, 1000);
    const target = withQuery(client, first.headers['location'] ?? '', { digest: sha('sha256', content) });
    const headers = { ...binary, 'content-range': '2000-2999' };
    expect((await client.call('PUT', target, { headers, body: content.subarray(2000) })).status).toBe(416);
    expect(await isServed(client, repository, content)).toBe(false);
  });

  test('a chunk whose Content-Range and length differ is refused and changes nothing', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(3000)];
    const first = await patch(client, await startUpload(client, repository), content, 0, 1000);
    const location = first.headers['location'] ?? '';
    const headers = { ...binary, 'content-range': '1000-1999' };
    for (const parts of [undefined, 2]) {
      const body = content.subarray(1000, 1500);
      const answer = await client.call('PATCH', location, { headers, body, ...(parts === undefined ? {} : { parts }) });
      expect([400, 416]).toContain(answer.status);
    }
    expect((await client.call('GET', location)).headers['range']).toBe('0-999');
    const target = withQuery(client, location, { digest: sha('sha256', content) });
    expect((await client.call('PUT', target, { headers: binary, body: content.subarray(1000) })).status).toBe(201);
    expect(await isServed(client, repository, content)).toBe(true);
  });

  test('a cancelled upload is gone', async (client) => {
    const location = await startUpload(client, freshRepository());
    expect((await client.call('DELETE', location)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await client.call(method, location, method === 'PATCH' ? { headers: binary, body: 'x' } : {});
      expect([answer.status, answer.codes()]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
    }
  });

  test('a finished upload is gone', async (client) => {
    const [repository, content] = [freshRepository(), freshContent()];
    const location = await startUpload(client, repository);
    await client.call('PUT', withQuery(client, location, { digest: sha('sha256', content) }), {
      headers: binary,
      body: content,
    });
    const answer = await client.call('PATCH', location, { headers: binary, body: 'x' });
    expect([answer.status, answer.codes()]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
  });

  test('an upload belongs to one repository', async (client) => {
    const repository = freshRepository();
    const location = (await startUpload(client, repository)).replace(repository, freshRepository());
    expect((await client.call('PATCH', location, { headers: binary, body: 'x' })).status).toBe(404);
  });

  test('a blob is mounted from another repository', async (client) => {
    const [from, to, content] = [freshRepository(), freshRepository(), freshContent()];
    const digest = await pushBlob(client, from, content);
    const answer = await client.call('POST', withQuery(client, `/v2/${to}/blobs/uploads/`, { mount: digest, from }));
    expect(answer.status).toBe(201);
    const found = await client.call('GET', answer.headers['location'] ?? '');
    expect(found.body.equals(content)).toBe(true);
    expect(await isServed(client, to, content)).toBe(true);
  });

  test('a mount of what is not there begins an upload', async (client) => {
    const [from, to, content] = [freshRepository(), freshRepository(), freshContent()];
    await pushBlob(client, from, freshContent());
    const digest = sha('sha256', content);
    const answer = await client.call('POST', withQuery(client, `/v2/${to}/blobs/uploads/`, { mount: digest, from }));
    expect(answer.status).toBe(202);
    const target = withQuery(client, answer.headers['location'] ?? '', { digest });
    expect((await client.call('PUT', target, { headers: binary, body: content })).status).toBe(201);
  });

  test('a mount without a source is done or begins an upload', async (client) => {
    const to = freshRepository();
    const digest = await pushBlob(client, freshRepository(), freshContent());
    const answer = await client.call('POST', `/v2/${to}/blobs/uploads/?mount=${digest}`);
    expect([201, 202]).toContain(answer.status);
    const served = await client.call('HEAD', `/v2/${to}/blobs/${digest}`);
    expect(served.status).toBe(answer.status === 201 ? 200 : 404);
    expect((await client.call('POST', `/v2/${to}/blobs/uploads/?mount=${nowhere}`)).status).toBe(202);
  });

  test('the same blob may be pushed twice, also at once', async (client) => {
    const [repository, content] = [freshRepository(), freshContent(100_000)];
    const digests = await Promise.all([1, 2, 3].map(() => pushBlob(client, repository, content)));
    expect(new Set(digests).size).toBe(1);
    expect(await isServed(client, repository, content)).toBe(true);
  });
}
