import { describe, expect, test } from 'vitest';
import { kaniko } from '../../../../src/build/builders/kaniko/index.ts';
import type { KanikoSpec } from '../../../../src/build/builders/kaniko/spec.ts';
import type { BuildOutcome } from '../../../../src/core/artifact.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Digest, ImageId, ImageName } from '../../../../src/core/names.ts';
import type { BuildRequest, DockerfileBuild, ImageConfig, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { parseYaml } from '../../../../src/yaml/parse.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

interface World {
  readonly request: BuildRequest<KanikoSpec>;
  readonly ctx: Context;
  readonly built: DockerfileBuild[];
}

interface WorldOptions extends Partial<Omit<BuildRequest<KanikoSpec>, 'engine'>> {
  readonly engine?: ImageEngine['name'];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What the engine does with a build, besides writing it down. */
  readonly work?: (ctx: Context) => Promise<void>;
}

const outcome: BuildOutcome = { at: 'registry', digest: `sha256:${'a'.repeat(64)}` as Digest };

function world(spec: Partial<KanikoSpec>, options: WorldOptions = {}): World {
  const { engine = 'buildkit', files = {}, env = {}, work = async () => undefined, ...more } = options;
  const built: DockerfileBuild[] = [];
  const fake = {
    name: engine,
    build: async (request: DockerfileBuild, ctx: Context) => {
      built.push(request);
      await work(ctx);
      return outcome;
    },
    imageConfig: async () => ({ id: `sha256:${'1'.repeat(64)}` as ImageId, onBuild: [] }) as Partial<ImageConfig>,
  } as Partial<ImageEngine> as ImageEngine;
  const image = 'team/app' as ImageName;
  const dockerfile = 'FROM base\nARG A\nARG BASE\nCOPY a.txt /\n';
  const all = { '/w/Dockerfile': dockerfile, '/w/a.txt': 'a', '/w/b.txt': 'b', ...files };
  const artifact = {
    ...{ image, workspace: '/w', context: '.', type: 'kaniko', spec: { dockerfile: 'Dockerfile', ...spec } },
    ...{ requires: [], platforms: [], hooks: { before: [], after: [] } },
  };
  return {
    request: {
      artifact,
      reference: parseReference('r.io/p/app:v1'),
      tag: 'r.io/p/app:v1',
      dependencies: new Map(),
      platforms: [],
      allPlatforms: false,
      push: true,
      runMode: 'build',
      skipTests: false,
      engine: fake,
      artifacts: new Map(),
      ...more,
    },
    ctx: {
      system: fakeSystem({ files: all, env, cwd: '/w' }),
      emit: () => undefined,
      signal: new AbortController().signal,
    },
    built,
  };
}

async function buildOf(spec: Partial<KanikoSpec>, options?: WorldOptions): Promise<DockerfileBuild> {
  const { request, ctx, built } = world(spec, options);
  expect(await kaniko.build(request, ctx)).toEqual(outcome);
  return built[0] as DockerfileBuild;
}

async function failureOf(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error;
  throw error;
}

const envOf = async (yaml: string): Promise<NonNullable<KanikoSpec['env']>> => {
  const root = (await parseYaml(yaml)).documents[0]?.root;
  return root?.kind === 'sequence' ? root.items : [];
};

describe('what is built', () => {
  test('is the Dockerfile with what it can reach, pushed by the engine', async () => {
    const request = await buildOf({ target: 'final', dockerfile: 'Dockerfile' });
    expect(request).toMatchObject({
      ...{ workspace: '/w', dockerfile: '/w/Dockerfile', context: ['Dockerfile', 'a.txt'], target: 'final' },
      ...{ tag: 'r.io/p/app:v1', push: true, noCache: false, cacheFrom: [], cacheTo: [] },
    });
    expect(request).not.toHaveProperty('labels');
  });

  test('is in the directory that contextSubPath names, wherever inputs are asked for', async () => {
    const files = { '/w/sub/Dockerfile': 'FROM scratch\nCOPY c.txt /\n', '/w/sub/c.txt': 'c' };
    const { request, ctx, built } = world({ contextSubPath: 'sub' }, { files });
    await kaniko.build(request, ctx);
    expect(built[0]).toMatchObject({ workspace: '/w/sub', context: ['Dockerfile', 'c.txt'] });
    const parts = { runMode: 'build', artifacts: new Map(), imageConfig: () => Promise.reject(new Error('asked')) };
    expect(await kaniko.inputs(request.artifact, parts, ctx)).toEqual(['/w/sub/Dockerfile', '/w/sub/c.txt']);
    const entries = await kaniko.entries?.(request.artifact, parts, ctx);
    expect(entries?.map(({ path }) => path)).toContain('sub/c.txt');
    expect(entries?.every(({ path }) => path.startsWith('sub/'))).toBe(true);
  });

  test.each(['../other', '..', '/other'])('never lies outside of the context: %s', async (contextSubPath) => {
    const { request, ctx } = world({ contextSubPath });
    expect((await failureOf(kaniko.build(request, ctx))).code).toBe('BUILD_USER_ERROR');
  });

  test('has labels, and times when it is to be reproducible', async () => {
    const label = { b: 'x{{.V}}', a: null };
    const request = await buildOf({ label, reproducible: true }, { env: { V: '1' } });
    expect(request.labels).toEqual({ a: '', b: 'x1' });
    expect([request.rewritesTimes, request.buildArgs]).toEqual([true, { SOURCE_DATE_EPOCH: '0' }]);
  });
});

describe('build arguments', () => {
  test('see env over the image and the environment, and take missing values from it', async () => {
    const env = await envOf(
      '[{name: E, value: "{{.HOST}}-{{"}, {name: IMAGE_TAG, value: t}, {name: EMPTY, value: ""}]',
    );
    const broken = await failureOf(buildOf({ env }));
    expect([broken.code, broken.message]).toEqual(['TEMPLATE_ERR', expect.stringContaining('env E')]);
    const good = await envOf(
      '[{name: E, value: "{{.HOST}}"}, {name: IMAGE_TAG, value: t}, {name: N, value: 7}, {name: F, valueFrom: {}}]',
    );
    const buildArgs = {
      ...{ A: '{{.E}} {{.IMAGE_TAG}} {{.IMAGE_NAME}} {{.HOST}}', E: null, N: null, F: null, HOST: null },
    };
    const request = await buildOf({ env: good, buildArgs }, { env: { HOST: 'h{{' } });
    expect(request.buildArgs).toEqual({ A: 'h{{ t app h{{', E: 'h{{', N: '7', F: '', HOST: '' });
  });

  test('hold required artifacts where the Dockerfile declares them', async () => {
    const dependency = { image: 'base' as ImageName, tag: 'r.io/base:v1@sha256:x', outcome };
    const dependencies = new Map([
      ['BASE', dependency],
      ['OTHER', dependency],
    ]);
    expect((await buildOf({}, { dependencies })).buildArgs).toEqual({ BASE: dependency.tag });
  });
});

describe('the cache', () => {
  test('is below the repository of the image, or in the one that is named', async () => {
    const below = await buildOf({ cache: {} });
    const [from = ''] = below.cacheFrom;
    expect(from).toMatch(/^type=registry,ref=r\.io\/p\/app\/cache:buildcache-app-[0-9a-f]{12}$/);
    expect(below.cacheTo).toEqual([`${from},mode=max,ignore-error=true`]);
    const named = await buildOf({ cache: { repo: 'r.io/cache' } });
    expect(named.cacheFrom).toEqual([from.replace('r.io/p/app/cache', 'r.io/cache')]);
    expect((await buildOf({ cache: { repo: 'r.io/cache:mine' } })).cacheFrom).toEqual([
      'type=registry,ref=r.io/cache:mine',
    ]);
  });

  test('is not used where RUN must run, nor by engines that have their own', async () => {
    expect(await buildOf({ cache: { cacheRunLayers: false } })).toMatchObject({ noCache: true, cacheFrom: [] });
    for (const engine of ['embedded', 'docker'] as const)
      expect(await buildOf({ cache: { repo: 'r.io/c' } }, { engine })).toMatchObject({ cacheFrom: [], cacheTo: [] });
  });

  test('has a name that can be one', async () => {
    const { request, ctx } = world({ cache: { repo: 'NOT a repo' } });
    const error = await failureOf(kaniko.build(request, ctx));
    expect([error.code, error.message]).toEqual(['REFERENCE_INVALID', expect.stringContaining('kaniko.cache.repo')]);
  });
});

const mounts = await envOf('[{name: v, mountPath: /v}]');

describe('refused', () => {
  const fields: readonly [string, Partial<KanikoSpec>, ImageEngine['name']][] = [
    ['insecurePull', { insecurePull: true }, 'buildkit'],
    ['skipTLSVerifyPull', { skipTLSVerifyPull: true }, 'buildkit'],
    ['registryMirror', { registryMirror: 'm' }, 'buildkit'],
    ['registryCertificate', { registryCertificate: { h: 'c' } }, 'buildkit'],
    ['singleSnapshot', { singleSnapshot: true }, 'buildkit'],
    ['ignorePaths', { ignorePaths: ['/x'] }, 'buildkit'],
    ['volumeMounts', { volumeMounts: mounts }, 'buildkit'],
    ['cache.ttl', { cache: { ttl: '1h' } }, 'buildkit'],
    ['cache.repo', { cache: { repo: 'oci:/cache' } }, 'buildkit'],
    ['reproducible', { reproducible: true }, 'docker'],
  ];

  test.each(fields)('%s', async (field, spec, engine) => {
    const { request, ctx, built } = world(spec, { engine });
    for (const work of [kaniko.parameters(request, ctx), kaniko.build(request, ctx)]) {
      const error = await failureOf(work);
      expect(error.code).toBe('NOT_SUPPORTED');
      expect(error.message).toMatch(new RegExp(`^build\\.artifacts\\.kaniko\\.${field.replace('.', '\\.')}: `));
    }
    expect(built).toEqual([]);
  });

  test('not what is switched off, nor what only kaniko itself knows', async () => {
    await buildOf({
      ...{ insecurePull: false, singleSnapshot: false, registryMirror: '', ignorePaths: [], registryCertificate: {} },
      ...{ cleanup: true, force: true, snapshotMode: 'redo', useNewRun: true, digestFile: '/d', pushRetry: '3' },
    });
  });
});

describe('the key of an image', () => {
  const parametersOf = (spec: Partial<KanikoSpec>): Promise<Readonly<Record<string, string>>> => {
    const { request, ctx } = world(spec);
    return kaniko.parameters(request, ctx);
  };

  test('tells what can change it apart, and nothing else', async () => {
    const plain = await parametersOf({});
    expect(await parametersOf({ cache: { repo: 'r.io/c' }, env: [], digestFile: '/d' })).toEqual(plain);
    const others = [
      { label: { a: 'b' } },
      { reproducible: true },
      { buildArgs: { A: 'x' } },
      { buildArgs: { A: 'y' } },
      { env: await envOf('[{name: V, value: z}]'), buildArgs: { A: '{{.V}}' } },
    ];
    const keys = [plain, ...(await Promise.all(others.map(parametersOf)))].map((key) => JSON.stringify(key));
    expect(new Set(keys).size).toBe(others.length + 1);
  });
});

describe('build.cluster.timeout', () => {
  const cluster = { kubeContext: '', namespace: 'n', pullSecretName: '', dockerConfigSecretName: undefined };
  const untilStopped = (ctx: Context): Promise<void> =>
    new Promise((_resolve, reject) => {
      ctx.signal.addEventListener('abort', () => reject(new ToolError('CANCELLED', 'stopped')));
    });

  test('stops a build', async () => {
    const { request, ctx } = world({}, { cluster: { ...cluster, timeout: '20ms' }, work: untilStopped });
    const error = await failureOf(kaniko.build(request, ctx));
    expect([error.code, error.message]).toEqual([
      'BUILD_USER_ERROR',
      expect.stringContaining('build.cluster.timeout, 20ms'),
    ]);
  });

  test('is a duration', async () => {
    const { request, ctx, built } = world({}, { cluster: { ...cluster, timeout: '20' } });
    expect((await failureOf(kaniko.build(request, ctx))).message).toContain('"20"');
    expect(built).toEqual([]);
  });

  test('leaves other failures as they are', async () => {
    const failure = new ToolError('BUILDKIT_ERR', 'broken');
    const { request, ctx } = world({}, { work: () => Promise.reject(failure) });
    expect(await failureOf(kaniko.build(request, ctx))).toBe(failure);
  });
});
