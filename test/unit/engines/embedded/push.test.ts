import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ImageId } from '../../../../src/core/names.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { type Built, type Harness, harness } from './harness.ts';

const dockerfile = 'FROM scratch\nCOPY a /a\nCOPY b /b\n';
const files = { Dockerfile: dockerfile, a: 'a'.repeat(5000), b: 'b' };

const push = (h: Harness, { outcome }: Built, name = 'registry.test/app:v1') =>
  h.engine.push(outcome, parseReference(name), h.ctx);
const uploads = (h: Harness): number => h.registry.calls.filter((call) => call.startsWith('pushBlob')).length;

async function blobsOf(
  h: Harness,
  built: Built,
): Promise<{ config: { digest: string; size: number }; layers: { digest: string; size: number }[]; length: number }> {
  const bytes = Buffer.from((await h.store.blobs.read(built.outcome.digest)) ?? []);
  return { ...(JSON.parse(bytes.toString()) as { config: never; layers: never }), length: bytes.length };
}

describe('push', () => {
  test('makes the tag serve the digest that the build told, and counts what was sent', async () => {
    const h = harness(files);
    const built = await h.build();
    const { config, layers, length } = await blobsOf(h, built);
    const expected = config.size + length + layers.reduce((sum, { size }) => sum + size, 0);
    expect(await push(h, built)).toMatchObject({ digest: built.outcome.digest, bytes: expected });
    expect(h.registry.manifests.get('registry.test/app v1')?.descriptor.digest).toBe(built.outcome.digest);
  });

  test('says what became of every layer, as Docker does', async () => {
    const h = harness(files);
    const built = await h.build();
    const { layers, length } = await blobsOf(h, built);
    const short = layers.map(({ digest }) => digest.slice(7, 19));
    const printed = h.output().length;
    await push(h, built);
    expect(h.output().slice(printed).trimEnd().split('\n').sort()).toEqual(
      [
        'The push refers to repository [registry.test/app]',
        ...short.map((name) => `${name}: Pushed`),
        `v1: digest: ${built.outcome.digest} size: ${length}`,
      ].sort(),
    );
  });

  test('again costs one request', async () => {
    const h = harness(files);
    const built = await h.build();
    await push(h, built);
    h.registry.calls.length = 0;
    expect(await push(h, built)).toMatchObject({ digest: built.outcome.digest, bytes: 0 });
    expect(h.registry.calls).toEqual(['resolve registry.test/app v1']);
  });

  test('under another tag sends the manifest only', async () => {
    const h = harness(files);
    const built = await h.build();
    await push(h, built);
    const { length } = await blobsOf(h, built);
    expect(await push(h, built, 'registry.test/app:v2')).toMatchObject({ digest: built.outcome.digest, bytes: length });
  });

  test('to another repository of the registry mounts the layers; the config is small', async () => {
    const h = harness(files);
    const built = await h.build();
    await push(h, built);
    const { length, config } = await blobsOf(h, built);
    expect((await push(h, built, 'registry.test/other:v1')).bytes).toBe(length + config.size);
    expect(h.registry.manifests.get('registry.test/other v1')?.descriptor.digest).toBe(built.outcome.digest);
  });

  test('passes base layers that were never downloaded from registry to registry, or mounts them', async () => {
    const base = harness({ Dockerfile: 'FROM scratch\nCOPY a /base\n', a: 'base' });
    await push(base, await base.build(), 'base.test/img:v1');
    const h = harness({ Dockerfile: 'FROM base.test/img:v1\nLABEL a=1\n' }, { registry: base.registry });
    const outcome = await h.engine.build(await h.request(), h.ctx);
    if (outcome.at !== 'store') throw new Error('not in the store');
    const [layer] = (await blobsOf(h, { outcome } as Built)).layers;
    const downloads = (): readonly string[] =>
      h.registry.calls.filter((call) => call.startsWith('blob ') && call.endsWith(layer?.digest ?? '-'));
    await h.engine.push(outcome, parseReference('base.test/app:v1'), h.ctx);
    expect(downloads()).toEqual([]);
    await h.engine.push(outcome, parseReference('registry.test/app:v1'), h.ctx);
    expect(downloads().length).toBe(1);
    expect(await h.store.blobs.has(layer?.digest as never)).toBe(false);
  });

  test('a manifest that says that it is Docker’s is sent as that', async () => {
    const h = harness(files);
    const built = await h.build();
    const bytes = Buffer.from((await h.store.blobs.read(built.outcome.digest)) ?? []);
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const digest = await h.store.blobs.put(Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString()), mediaType })));
    await h.engine.push({ ...built.outcome, digest }, parseReference('registry.test/app:v1'), h.ctx);
    expect(h.registry.manifests.get('registry.test/app v1')?.descriptor).toMatchObject({ mediaType, digest });
  });

  test('a layer used twice is sent once', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY --link a /a\nCOPY --link a /a\n', a: 'a' });
    const built = await h.build();
    await push(h, built);
    expect(uploads(h)).toBe(2);
  });

  test('a layer damaged on disk is never sent: it is dropped, and the next build makes it again', async () => {
    const h = harness(files);
    const built = await h.build();
    const { layers } = await blobsOf(h, built);
    const [layer] = layers;
    writeFileSync(
      join(h.storeDirectory, 'blobs', 'sha256', layer?.digest.slice(7) ?? ''),
      Buffer.alloc(layer?.size ?? 0, 1),
    );
    await expect(push(h, built)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    expect(h.registry.manifests.size).toBe(0);
    const again = await h.build();
    expect(again.outcome).toEqual(built.outcome);
    expect((await push(h, again)).digest).toBe(built.outcome.digest);
  });

  test('what is already in a registry needs no push; what another engine built cannot be pushed', async () => {
    const h = harness(files);
    const { outcome } = await h.build();
    const reference = parseReference('registry.test/app:v1');
    expect(await h.engine.push({ at: 'registry', digest: outcome.digest }, reference, h.ctx)).toEqual({
      digest: outcome.digest,
      bytes: 0,
    });
    await expect(h.engine.push({ at: 'daemon', id: outcome.id }, reference, h.ctx)).rejects.toMatchObject({
      code: 'BUILD_USER_ERROR',
    });
  });
});

describe('images of the store', () => {
  test('are found by every spelling of their names, and by their id', async () => {
    const h = harness(files);
    const { outcome } = await h.build({ tag: 'app:v1' });
    for (const name of ['app:v1', 'docker.io/library/app:v1', 'index.docker.io/library/app:v1', outcome.id]) {
      expect(await h.engine.find(name, h.ctx)).toBe(outcome.id);
    }
    for (const name of ['app', 'app:v2', 'other.test/app:v1', `sha256:${'0'.repeat(64)}`]) {
      expect(await h.engine.find(name, h.ctx)).toBeUndefined();
    }
  });

  test('get more names', async () => {
    const h = harness(files);
    const { outcome } = await h.build();
    await h.engine.tag(outcome, parseReference('other.test/x:latest'), h.ctx);
    expect(await h.engine.find('other.test/x', h.ctx)).toBe(outcome.id);
  });

  test('are held as long as all their parts are', async () => {
    const h = harness(files);
    const built = await h.build();
    const { layers, config } = await blobsOf(h, built);
    expect(await h.engine.holds(built.outcome, h.ctx)).toBe(true);
    expect(await h.engine.holds({ at: 'daemon', id: built.outcome.id }, h.ctx)).toBe(false);
    expect(await h.engine.holds({ ...built.outcome, digest: `sha256:${'0'.repeat(64)}` }, h.ctx)).toBe(false);
    for (const digest of [layers[1]?.digest, config.digest, built.outcome.digest]) {
      rmSync(join(h.storeDirectory, 'blobs', 'sha256', digest?.slice(7) ?? ''));
      expect(await h.engine.holds(built.outcome, h.ctx)).toBe(false);
      await h.build();
      expect(await h.engine.holds(built.outcome, h.ctx)).toBe(true);
    }
  });

  test('tell their configuration, as images of registries do', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nENV A=1\nONBUILD COPY x /x\nUSER me\nEXPOSE 80\n' });
    const built = await h.build();
    const expected = {
      id: built.outcome.id,
      env: expect.arrayContaining(['A=1']),
      onBuild: ['COPY x /x'],
      user: 'me',
      exposedPorts: ['80/tcp'],
    };
    expect(await h.engine.imageConfig('registry.test/app:v1', undefined, h.ctx)).toMatchObject(expected);
    await push(h, built, 'base.test/img:v1');
    const other = harness({ Dockerfile: 'FROM scratch\n' }, { registry: h.registry });
    expect(
      await other.engine.imageConfig('base.test/img:v1', { os: 'linux', architecture: 'amd64' }, other.ctx),
    ).toMatchObject({
      ...expected,
      id: built.outcome.id as ImageId,
    });
  });

  test('closing the engine is fine at any time', async () => {
    const h = harness(files);
    await h.engine.close();
    await h.build();
    await h.engine.close();
  });
});
