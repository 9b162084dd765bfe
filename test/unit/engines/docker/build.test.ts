import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { afterEach, describe, expect, test } from 'vitest';
import type { DockerfileBuild, ImageEngine } from '../../../../src/core/plugins.ts';
import { createDockerEngine } from '../../../../src/engines/docker/index.ts';
import {
  type Answer,
  buildRequest,
  type ContextOptions,
  type EngineRequest,
  type FakeEngine,
  fakeEngine,
  messages,
  outputOf,
  type Routes,
  someDigest,
  type TestContext,
  testContext,
  toolErrorOf,
  warningsOf,
} from './support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Setup {
  readonly context: TestContext;
  readonly engine: FakeEngine;
  readonly docker: ImageEngine;
  /** Writes the Dockerfile and builds. */
  build(dockerfile: string, changes?: Partial<DockerfileBuild>): ReturnType<ImageEngine['build']>;
}

async function setUp(routes: Routes, options: ContextOptions = {}): Promise<Setup> {
  const engine = await fakeEngine(routes);
  const context = testContext({ ...options, env: { ...options.env, DOCKER_HOST: `unix://${engine.socket}` } });
  const docker = await createDockerEngine({}, context);
  cleanups.push(context.remove, engine.close, () => docker.close());
  const build: Setup['build'] = (dockerfile, changes) => {
    writeFileSync(join(context.home, 'Dockerfile'), dockerfile);
    return docker.build(buildRequest(context.home, changes), context);
  };
  return { context, engine, docker, build };
}

const built = (): Answer => messages({ stream: 'Step 1/1 : FROM scratch\n' }, { aux: { ID: someDigest } });
const decode = (header: unknown): unknown => JSON.parse(Buffer.from(String(header), 'base64url').toString('utf8'));

async function entriesOf(body: Buffer): Promise<readonly { readonly header: Header; readonly content: string }[]> {
  const found: { header: Header; content: string }[] = [];
  const unpack = extract();
  unpack.on('entry', (header, stream, next) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk as Buffer));
    stream.on('end', () => {
      found.push({ header, content: Buffer.concat(chunks).toString('utf8') });
      next();
    });
  });
  await pipeline(Readable.from([body]), unpack);
  return found;
}

describe('the request', () => {
  test('carries every option', async () => {
    const { build, engine } = await setUp({ 'POST /build': built }, { env: { FROM_ENV: 'e' } });
    await build('FROM scratch AS final\n', {
      target: 'final',
      buildArgs: { A: '1 & 2', FROM_ENV: null, UNSET: null },
      platform: { os: 'linux', architecture: 'arm64' },
      noCache: true,
      pullParent: true,
      network: 'HOST',
      addHosts: ['a:1.2.3.4', 'b:::1'],
      labels: { l: 'v=1' },
      docker: { useBuildkit: false },
    });
    const { query } = engine.requests[0] as EngineRequest;
    expect(Object.fromEntries(query)).toMatchObject({
      t: 'app:v1',
      dockerfile: 'Dockerfile',
      target: 'final',
      platform: 'linux/arm64',
      nocache: 'true',
      pull: 'true',
      networkmode: 'host',
      rm: 'true',
      forcerm: 'true',
    });
    expect(JSON.parse(query.get('buildargs') ?? '')).toEqual({ A: '1 & 2', FROM_ENV: 'e', UNSET: null });
    expect(query.getAll('extrahosts')).toEqual(['a:1.2.3.4', 'b:::1']);
    expect(JSON.parse(query.get('labels') ?? '')).toEqual({ l: 'v=1' });
  });

  test('leaves out what is not asked for', async () => {
    const { build, engine } = await setUp({ 'POST /build': built });
    await build('FROM scratch\n');
    const { query } = engine.requests[0] as EngineRequest;
    for (const name of [
      'target',
      'platform',
      'networkmode',
      'extrahosts',
      'cachefrom',
      'squash',
      'labels',
      'version',
    ]) {
      expect(query.has(name)).toBe(false);
    }
    expect([query.get('nocache'), query.get('pull')]).toEqual(['false', 'false']);
  });

  test('carries the credentials of the registries that base images come from, and no others', async () => {
    const credentials = {
      'r.example': { username: 'u', password: 'ä/+?' },
      'index.docker.io': { identityToken: 't' },
      'other.example': { username: 'no', password: 'no' },
    };
    const { build, engine } = await setUp({ 'POST /build': built }, { credentials });
    await build(
      'ARG HOST=r.example\nFROM $HOST/base AS one\nFROM one\nCOPY --from=golang /a /b\nCOPY --from=0 /a /b\n',
    );
    expect(decode(engine.requests[0]?.headers['x-registry-config'])).toEqual({
      'r.example': { serveraddress: 'r.example', username: 'u', password: 'ä/+?' },
      'https://index.docker.io/v1/': { serveraddress: 'https://index.docker.io/v1/', identitytoken: 't' },
    });
    expect(engine.requests[0]?.query.toString()).not.toContain('%C3%A4');
  });

  test('asks for squashing only where the engine can do it', async () => {
    for (const ExperimentalBuild of [true, false]) {
      const routes = { 'POST /build': built, 'GET /info': () => ({ status: 200, json: { ExperimentalBuild } }) };
      const { build, engine, context } = await setUp(routes);
      await build('FROM scratch\n', { squash: true });
      expect(engine.requests.at(-1)?.query.get('squash')).toBe(ExperimentalBuild ? 'true' : null);
      expect(warningsOf(context)).toHaveLength(ExperimentalBuild ? 0 : 1);
    }
  });
});

describe('the context', () => {
  test('holds exactly the files of the request, as they are', async () => {
    const { build, engine, context } = await setUp({ 'POST /build': built });
    const at = (name: string): string => join(context.home, name);
    mkdirSync(at('sub/empty'), { recursive: true });
    writeFileSync(at('sub/run.sh'), '#!/bin/sh\n');
    writeFileSync(at('left-out'), 'x');
    chmodSync(at('sub/run.sh'), 0o4751);
    chmodSync(at('sub/empty'), 0o700);
    utimesSync(at('sub/run.sh'), 1_000_000, 1_000_000.9);
    symlinkSync('run.sh', at('sub/link'));
    symlinkSync('/etc/passwd', at('sub/absolute'));
    await build('FROM scratch\n', { context: ['Dockerfile', 'sub/absolute', 'sub/empty', 'sub/link', 'sub/run.sh'] });
    const entries = await entriesOf((engine.requests[0] as EngineRequest).body);
    expect(entries.map(({ header: { name, type, mode, linkname } }) => [name, type, mode, linkname ?? null])).toEqual(
      [
        ['Dockerfile', 'file', 0o644, null],
        ['sub/empty', 'directory', 0o700, null],
        ['sub/link', 'symlink', 0o777, 'run.sh'],
        ['sub/run.sh', 'file', 0o4751, null],
      ].map(([name, ...rest]) => [rest[0] === 'directory' ? expect.stringMatching(/^sub\/empty\/?$/) : name, ...rest]),
    );
    expect(entries[3]?.header.mtime).toEqual(new Date(1_000_000_000));
    expect(entries[3]?.content).toBe('#!/bin/sh\n');
    expect(warningsOf(context)).toEqual([expect.stringContaining('sub/absolute')]);
  });

  test('brings a Dockerfile from outside under a hidden name', async () => {
    const { docker, engine, context } = await setUp({ 'POST /build': built });
    const workspace = join(context.home, 'workspace');
    mkdirSync(workspace);
    writeFileSync(join(context.home, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(workspace, 'a'), 'a');
    const outside = {
      dockerfile: join(context.home, 'Dockerfile'),
      dockerfileName: '../Dockerfile',
      context: ['../Dockerfile', 'a'],
    };
    await docker.build(buildRequest(workspace, outside), context);
    const { body, query } = engine.requests[0] as EngineRequest;
    const [a, dockerfile, ignore] = await entriesOf(body);
    expect(a?.header.name).toBe('a');
    expect(dockerfile).toMatchObject({ header: { name: query.get('dockerfile') }, content: 'FROM scratch\n' });
    expect(ignore?.header.name).toBe('.dockerignore');
    expect(ignore?.content.split('\n')).toContain(query.get('dockerfile'));
  });

  test('fails when a file changes or goes while it is sent', async () => {
    const { build, context } = await setUp({ 'POST /build': built });
    const context2 = ['Dockerfile', 'gone'];
    expect((await toolErrorOf(build('FROM scratch\n', { context: context2 }))).code).toBe('FILE_READ_ERR');
    writeFileSync(join(context.home, 'gone'), 'longer than it was');
    const lying = {
      ...context.system.files,
      lstat: async (path: string) => shrunk(await context.system.files.lstat(path)),
    };
    const changed = { ...context, system: { ...context.system, files: lying } };
    const docker = await createDockerEngine({}, changed);
    cleanups.push(() => docker.close());
    const error = await toolErrorOf(docker.build(buildRequest(context.home, { context: context2 }), changed));
    expect(error.code).toBe('FILE_CHANGED');
  });
});

function shrunk<T extends { readonly size: number }>(info: T | undefined): T | undefined {
  return info === undefined ? undefined : { ...info, size: info.size - 1 };
}

describe('the answer', () => {
  test('is passed on as it comes, and ends in the image id', async () => {
    const { build, context } = await setUp({
      'POST /build': () =>
        messages(
          { stream: 'Step 1/2 : FROM a\n' },
          { stream: ' ---> Running\n' },
          { aux: { ID: someDigest } },
          { stream: '' },
        ),
    });
    expect(await build('FROM scratch\n')).toEqual({ at: 'daemon', id: someDigest });
    expect(outputOf(context)).toBe('Step 1/2 : FROM a\n ---> Running\n');
    expect(context.events).toContainEqual({ type: 'artifact-step', image: 'app', step: 'FROM a' });
  });

  test('without an id leads to a look at the tag', async () => {
    const { build } = await setUp({
      'POST /build': () => messages({ stream: 'done\n' }),
      'GET /images/app:v1/json': () => ({ status: 200, json: { Id: someDigest } }),
    });
    expect(await build('FROM scratch\n')).toEqual({ at: 'daemon', id: someDigest });
  });

  test.each([
    [
      'a failing step',
      () =>
        messages({ stream: 'Step 1/1 : RUN x\n' }, { errorDetail: { code: 7, message: 'it returned 7' }, error: 'x' }),
    ],
    ['a Dockerfile that the engine cannot parse', () => ({ status: 400, json: { message: 'it returned 7' } })],
  ])('%s is the error of the user', async (_, answer) => {
    const { build } = await setUp({ 'POST /build': answer });
    const error = await toolErrorOf(build('FROM scratch\n'));
    expect(error.code).toBe('BUILD_USER_ERROR');
    expect(error.message).toContain('it returned 7');
    expect(error.exitCode).toBeUndefined();
  });

  test('of a broken engine is an error of the system', async () => {
    const { build } = await setUp({ 'POST /build': () => ({ status: 500, json: { message: 'no space' } }) });
    const error = await toolErrorOf(build('FROM scratch\n'));
    expect([error.code, error.message]).toEqual(['BUILD_DOCKER_SYSTEM_ERR', 'Docker build: no space']);
  });

  test('that breaks off is an engine that went away', async () => {
    const { build } = await setUp({
      'POST /build': () => (response) => {
        response.write('{"stream":"a\\n"}\n');
        setTimeout(() => response.destroy(), 20);
      },
    });
    expect((await toolErrorOf(build('FROM scratch\n'))).code).toBe('BUILD_DOCKER_DAEMON_NOT_RUNNING');
  });

  test('is not waited for once the run is stopped', async () => {
    let connectionClosed = false;
    const { build, context, engine } = await setUp({
      'POST /build': () => (response) => {
        response.on('close', () => {
          connectionClosed = true;
        });
        response.write('{"stream":"a\\n"}\n');
        setTimeout(() => context.abort(), 20);
      },
    });
    expect((await toolErrorOf(build('FROM scratch\n'))).code).toBe('CANCELLED');
    await engine.close();
    expect(connectionClosed).toBe(true);
  });
});

describe('cacheFrom', () => {
  const pulled = { 'POST /build': built, 'POST /images/create': () => messages({ status: 'Pulling', id: 'v2' }) };

  test('pulls what is absent, with its credential', async () => {
    const credentials = { 'r.example': { username: 'u', password: 'p' } };
    const here = { 'GET /images/here:1/json': () => ({ status: 200, json: { Id: someDigest } }) };
    const { build, engine } = await setUp({ ...pulled, ...here }, { credentials });
    await build('FROM scratch\n', { cacheFrom: ['here:1', 'r.example/c:v2', `r.example/d@${someDigest}`] });
    const pulls = engine.requests.filter(({ path }) => path === '/images/create');
    expect(pulls.map(({ query }) => [query.get('fromImage'), query.get('tag')])).toEqual([
      ['r.example/c', 'v2'],
      ['r.example/d', someDigest],
    ]);
    expect(decode(pulls[0]?.headers['x-registry-auth'])).toMatchObject({ username: 'u', password: 'p' });
    expect(pulls[0]?.query.toString()).not.toContain('authconfig');
    const sent = engine.requests.at(-1)?.query.get('cachefrom') ?? '';
    expect(JSON.parse(sent)).toEqual(['here:1', 'r.example/c:v2', `r.example/d@${someDigest}`]);
  });

  test('warns about what cannot be pulled, and builds', async () => {
    const failing = { ...pulled, 'POST /images/create': () => messages({ error: 'not found' }) };
    const { build, context } = await setUp(failing);
    expect(await build('FROM scratch\n', { cacheFrom: ['gone:1'] })).toEqual({ at: 'daemon', id: someDigest });
    expect(warningsOf(context)).toEqual([expect.stringMatching(/gone:1.*linux\/amd64.*not found/)]);
  });
});

describe('what only BuildKit can do', () => {
  test.each([
    ['RUN --mount=type=cache,target=/c true', 'RUN --mount'],
    ['RUN --network=none true', 'RUN --network'],
    ['RUN <<E\ntrue\nE', 'RUN with a heredoc'],
    ['COPY --link a b', 'COPY --link'],
    ['COPY --chmod=755 a b', 'COPY --chmod'],
    ['COPY <<E /f\ntext\nE', 'COPY with a heredoc'],
    [`ADD --checksum=${someDigest} http://h/f /f`, 'ADD --checksum'],
  ])('%s is refused before anything is sent where it is ruled out', async (instruction, feature) => {
    const { build, engine } = await setUp({});
    const error = await toolErrorOf(build(`FROM scratch\n\n${instruction}\n`, { docker: { useBuildkit: false } }));
    expect(error.code).toBe('DOCKERFILE_UNSUPPORTED');
    expect(error.message).toContain(`Dockerfile:3: ${feature}`);
    expect(engine.requests).toEqual([]);
  });
});
