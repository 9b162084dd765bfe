/** "Content Management", names and methods that are not possible, and the form of errors. */
import { expect } from 'vitest';
import { sha } from './client.ts';
import { freshContent, freshRepository, manifestType, nowhere, pushBlob, pushImage, putManifest } from './content.ts';
import type { Suite } from './suite.ts';

export function deletes({ test }: Suite): void {
  test('a tag is deleted, its manifest stays', async (client) => {
    const repository = freshRepository();
    const manifest = await pushImage(client, repository, 'v1');
    await putManifest(client, repository, 'v2', manifest);
    expect((await client.call('DELETE', `/v2/${repository}/manifests/v1`)).status).toBe(202);
    expect((await client.call('GET', `/v2/${repository}/manifests/v1`)).status).toBe(404);
    expect((await client.call('GET', `/v2/${repository}/manifests/v2`)).status).toBe(200);
    expect((await client.call('GET', `/v2/${repository}/manifests/${sha('sha256', manifest)}`)).status).toBe(200);
    expect((await client.call('GET', `/v2/${repository}/tags/list`)).json()).toEqual({
      name: repository,
      tags: ['v2'],
    });
  });

  test('a manifest is deleted with every tag that points to it', async (client) => {
    const repository = freshRepository();
    const manifest = await pushImage(client, repository, 'v1');
    await putManifest(client, repository, 'v2', manifest);
    await pushImage(client, repository, 'other');
    expect((await client.call('DELETE', `/v2/${repository}/manifests/${sha('sha256', manifest)}`)).status).toBe(202);
    for (const reference of ['v1', 'v2', sha('sha256', manifest)]) {
      expect((await client.call('GET', `/v2/${repository}/manifests/${reference}`)).status).toBe(404);
    }
    expect((await client.call('GET', `/v2/${repository}/tags/list`)).json()).toEqual({
      name: repository,
      tags: ['other'],
    });
  });

  test('deleting a manifest that is not there is 404', async (client) => {
    const repository = freshRepository();
    await pushImage(client, repository, 'v1');
    for (const reference of ['v2', nowhere]) {
      expect((await client.call('DELETE', `/v2/${repository}/manifests/${reference}`)).status).toBe(404);
    }
    expect((await client.call('DELETE', `/v2/${freshRepository()}/manifests/${nowhere}`)).status).toBe(404);
  });

  test('a deleted manifest can be pushed again', async (client) => {
    const repository = freshRepository();
    const manifest = await pushImage(client, repository, 'v1');
    await client.call('DELETE', `/v2/${repository}/manifests/${sha('sha256', manifest)}`);
    await putManifest(client, repository, 'v1', manifest);
    expect(
      (await client.call('GET', `/v2/${repository}/manifests/v1`, { headers: { accept: manifestType } })).status,
    ).toBe(200);
  });

  test('a blob is deleted from one repository only', async (client) => {
    const [one, two, content] = [freshRepository(), freshRepository(), freshContent()];
    const digest = await pushBlob(client, one, content);
    await pushBlob(client, two, content);
    expect((await client.call('DELETE', `/v2/${one}/blobs/${digest}`)).status).toBe(202);
    expect((await client.call('GET', `/v2/${one}/blobs/${digest}`)).status).toBe(404);
    expect((await client.call('GET', `/v2/${two}/blobs/${digest}`)).status).toBe(200);
  });

  test('deleting a blob that is not there is 404 BLOB_UNKNOWN', async (client) => {
    const repository = freshRepository();
    await pushBlob(client, repository, freshContent());
    const answer = await client.call('DELETE', `/v2/${repository}/blobs/${nowhere}`);
    expect([answer.status, answer.codes()]).toEqual([404, ['BLOB_UNKNOWN']]);
  });

  test('a deleted blob can be pushed again', async (client) => {
    const [repository, content] = [freshRepository(), freshContent()];
    const digest = await pushBlob(client, repository, content);
    await client.call('DELETE', `/v2/${repository}/blobs/${digest}`);
    await pushBlob(client, repository, content);
    expect((await client.call('GET', `/v2/${repository}/blobs/${digest}`)).status).toBe(200);
  });
}

export function errors({ test }: Suite): void {
  for (const name of ['Capital', 'a//b', '-a', 'a-', 'a..b', 'a.', '_a', 'a/_b', 'a___b', 'ä', 'x'.repeat(256)]) {
    test(`the name ${name.length > 20 ? 'of 256 characters' : name} is refused`, async (client) => {
      const answer = await client.call('POST', `/v2/${encodeURI(name)}/blobs/uploads/`);
      expect([400, 404]).toContain(answer.status);
    });
  }

  for (const name of ['a', '0', 'a.b', 'a_b', 'a__b', 'a---b', 'a/b/c/d/e', `${'x'.repeat(200)}`]) {
    test(`the name ${name.length > 20 ? 'of 200 characters' : name} is accepted`, async (client) => {
      expect((await client.call('POST', `/v2/${name}/blobs/uploads/`)).status).toBe(202);
    });
  }

  for (const tag of ['-a', '.a', 'a$', 'x'.repeat(129)]) {
    test(`the tag ${tag.length > 20 ? 'of 129 characters' : tag} is refused`, async (client) => {
      const headers = { 'content-type': manifestType };
      const answer = await client.call('PUT', `/v2/${freshRepository()}/manifests/${tag}`, { body: '{}', headers });
      expect([400, 404]).toContain(answer.status);
    });
  }

  test('the longest tag is accepted', async (client) => {
    const [repository, tag] = [freshRepository(), 'Xx'.repeat(64)];
    await pushImage(client, repository, tag);
    expect((await client.call('GET', `/v2/${repository}/tags/list`)).json()).toEqual({ name: repository, tags: [tag] });
  });

  const impossible: readonly (readonly [method: string, path: string])[] = [
    ['POST', '/v2/'],
    ['PUT', '/v2/_catalog'],
    ['POST', '/v2/a/tags/list'],
    ['POST', '/v2/a/manifests/v1'],
    ['PATCH', '/v2/a/manifests/v1'],
    ['PUT', `/v2/a/blobs/${nowhere}`],
    ['GET', '/v2/a/blobs/uploads/'],
    ['DELETE', `/v2/a/referrers/${nowhere}`],
  ];
  for (const [method, path] of impossible) {
    test(`${method} ${path.replace(nowhere, 'DIGEST')} is 405`, async (client) => {
      expect((await client.call(method, path)).status).toBe(405);
    });
  }

  test('an endpoint that does not exist is 404', async (client) => {
    expect((await client.call('GET', '/v2/a/nothing')).status).toBe(404);
    expect((await client.call('GET', '/v1/')).status).toBe(404);
  });

  test('errors are JSON with code and message', async (client) => {
    const answer = await client.call('GET', `/v2/${freshRepository()}/blobs/${nowhere}`);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const { errors } = answer.json<{ errors: { code: string; message: string }[] }>();
    expect(errors.map(({ code, message }) => [/^[A-Z_]+$/.test(code), typeof message])).toEqual([[true, 'string']]);
  });
}
