import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { DockerfileBuild, ImageEngine } from '../../src/core/plugins.ts';
import type { Context } from '../../src/core/ports.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/index.ts';
import { parseReference } from '../../src/image/reference.ts';
import { openStore } from '../../src/store/store.ts';
import { createSystem } from '../../src/system/node.ts';
import { type BuildKitDaemon, startBuildKitDaemon } from '../support/buildkitd.ts';
import { certificates } from '../support/certificate.ts';
import {
  type EngineContext,
  engineContext,
  outputOf,
  requestFor,
  witnessedDigest,
  workspaceOf,
} from '../support/engine-context.ts';

/** Two real BuildKit daemons, and registries between them. */
let context: EngineContext;
let first: BuildKitDaemon;
let second: BuildKitDaemon;
let tlsDirectory: string;

beforeAll(async () => {
  context = engineContext();
  const { good } = certificates;
  tlsDirectory = workspaceOf(context, 'tls', { 'ca.pem': good.cert, 'cert.pem': good.cert, 'key.pem': good.key });
  const file = (name: string): string => join(tlsDirectory, name);
  const plainRegistries = [context.services.registry, context.services.passwordRegistry];
  const tls = { ca: file('ca.pem'), cert: file('cert.pem'), key: file('key.pem') };
  // One after the other: a free port is free until the next one looks for one.
  first = await startBuildKitDaemon(join(context.home, 'first'), { plainRegistries });
  second = await startBuildKitDaemon(join(context.home, 'second'), { plainRegistries, tls });
}, 60_000);
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  context.remove();
});

interface Opened {
  readonly engine: ImageEngine;
  readonly ctx: Context;
}

const opened: ImageEngine[] = [];
afterAll(() => Promise.all(opened.map((engine) => engine.close())));

async function engineAt(host: string, env: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const system = createSystem({ env: { ...context.system.env, BUILDKIT_HOST: host, ...env }, cwd: context.home });
  const ctx = { ...context, system };
  const engine = await createBuildKitEngine(openStore(join(context.home, 'store'), ctx), ctx);
  opened.push(engine);
  return { engine, ctx };
}

const header = (): string => `FROM ${context.services.registry}/busybox:1\nSHELL ["/bin/busybox", "sh", "-c"]\n`;
const pushed = (name: string, changes: Partial<DockerfileBuild> = {}): Partial<DockerfileBuild> => ({
  tag: `${context.services.registry}/buildkit/${name}:1`,
  push: true,
  ...changes,
});

async function failureOf(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error;
  throw error;
}

/** How each RUN of the last build ended, by its number: `CACHED`, or `DONE 0.1s`. */
function runResults(): readonly string[] {
  const output = outputOf(context);
  const steps = [...output.matchAll(/^#(\d+) \[[^\]]*\] RUN /gm)].map(([, number]) => number);
  return steps.map((number) => new RegExp(`^#${number} (CACHED|DONE|ERROR)`, 'm').exec(output)?.[1] ?? '');
}

test('two daemons share a cache in a registry: the second, which has nothing, executes no RUN', async () => {
  const cache = `type=registry,ref=${context.services.registry}/buildkit/cache:${process.pid}`;
  const changes = pushed('shared', { cacheFrom: [cache], cacheTo: [`${cache},mode=max`] });
  const workspace = workspaceOf(context, 'shared', {
    Dockerfile: `${header()}RUN /bin/busybox date +%s%N > /one\nFROM ${context.services.registry}/busybox:1\nSHELL ["/bin/busybox", "sh", "-c"]\nCOPY a.txt /\nCOPY --from=0 /one /\nRUN /bin/busybox date +%s%N > /two\n`,
    'a.txt': 'content',
  });
  const request = await requestFor(workspace, context, changes);
  const results: string[] = [];
  for (const daemon of [first, second]) {
    const { engine, ctx } = await engineAt(daemon.socket);
    context.events.length = 0;
    const outcome = await engine.build({ ...request, tag: `${request.tag}${results.length}` }, ctx);
    expect(runResults()).toEqual(daemon === first ? ['DONE', 'DONE'] : ['CACHED', 'CACHED']);
    results.push(outcome.at === 'registry' ? outcome.digest : '');
  }
  // The times that the steps wrote are those of the first.
  expect(results[1]).toBe(results[0]);
  expect(results[0]).toBe(witnessedDigest(`${request.tag}0`));
});

describe('what is built', () => {
  test('is pushed with the caller’s credentials', async () => {
    const { passwordRegistry, username, password } = context.services;
    const { engine, ctx } = await engineAt(first.socket);
    const workspace = workspaceOf(context, 'private', {
      Dockerfile: `FROM ${passwordRegistry}/busybox:1\nLABEL a=b\n`,
    });
    const tag = `${passwordRegistry}/buildkit/private:1`;
    const outcome = await engine.build(await requestFor(workspace, context, { tag, push: true }), ctx);
    expect(outcome).toEqual({ at: 'registry', digest: witnessedDigest(tag, { username, password }) });
    const stranger = await engineAt(first.socket, { DOCKER_CONFIG: join(context.home, 'no-docker-config') });
    const open = workspaceOf(context, 'open', { Dockerfile: `${header()}LABEL a=c\n` });
    const refused = stranger.engine.build(await requestFor(open, context, { tag, push: true }), stranger.ctx);
    expect((await failureOf(refused)).code).toBe('REGISTRY_UNAUTHORIZED');
  });

  test('comes here where it is not pushed', async () => {
    const { engine, ctx } = await engineAt(first.socket);
    const workspace = workspaceOf(context, 'kept', {
      Dockerfile: `${header()}COPY a.txt /\nENV KEPT=yes\n`,
      'a.txt': 'a',
    });
    const outcome = await engine.build(await requestFor(workspace, context, { tag: 'kept:1' }), ctx);
    expect(outcome.at).toBe('store');
    expect(await engine.holds(outcome, ctx)).toBe(true);
    expect((await engine.imageConfig('kept:1', undefined, ctx)).env).toContain('KEPT=yes');
    const tag = `${context.services.registry}/buildkit/kept:1`;
    const { digest } = await engine.push(outcome, parseReference(tag), ctx);
    expect(witnessedDigest(tag)).toBe(digest);
  });

  test('is an index for several platforms', async () => {
    const { engine, ctx } = await engineAt(first.socket);
    const workspace = workspaceOf(context, 'several', { Dockerfile: 'FROM scratch\nCOPY a.txt /\n', 'a.txt': 'a' });
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
    const changes = pushed('several', { platforms });
    const outcome = await engine.build(await requestFor(workspace, context, changes), ctx);
    const { descriptor, bytes } = await ctx.system.registry.manifest(parseReference(changes.tag ?? ''), ctx.signal);
    expect(outcome).toEqual({ at: 'registry', digest: descriptor.digest });
    const index = JSON.parse(Buffer.from(bytes).toString('utf8')) as { manifests: { platform: object }[] };
    expect(index.manifests.map(({ platform }) => platform)).toEqual(platforms);
  });

  test('has its secrets, and failures name line, step and exit code', async () => {
    const { engine, ctx } = await engineAt(first.socket, { TOKEN: 'secret value' });
    const run =
      'RUN --mount=type=secret,id=TOKEN [ "$(/bin/busybox cat /run/secrets/TOKEN)" = "secret value" ] && exit 9';
    const workspace = workspaceOf(context, 'fail', { Dockerfile: `${header()}\n${run}\n` });
    const error = await failureOf(
      engine.build(await requestFor(workspace, context, { secrets: [{ id: 'TOKEN' }] }), ctx),
    );
    expect(error.code).toBe('BUILD_USER_ERROR');
    expect(error.message).toMatch(/Dockerfile:4: exit code 9 of \[stage-0 2\/2\] RUN/);
  });

  test('needs images of the same run to be pushed', async () => {
    const { engine, ctx } = await engineAt(first.socket);
    const workspace = workspaceOf(context, 'needs', { Dockerfile: 'FROM kept:1\n' });
    const kept = await engine.find('kept:1', ctx);
    const built = new Map([['kept:1', { at: 'daemon', id: kept } as const]]) as DockerfileBuild['built'];
    const error = await failureOf(engine.build(await requestFor(workspace, context, { built }), ctx));
    expect(error.code).toBe('BUILD_USER_ERROR');
  });
});

describe('where a daemon is', () => {
  const build = async ({ engine, ctx }: Opened, name: string): Promise<string> => {
    const workspace = workspaceOf(context, name, { Dockerfile: `${header()}COPY a.txt /\n`, 'a.txt': name });
    return (await engine.build(await requestFor(workspace, context, pushed(name)), ctx)).at;
  };

  test('tcp://, plain', async () => {
    expect(await build(await engineAt(first.tcp), 'plain')).toBe('registry');
  });

  test('tcp:// with certificates of both sides', async () => {
    expect(await build(await engineAt(second.tcp, { BUILDKIT_TLSDIR: tlsDirectory }), 'mtls')).toBe('registry');
    const strangers = [{}, { BUILDKIT_TLSCACERT: join(tlsDirectory, 'ca.pem') }];
    for (const env of strangers) {
      expect((await failureOf(build(await engineAt(second.tcp, env), 'stranger'))).code).toBe('BUILDKIT_UNREACHABLE');
    }
  });

  test('in a pod, entered with kubectl', async () => {
    const bin = workspaceOf(context, 'bin', { kubectl: kubectlScript(first) });
    chmodSync(join(bin, 'kubectl'), 0o755);
    const env = { PATH: `${bin}:${context.system.env['PATH']}` };
    expect(await build(await engineAt('kube-pod://bk-0?namespace=builds', env), 'pod')).toBe('registry');
    expect(readFileSync(join(context.home, 'kubectl-arguments'), 'utf8')).toBe(
      '--namespace=builds exec --stdin bk-0 -- buildctl dial-stdio\n',
    );
    writeFileSync(join(bin, 'kubectl'), '#!/bin/sh\necho "pods \\"bk-0\\" not found" >&2\nexit 1\n');
    const error = await failureOf(build(await engineAt('kube-pod://bk-0', env), 'no-pod'));
    expect(error.code).toBe('BUILDKIT_UNREACHABLE');
    expect(error.message).toContain('pods "bk-0" not found');
  });

  test('nowhere, but another one is there', async () => {
    context.events.length = 0;
    expect(await build(await engineAt(`unix:///nonexistent/sock,${first.socket}`), 'other')).toBe('registry');
    expect(context.events).toContainEqual(expect.objectContaining({ type: 'log', level: 'warning' }));
    const alone = await failureOf(build(await engineAt('unix:///nonexistent/sock'), 'alone'));
    expect([alone.code, alone.message]).toEqual([
      'BUILDKIT_UNREACHABLE',
      'no BuildKit answers at unix:///nonexistent/sock: no such socket',
    ]);
  });
});

/** A kubectl that enters no pod but does there what it is told. */
function kubectlScript({ socket }: BuildKitDaemon): string {
  return `#!/bin/sh\necho "$*" > '${join(context.home, 'kubectl-arguments')}'\nexec buildctl --addr '${socket}' dial-stdio\n`;
}
