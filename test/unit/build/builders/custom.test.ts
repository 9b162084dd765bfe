import { expect, test } from 'vitest';
import { custom } from '../../../../src/build/builders/custom/index.ts';
import type { CustomSpec } from '../../../../src/build/builders/custom/spec.ts';
import type { Event } from '../../../../src/core/events.ts';
import type { Digest, ImageId, ImageName } from '../../../../src/core/names.ts';
import type { BuildRequest, ImageEngine } from '../../../../src/core/plugins.ts';
import type { Context, System } from '../../../../src/core/ports.ts';
import type { Artifact } from '../../../../src/core/project.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { createExec } from '../../../../src/system/exec.ts';
import { type FakeSystemOptions, fakeSystem } from '../../../support/fake-system.ts';

const digest: Digest = `sha256:${'d'.repeat(64)}`;
const id = `sha256:${'1'.repeat(64)}` as ImageId;

function artifactOf(spec: CustomSpec): Artifact<CustomSpec> {
  return {
    image: 'app' as ImageName,
    workspace: '/w/app',
    context: 'app',
    type: 'custom',
    spec,
    requires: [],
    platforms: [],
    hooks: { before: [], after: [] },
  };
}

/** An engine that holds one image, `r.io/p/app:v1`. */
function engineOf(name: ImageEngine['name']): ImageEngine {
  return {
    name,
    find: async (tag: string) => (tag === 'r.io/p/app:v1' ? id : undefined),
  } as Partial<ImageEngine> as ImageEngine;
}

function requestOf(spec: CustomSpec, more: Partial<BuildRequest<CustomSpec>> = {}): BuildRequest<CustomSpec> {
  const tag = more.tag ?? 'r.io/p/app:v1';
  return {
    artifact: artifactOf(spec),
    reference: parseReference(tag),
    tag,
    dependencies: new Map(),
    platforms: [],
    allPlatforms: false,
    push: false,
    runMode: 'build',
    skipTests: false,
    engine: engineOf('docker'),
    artifacts: new Map(),
    ...more,
  };
}

function contextOf(
  options: FakeSystemOptions = {},
  more: Partial<System> = {},
): Context & { readonly events: Event[] } {
  const events: Event[] = [];
  const system = { ...fakeSystem(options), ...more };
  return { system, emit: (event) => void events.push(event), signal: new AbortController().signal, events };
}

/** A registry that serves these references. */
function registryOf(served: Readonly<Record<string, Digest>>): Partial<System> {
  const resolve = async ({ name, tag }: { readonly name: string; readonly tag?: string }) => {
    const found = served[`${name}:${tag}`];
    return found === undefined ? undefined : { digest: found, size: 1, mediaType: 'x' };
  };
  return { registry: { resolve } as unknown as System['registry'] };
}

/** Runs a build command by a real shell, in the root directory, with this environment. */
async function runReally(
  command: string,
  env: Readonly<Record<string, string>> = {},
  more: Partial<BuildRequest<CustomSpec>> = {},
): Promise<{ readonly output: string; readonly failure: unknown }> {
  const environment = { PATH: process.env['PATH'] ?? '', ...env };
  const ctx = contextOf({ env: environment }, { exec: createExec(environment) });
  const request = requestOf({ buildCommand: command }, more);
  const here = { ...request, artifact: { ...request.artifact, workspace: '/' } };
  const failure: unknown = await custom.build(here, ctx).then(
    () => undefined,
    (error: unknown) => error,
  );
  const output = ctx.events.map((event) => (event.type === 'output' ? event.text : '')).join('');
  return { output, failure };
}

test('the command is told what to build, and what artifacts it requires', async () => {
  const base = { image: 'base' as ImageName, tag: 'r.io/base:v2', outcome: { at: 'daemon' as const, id } };
  const names = 'IMAGE PUSH_IMAGE BUILD_CONTEXT PLATFORMS SKIP_TEST IMAGE_REPO IMAGE_TAG BASE';
  const { output, failure } = await runReally(
    `for name in ${names}; do eval echo $name=\\$$name; done; pwd`,
    {},
    {
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm', variant: 'v7' },
      ],
      dependencies: new Map([['BASE', base]]),
      skipTests: true,
    },
  );
  expect(failure).toBeUndefined();
  expect(output.trimEnd().split('\n')).toEqual([
    'IMAGE=r.io/p/app:v1',
    'PUSH_IMAGE=false',
    'BUILD_CONTEXT=/',
    'PLATFORMS=linux/amd64,linux/arm/v7',
    'SKIP_TEST=true',
    'IMAGE_REPO=r.io/p/app',
    'IMAGE_TAG=v1',
    'BASE=r.io/base:v2',
    '/',
  ]);
});

test('a command that builds for a cluster is told of it', async () => {
  const names = 'KUBE_CONTEXT NAMESPACE PULL_SECRET_NAME DOCKER_CONFIG_SECRET_NAME TIMEOUT';
  const command = `for name in ${names}; do eval echo $name=\\$$name; done`;
  const cluster = {
    ...{ kubeContext: 'c', namespace: 'n', timeout: '20m', pullSecretName: 'p', dockerConfigSecretName: 'd' },
  };
  const told = 'KUBE_CONTEXT=c\nNAMESPACE=n\nPULL_SECRET_NAME=p\nDOCKER_CONFIG_SECRET_NAME=d\nTIMEOUT=20m\n';
  expect((await runReally(command, {}, { cluster })).output).toBe(told);
  expect((await runReally('echo "${NAMESPACE-none}"')).output).toBe('none\n');
});

test('all platforms', async () => {
  expect((await runReally('echo $PLATFORMS', {}, { allPlatforms: true })).output).toBe('all\n');
});

test('variables of the caller win', async () => {
  const { output } = await runReally('echo $IMAGE $OTHER $SKIP_TEST', { IMAGE: 'mine', OTHER: 'kept' });
  expect(output).toBe('mine kept false\n');
});

test('the command is a template over the environment', async () => {
  const { output } = await runReally("echo '{{.WHO | upper}} {{.NOBODY}} {{.IMAGE}}'", { WHO: 'ann' });
  expect(output).toBe('ANN <no value> <no value>\n');
});

test('lines of both outputs come in the order they were written', async () => {
  const { output } = await runReally('for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done');
  expect(output).toBe([1, 2, 3, 4, 5].map((i) => `out${i}\nerr${i}\n`).join(''));
});

test('the exit code of the command becomes that of the run, its last line part of the message', async () => {
  const { failure } = await runReally('echo first; echo "it broke" >&2; exit 42');
  expect(failure).toMatchObject({
    code: 'COMMAND_FAILED',
    exitCode: 42,
    message: expect.stringContaining('exit status 42: it broke'),
  });
  expect((await runReally('no-such-tool-x')).failure).toMatchObject({ exitCode: 127 });
  expect((await runReally('exit 3')).failure).toMatchObject({
    message: 'building custom artifact "app": exit status 3',
  });
});

test('a run that is stopped stops the command', async () => {
  const controller = new AbortController();
  const env = { PATH: process.env['PATH'] ?? '' };
  let output = '';
  const ctx: Context = {
    system: { ...fakeSystem({ env }), exec: createExec(env) },
    emit: (event) => {
      if (event.type !== 'output') return;
      output += event.text;
      controller.abort();
    },
    signal: controller.signal,
  };
  const request = requestOf({ buildCommand: "trap 'echo stopped; exit 1' INT; echo started; sleep 60; echo finished" });
  const stopped = custom.build({ ...request, artifact: { ...request.artifact, workspace: '/' } }, ctx);
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  // What the command says on its way out may come after the run was given up.
  expect(output).toMatch(/^started\n(stopped\n)?$/);
});

const quiet: FakeSystemOptions = { programs: { sh: () => ({}) } };

test('an image that is pushed is named by the digest that the registry serves', async () => {
  const ctx = contextOf(quiet, registryOf({ 'r.io/p/app:v1': digest }));
  const request = requestOf({ buildCommand: 'x' }, { push: true, engine: engineOf('embedded') });
  expect(await custom.build(request, ctx)).toEqual({ at: 'registry', digest });
});

test('a command that did not push is found out', async () => {
  const request = requestOf({ buildCommand: 'x' }, { push: true });
  const failure = custom.build(request, contextOf(quiet, registryOf({})));
  await expect(failure).rejects.toMatchObject({
    code: 'BUILD_REGISTRY_GET_DIGEST_ERR',
    message: expect.stringContaining('r.io/p/app:v1'),
  });
});

test('an image that is kept is the one the Docker Engine has under the tag', async () => {
  expect(await custom.build(requestOf({ buildCommand: 'x' }), contextOf(quiet))).toEqual({ at: 'daemon', id });
  const other = custom.build(requestOf({ buildCommand: 'x' }, { tag: 'r.io/p/app:v2' }), contextOf(quiet));
  await expect(other).rejects.toMatchObject({
    code: 'BUILD_USER_ERROR',
    message: expect.stringContaining('r.io/p/app:v2'),
  });
});

test('without a Docker Engine the command is not even run unless the image is pushed', async () => {
  const runs: string[] = [];
  const ctx = contextOf({ programs: { sh: (args) => ({ stdout: String(runs.push(args.join(' '))) }) } });
  const failure = custom.build(requestOf({ buildCommand: 'x' }, { engine: engineOf('embedded') }), ctx);
  await expect(failure).rejects.toMatchObject({
    code: 'BUILD_USER_ERROR',
    suggestions: [{ code: 'PUSH_IMAGE' }, { code: 'USE_DOCKER_ENGINE' }],
  });
  expect(runs).toEqual([]);
});

const parts = { runMode: 'build', artifacts: new Map(), imageConfig: () => Promise.reject(new Error('not asked for')) };

test('inputs that a command prints: no shell, arguments cut at each blank, run in the context', async () => {
  const calls: unknown[] = [];
  const deps = (args: readonly string[], { cwd }: { readonly cwd: string }) => {
    calls.push([cwd, ...args]);
    return { stdout: ' ["b.txt", "a.txt", "/elsewhere/c", "../d", "b.txt"]\n' };
  };
  const ctx = contextOf({ programs: { './deps': deps } });
  const artifact = artifactOf({ dependencies: { command: "./deps 'x  y' $HOME" } });
  expect(await custom.inputs(artifact, parts, ctx)).toEqual([
    '/elsewhere/c',
    '/w/app/a.txt',
    '/w/app/b.txt',
    '/w/app/b.txt',
    '/w/d',
  ]);
  expect(calls).toEqual([['/w/app', "'x", '', "y'", '$HOME']]);
});

test.each([
  ['null', []],
  ['[]', []],
])('a command that prints %s names no files', async (stdout, expected) => {
  const ctx = contextOf({ programs: { deps: () => ({ stdout }) } });
  expect(await custom.inputs(artifactOf({ dependencies: { command: 'deps' } }), parts, ctx)).toEqual(expected);
});

test.each(['', '{}', '[1]', '[null]', "'[]'", 'a.txt', '[] []'])('output %j is no list of paths', async (stdout) => {
  const ctx = contextOf({ programs: { deps: () => ({ stdout }) } });
  const failure = custom.inputs(artifactOf({ dependencies: { command: 'deps' } }), parts, ctx);
  await expect(failure).rejects.toMatchObject({ code: 'BUILD_USER_ERROR', message: expect.stringContaining('"deps"') });
});

test('a command for inputs that fails or is not there', async () => {
  const ctx = contextOf({ programs: { deps: () => ({ exitCode: 5, stderr: 'no\nidea\n' }) } });
  const inputs = (command: string) => custom.inputs(artifactOf({ dependencies: { command } }), parts, ctx);
  await expect(inputs('deps')).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    exitCode: 5,
    message: expect.stringContaining('exit status 5: idea'),
  });
  await expect(inputs('other')).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
});

test('inputs of a Dockerfile: what it reaches with the build arguments given', async () => {
  const ctx = contextOf({
    files: {
      '/w/app/build/Dockerfile': 'FROM scratch\nARG F\nCOPY $F /\n',
      '/w/app/one': '',
      '/w/app/two': '',
    },
    env: { WHICH: 'two' },
  });
  const dockerfile = { path: 'build/Dockerfile', buildArgs: { F: '{{.WHICH}}' } };
  expect(await custom.inputs(artifactOf({ dependencies: { dockerfile } }), parts, ctx)).toEqual([
    '/w/app/build/Dockerfile',
    '/w/app/two',
  ]);
  const missing = custom.inputs(artifactOf({ dependencies: { dockerfile: { path: 'none' } } }), parts, ctx);
  await expect(missing).rejects.toMatchObject({
    code: 'BUILD_DOCKERFILE_NOT_FOUND',
    suggestions: [{ action: expect.stringContaining('custom.dependencies.dockerfile.path') }],
  });
});

test('inputs by patterns', async () => {
  const ctx = contextOf({ files: { '/w/app/a.go': '', '/w/app/b/c.go': '', '/w/app/b/d.md': '' } });
  const dependencies = { paths: ['**/*.go'], ignore: ['b'] };
  expect(await custom.inputs(artifactOf({ dependencies }), parts, ctx)).toEqual(['/w/app/a.go', '/w/app/b/c.go']);
});

test('the key of the cache changes with what the templates come to and the platforms, not with the tag', async () => {
  const spec: CustomSpec = {
    buildCommand: 'make {{.FLAVOUR}}',
    dependencies: { dockerfile: { path: 'Dockerfile', buildArgs: { A: '{{.ARGUMENT}}', B: null } } },
  };
  const key = (env: Record<string, string>, more: Partial<BuildRequest<CustomSpec>> = {}): Promise<string> =>
    custom.parameters(requestOf(spec, more), contextOf({ env })).then((it) => JSON.stringify(it));
  const plain = await key({ FLAVOUR: 'sweet', ARGUMENT: '1' });
  expect(await key({ FLAVOUR: 'sweet', ARGUMENT: '1', OTHER: 'x' }, { tag: 'r.io/p/app:v2', skipTests: true })).toBe(
    plain,
  );
  const others = await Promise.all([
    key({ FLAVOUR: 'sour', ARGUMENT: '1' }),
    key({ FLAVOUR: 'sweet', ARGUMENT: '2' }),
    key({ FLAVOUR: 'sweet', ARGUMENT: '1' }, { allPlatforms: true }),
    key({ FLAVOUR: 'sweet', ARGUMENT: '1' }, { platforms: [{ os: 'linux', architecture: 'arm64' }] }),
  ]);
  expect(new Set([plain, ...others]).size).toBe(5);
});

test('a template that cannot be read', async () => {
  const failure = custom.parameters(requestOf({ buildCommand: 'make {{.X' }), contextOf());
  await expect(failure).rejects.toMatchObject({ code: 'TEMPLATE_ERR', message: expect.stringContaining('make {{.X') });
});
