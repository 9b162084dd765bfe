/** "Pushing Manifests" and "Pushing Manifests with Subject". */
import { expect } from 'vitest';
import { sha } from './client.ts';
import {
  configType,
  describe,
  dockerManifestType,
  freshContent,
  freshRepository,
  imageWithBlobs,
  indexOf,
  indexType,
  layerType,
  manifestOf,
  manifestType,
  nowhere,
  pushBlob,
  pushImage,
  putManifest,
} from './content.ts';
import type { Suite } from './suite.ts';

export function pushManifests({ test }: Suite): void {
  test('PUT by tag answers 201 with location and digest', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository);
    const put = await client.call('PUT', `/v2/${repository}/manifests/v1`, {
      body,
      headers: { 'content-type': manifestType },
    });
    expect([put.status, put.headers['docker-content-digest']]).toEqual([201, sha('sha256', body)]);
    const found = await client.call('GET', put.headers['location'] ?? '', { headers: { accept: manifestType } });
    expect(found.body.equals(body)).toBe(true);
  });

  test('PUT by digest stores a manifest without a tag', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository);
    await putManifest(client, repository, sha('sha256', body), body);
    const found = await client.call('GET', `/v2/${repository}/manifests/${sha('sha256', body)}`, {
      headers: { accept: manifestType },
    });
    expect(found.status).toBe(200);
  });

  test('PUT under a digest that is not its own is 400 DIGEST_INVALID', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository);
    const put = await client.call('PUT', `/v2/${repository}/manifests/${nowhere}`, {
      body,
      headers: { 'content-type': manifestType },
    });
    expect([put.status, put.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });

  test('PUT by sha512 digest', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository);
    const digest = sha('sha512', body);
    await putManifest(client, repository, digest, body);
    const found = await client.call('GET', `/v2/${repository}/manifests/${digest}`);
    expect([found.status, found.headers['docker-content-digest'], found.body.equals(body)]).toEqual([
      200,
      digest,
      true,
    ]);
  });

  test('a tag moves to the manifest pushed last', async (client) => {
    const repository = freshRepository();
    const first = await pushImage(client, repository, 'latest');
    const second = await pushImage(client, repository, 'latest');
    const found = await client.call('GET', `/v2/${repository}/manifests/latest`, { headers: { accept: manifestType } });
    expect(found.body.equals(second)).toBe(true);
    const old = await client.call('GET', `/v2/${repository}/manifests/${sha('sha256', first)}`, {
      headers: { accept: manifestType },
    });
    expect(old.status).toBe(200);
  });

  test('a manifest is kept byte for byte', async (client) => {
    const repository = freshRepository();
    const text = (await imageWithBlobs(client, repository)).toString();
    const odd = Buffer.from(`${text.replace('{', '{\n\t "unknown" : [ 1.0, "\\u00e9" ] ,')}\n\n`);
    await putManifest(client, repository, 'odd', odd);
    const found = await client.call('GET', `/v2/${repository}/manifests/odd`, { headers: { accept: manifestType } });
    expect(found.body.equals(odd)).toBe(true);
  });

  test('a Docker manifest keeps its type', async (client) => {
    const repository = freshRepository();
    const [config, layer] = [freshContent(), freshContent()];
    await pushBlob(client, repository, config);
    await pushBlob(client, repository, layer);
    const layers = [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)];
    const body = manifestOf(describe('application/vnd.docker.container.image.v1+json', config), layers, {
      mediaType: dockerManifestType,
    });
    await putManifest(client, repository, 'docker', body, dockerManifestType);
    const found = await client.call('GET', `/v2/${repository}/manifests/docker`, {
      headers: { accept: dockerManifestType },
    });
    expect(found.headers['content-type']).toBe(dockerManifestType);
  });

  test('parameters of the Content-Type are ignored', async (client) => {
    const repository = freshRepository();
    await putManifest(
      client,
      repository,
      'v1',
      await imageWithBlobs(client, repository),
      `${manifestType}; charset=utf-8`,
    );
    const found = await client.call('GET', `/v2/${repository}/manifests/v1`, { headers: { accept: manifestType } });
    expect(found.headers['content-type']).toBe(manifestType);
  });

  test('an index of manifests is stored with its type', async (client) => {
    const repository = freshRepository();
    const body = indexOf([describe(manifestType, await pushImage(client, repository, 'amd64'))]);
    await putManifest(client, repository, 'all', body, indexType);
    const found = await client.call('GET', `/v2/${repository}/manifests/all`, { headers: { accept: indexType } });
    expect([found.headers['content-type'], found.body.equals(body)]).toEqual([indexType, true]);
  });

  test('an index of indexes is stored', async (client) => {
    const repository = freshRepository();
    const inner = indexOf([describe(manifestType, await pushImage(client, repository, 'amd64'))]);
    await putManifest(client, repository, sha('sha256', inner), inner, indexType);
    await putManifest(client, repository, 'outer', indexOf([describe(indexType, inner)]), indexType);
  });

  test('a manifest whose blobs are missing is refused with MANIFEST_BLOB_UNKNOWN', async (client) => {
    const repository = freshRepository();
    const body = manifestOf(describe(configType, freshContent()), [describe(layerType, freshContent())]);
    const put = await client.call('PUT', `/v2/${repository}/manifests/v1`, {
      body,
      headers: { 'content-type': manifestType },
    });
    expect([400, 404]).toContain(put.status);
    expect(new Set(put.codes())).toEqual(new Set(['MANIFEST_BLOB_UNKNOWN']));
    expect((await client.call('GET', `/v2/${repository}/manifests/v1`)).status).toBe(404);
  });

  test('an index whose manifests are missing is refused with MANIFEST_BLOB_UNKNOWN', async (client) => {
    const repository = freshRepository();
    const body = indexOf([describe(manifestType, freshContent())]);
    const put = await client.call('PUT', `/v2/${repository}/manifests/v1`, {
      body,
      headers: { 'content-type': indexType },
    });
    expect([400, 404]).toContain(put.status);
    expect(new Set(put.codes())).toEqual(new Set(['MANIFEST_BLOB_UNKNOWN']));
  });

  test('layers that are fetched from elsewhere need not be there', async (client) => {
    const repository = freshRepository();
    const config = freshContent();
    await pushBlob(client, repository, config);
    const away = {
      ...describe('application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', freshContent()),
      urls: ['https://example.com/layer'],
    };
    await putManifest(client, repository, 'v1', manifestOf(describe(configType, config), [away]));
  });

  test('a manifest without layers is stored', async (client) => {
    const repository = freshRepository();
    const config = freshContent();
    await pushBlob(client, repository, config);
    await putManifest(client, repository, 'v1', manifestOf(describe(configType, config), []));
  });

  for (const [what, body] of [
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a layer without digest', '{"schemaVersion":2,"layers":[{"size":1}]}'],
  ] as const) {
    test(`a manifest that is ${what} is 400 MANIFEST_INVALID`, async (client) => {
      const put = await client.call('PUT', `/v2/${freshRepository()}/manifests/v1`, {
        body,
        headers: { 'content-type': manifestType },
      });
      expect([put.status, put.codes()]).toEqual([400, ['MANIFEST_INVALID']]);
    });
  }

  test('a manifest of another type than its Content-Type is 400 MANIFEST_INVALID', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository);
    const put = await client.call('PUT', `/v2/${repository}/manifests/v1`, {
      body,
      headers: { 'content-type': indexType },
    });
    expect([put.status, put.codes()]).toEqual([400, ['MANIFEST_INVALID']]);
  });

  test('a manifest of 4 megabytes is accepted', async (client) => {
    const repository = freshRepository();
    await pushImage(client, repository, 'large', { annotations: { large: 'x'.repeat(4_000_000 - 1000) } });
  });

  test('a manifest that is too long is 413', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository, { annotations: { large: 'x'.repeat(5 * 1024 * 1024) } });
    for (const parts of [undefined, 10]) {
      const options = { body, headers: { 'content-type': manifestType }, ...(parts === undefined ? {} : { parts }) };
      expect((await client.call('PUT', `/v2/${repository}/manifests/v1`, options)).status).toBe(413);
    }
  });

  test('several tags are set with one PUT by digest', async (client) => {
    const repository = freshRepository();
    const body = await imageWithBlobs(client, repository);
    const tags = Array.from({ length: 10 }, (_, at) => `v${at}`);
    const target = `/v2/${repository}/manifests/${sha('sha256', body)}?${tags.map((tag) => `tag=${tag}`).join('&')}`;
    const put = await client.call('PUT', target, { body, headers: { 'content-type': manifestType } });
    expect(put.status).toBe(201);
    expect(put.headers['oci-tag']?.split(', ')).toEqual(tags);
    for (const tag of tags) expect((await client.call('HEAD', `/v2/${repository}/manifests/${tag}`)).status).toBe(200);
  });

  test('a manifest with a subject answers with OCI-Subject, also when the subject is missing', async (client) => {
    const repository = freshRepository();
    const subject = describe(manifestType, await pushImage(client, repository, 'v1'));
    for (const about of [subject, { ...subject, digest: nowhere }]) {
      const body = await imageWithBlobs(client, repository, { subject: about });
      const put = await client.call('PUT', `/v2/${repository}/manifests/${sha('sha256', body)}`, {
        body,
        headers: { 'content-type': manifestType },
      });
      expect([put.status, put.headers['oci-subject']]).toEqual([201, about.digest]);
    }
  });
}
