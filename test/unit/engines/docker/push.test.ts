import { afterEach, describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ImageId } from '../../../../src/core/names.ts';
import type { ImageEngine } from '../../../../src/core/plugins.ts';
import type { RegistryClient } from '../../../../src/core/ports.ts';
import { createDockerEngine } from '../../../../src/engines/docker/index.ts';
import { mediaTypes } from '../../../../src/image/oci.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import {
  type Answer,
  type ContextOptions,
  fakeEngine,
  messages,
  outputOf,
  type Routes,
  someDigest,
  testContext,
  toolErrorOf,
  warningsOf,
} from './support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const id = `sha256:${'f'.repeat(64)}` as ImageId;
const reference = parseReference('r.example:5000/team/app:v1');
const layers = ['aa', 'bb'].map((pair) => `sha256:${pair.repeat(32)}`);
const diffIds = ['cc', 'dd'].map((pair) => `sha256:${pair.repeat(32)}`);
const shortId = (layer: string | undefined): string => (layer ?? '').slice('sha256:'.length, 19);

const pushPath = 'POST /images/r.example:5000/team/app/push';
const aux = { progressDetail: {}, aux: { Tag: 'v1', Digest: someDigest, Size: 7 } };

function routes(push: Answer): Routes {
  return {
    [`POST /images/${id}/tag`]: () => ({ status: 201, json: '' }),
    [`GET /images/${id}/json`]: () => ({ status: 200, json: { Id: id, RootFS: { Layers: diffIds } } }),
    [pushPath]: () => push,
  };
}

function serving(digest: string): Partial<RegistryClient> {
  const document = {
    schemaVersion: 2,
    config: { mediaType: mediaTypes.dockerConfig, digest: id, size: 2 },
    layers: layers.map((layer, index) => ({
      mediaType: mediaTypes.dockerLayerGzip,
      digest: layer,
      size: 100 * (index + 1),
    })),
  };
  return {
    manifest: async (wanted) => {
      if (wanted.digest !== digest) throw new ToolError('REGISTRY_NOT_FOUND', 'no such manifest');
      const descriptor = { mediaType: mediaTypes.dockerManifest, digest: someDigest, size: 1 };
      return { descriptor, bytes: Buffer.from(JSON.stringify(document)) };
    },
  };
}

async function setUp(push: Answer, options: ContextOptions = {}) {
  const engine = await fakeEngine(routes(push));
  const context = testContext({ ...options, env: { DOCKER_HOST: `unix://${engine.socket}` } });
  const docker: ImageEngine = await createDockerEngine({}, context);
  cleanups.push(context.remove, engine.close, () => docker.close());
  return { engine, context, pushed: docker.push({ at: 'daemon', id }, reference, context) };
}

describe('a push', () => {
  test('names the image first, then pushes that name with its credential', async () => {
    const credentials = { 'r.example:5000': { username: 'u', password: 'p ä?' } };
    const { engine, pushed } = await setUp(messages(aux), { registry: serving(someDigest), credentials });
    expect((await pushed).digest).toBe(someDigest);
    const [tagging, push] = engine.requests;
    expect([tagging?.path, tagging?.query.get('repo'), tagging?.query.get('tag')]).toEqual([
      `/images/${id}/tag`,
      'r.example:5000/team/app',
      'v1',
    ]);
    expect(push?.query.get('tag')).toBe('v1');
    const auth = Buffer.from(String(push?.headers['x-registry-auth']), 'base64url').toString('utf8');
    expect(JSON.parse(auth)).toEqual({ serveraddress: 'r.example:5000', username: 'u', password: 'p ä?' });
  });

  test.each([
    ['its diffIDs', diffIds],
    ['the digests of the registry, as an engine on containerd does', layers],
  ])('counts the layers that were uploaded, as the registry stores them, by %s', async (_name, told) => {
    const steps = [
      { status: 'Preparing', id: shortId(told[0]) },
      { status: 'Pushing', id: shortId(told[1]), progressDetail: { current: 5, total: 9 } },
      { status: 'Layer already exists', id: shortId(told[0]) },
      { status: 'Pushed', id: shortId(told[1]) },
    ];
    const { context, pushed } = await setUp(messages(...steps, aux), { registry: serving(someDigest) });
    expect(await pushed).toEqual({ digest: someDigest, bytes: 200 });
    expect(outputOf(context)).toContain(`${shortId(told[1])}: Pushed\n`);
  });

  test('whose digest the registry does not serve is an error', async () => {
    const { pushed } = await setUp(messages(aux), { registry: serving('another') });
    expect((await toolErrorOf(pushed)).code).toBe('BUILD_DOCKER_GET_DIGEST_ERR');
  });

  test('to a registry that only the engine reaches is believed, with a warning', async () => {
    const { context, pushed } = await setUp(messages(aux));
    expect((await pushed).digest).toBe(someDigest);
    expect(warningsOf(context)).toHaveLength(1);
  });

  test('by an engine that tells no digest asks the registry', async () => {
    const descriptor = { mediaType: mediaTypes.dockerManifest, digest: someDigest, size: 1 };
    const registry = { ...serving(someDigest), resolve: async () => descriptor };
    const { pushed } = await setUp(messages({ status: 'done' }), { registry });
    expect((await pushed).digest).toBe(someDigest);
  });
});

describe('a push that fails', () => {
  const failing = (code: 'REGISTRY_UNREACHABLE' | 'REGISTRY_UNAUTHORIZED'): Partial<RegistryClient> => ({
    resolve: async () => {
      throw new ToolError(code, 'from our own client');
    },
  });
  const found: Partial<RegistryClient> = { resolve: async () => undefined };

  test.each([
    ['denied: requested access to the resource is denied', found, 'BUILD_PUSH_ACCESS_DENIED', 'CHECK_DEFAULT_REPO'],
    ['unauthorized: authentication required', found, 'REGISTRY_UNAUTHORIZED', 'DOCKER_AUTH_CONFIGURE'],
    ['no basic auth credentials', found, 'REGISTRY_UNAUTHORIZED', 'DOCKER_AUTH_CONFIGURE'],
    [
      'Get "http://r/": dial tcp: connection refused',
      failing('REGISTRY_UNREACHABLE'),
      'REGISTRY_UNREACHABLE',
      'CHECK_REGISTRY',
    ],
    ['something else', failing('REGISTRY_UNAUTHORIZED'), 'REGISTRY_UNAUTHORIZED', 'DOCKER_AUTH_CONFIGURE'],
    ['blob upload invalid: x', found, 'BUILD_DOCKER_SYSTEM_ERR', undefined],
  ] as const)('with %j', async (text, registry, code, suggestion) => {
    const { pushed } = await setUp(messages({ errorDetail: { message: text }, error: text }), { registry });
    const error = await toolErrorOf(pushed);
    expect([error.code, error.message, error.suggestions[0]?.code]).toEqual([code, text, suggestion]);
  });

  test('because the image is gone says so', async () => {
    const engine = await fakeEngine({
      [`POST /images/${id}/tag`]: () => ({ status: 404, json: { message: 'No such image' } }),
    });
    const context = testContext({ env: { DOCKER_HOST: `unix://${engine.socket}` } });
    const docker = await createDockerEngine({}, context);
    cleanups.push(context.remove, engine.close, () => docker.close());
    const error = await toolErrorOf(docker.push({ at: 'daemon', id }, reference, context));
    expect(error.code).toBe('BUILD_DOCKER_SYSTEM_ERR');
    expect(error.message).toContain('No such image');
  });
});
