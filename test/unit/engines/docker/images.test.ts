import { afterEach, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ImageId } from '../../../../src/core/names.ts';
import type { ImageEngine } from '../../../../src/core/plugins.ts';
import type { RegistryClient } from '../../../../src/core/ports.ts';
import { createDockerEngine } from '../../../../src/engines/docker/index.ts';
import { digestOf } from '../../../../src/image/digest.ts';
import { mediaTypes } from '../../../../src/image/oci.ts';
import { fakeEngine, type Routes, someDigest, type TestContext, testContext, toolErrorOf } from './support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(
  routes: Routes,
  registry?: Partial<RegistryClient>,
): Promise<{ docker: ImageEngine; context: TestContext }> {
  const engine = await fakeEngine(routes);
  const context = testContext({
    env: { DOCKER_HOST: `unix://${engine.socket}` },
    ...(registry === undefined ? {} : { registry }),
  });
  const docker = await createDockerEngine({}, context);
  cleanups.push(context.remove, engine.close, () => docker.close());
  return { docker, context };
}

const id = someDigest as string as ImageId;
const config = {
  Env: ['A=b'],
  Entrypoint: null,
  OnBuild: ['RUN x'],
  ExposedPorts: { '80/tcp': {}, '53/udp': {} },
  WorkingDir: '/w',
};
const local: Routes = {
  'GET /images/app:v1/json': () => ({
    status: 200,
    json: { Id: id, Os: 'linux', Architecture: 'amd64', Config: config },
  }),
  [`GET /images/${id}/json`]: () => ({ status: 200, json: { Id: id } }),
};

/** A registry with one image, for arm64, behind an index. */
function registryWithIndex(): Partial<RegistryClient> {
  const document = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      config: { User: 'nobody' },
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: mediaTypes.ociConfig, digest: digestOf(document), size: document.length },
      layers: [],
    }),
  );
  const entry = {
    mediaType: mediaTypes.ociManifest,
    digest: digestOf(manifest),
    size: manifest.length,
    platform: { os: 'linux', architecture: 'arm64' },
  };
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return {
    manifest: async ({ digest }) =>
      digest === undefined
        ? { descriptor: { mediaType: mediaTypes.ociIndex, digest: digestOf(index), size: index.length }, bytes: index }
        : { descriptor: entry, bytes: manifest },
    async *blob(_, digest) {
      if (digest !== digestOf(document)) throw new ToolError('REGISTRY_NOT_FOUND', 'no such blob');
      yield document;
    },
  };
}

test('images are found by name and by id', async () => {
  const { docker, context } = await setUp(local);
  expect(await docker.find('app:v1', context)).toBe(id);
  expect(await docker.find('app:v2', context)).toBeUndefined();
  expect(await docker.holds({ at: 'daemon', id }, context)).toBe(true);
  expect(await docker.holds({ at: 'daemon', id: 'sha256:0' as ImageId }, context)).toBe(false);
  expect(await docker.holds({ at: 'registry', digest: someDigest }, context)).toBe(false);
});

test('a configuration comes from the engine where it has the image', async () => {
  const { docker, context } = await setUp(local);
  expect(await docker.imageConfig('app:v1', undefined, context)).toEqual({
    id,
    env: ['A=b'],
    entrypoint: [],
    cmd: [],
    workingDir: '/w',
    user: '',
    onBuild: ['RUN x'],
    labels: {},
    exposedPorts: ['53/udp', '80/tcp'],
    volumes: [],
    stopSignal: '',
    shell: [],
  });
});

test('it comes from the registry when the engine has the image for another platform', async () => {
  const { docker, context } = await setUp(local, registryWithIndex());
  expect((await docker.imageConfig('app:v1', { os: 'linux', architecture: 'arm64' }, context)).user).toBe('nobody');
});

test('an index without the platform is an error that names the image', async () => {
  const { docker, context } = await setUp({}, registryWithIndex());
  const error = await toolErrorOf(docker.imageConfig('r.example/x:1', undefined, context));
  expect(error.code).toBe('REGISTRY_NOT_FOUND');
  expect(error.message).toContain('retrieving image "r.example/x:1"');
});

test('an engine that fails is not an image that is missing', async () => {
  const { docker, context } = await setUp({
    'GET /images/app:v1/json': () => ({ status: 500, json: { message: 'broken' } }),
  });
  expect((await toolErrorOf(docker.find('app:v1', context))).code).toBe('BUILD_DOCKER_SYSTEM_ERR');
});
