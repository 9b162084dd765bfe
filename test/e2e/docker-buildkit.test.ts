import { utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { DockerfileBuild, ImageEngine } from '../../src/core/plugins.ts';
import type { Context } from '../../src/core/ports.ts';
import { createDockerEngine } from '../../src/engines/docker/index.ts';
import { createSystem } from '../../src/system/node.ts';
import { certificates } from '../support/certificate.ts';
import {
  docker,
  type EngineContext,
  engineContext,
  outputOf,
  requestFor,
  workspaceOf,
} from '../support/engine-context.ts';

/** The BuildKit that a Docker Engine has built in, spoken to without the `docker` command. */
let context: EngineContext;
let engine: ImageEngine;

beforeAll(async () => {
  context = engineContext();
  engine = await createDockerEngine({}, context);
});
afterAll(async () => {
  await engine.close();
  context.remove();
});

const buildkit: Partial<DockerfileBuild> = { docker: { useBuildkit: true }, network: 'host' };
const header = (): string => `FROM ${context.services.registry}/busybox:1\nSHELL ["/bin/busybox", "sh", "-c"]\n`;
const inImage = (image: string, ...command: readonly string[]): string =>
  docker(['run', '--rm', '--network=none', image, '/bin/busybox', ...command]);

async function failureOf(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error;
  throw error;
}

/** What was said to have been sent since the last question: files and bytes by directory. */
function sentOf({ events }: EngineContext): Readonly<Record<string, readonly [number, number]>> {
  const told = events.splice(0).flatMap((event) => (event.type === 'log' ? [event.message] : []));
  const read = told.map((message) => /sent (\d+) files \((\d+) bytes\) of the (\w+)/.exec(message) ?? []);
  return Object.fromEntries(read.map(([, files, bytes, name]) => [name, [Number(files), Number(bytes)]]));
}

describe('a build', () => {
  test('has secrets and mounts, and leaves an image that the engine holds', async () => {
    const run = 'RUN --mount=type=secret,id=file --mount=type=secret,id=env --mount=type=bind,source=a.txt,target=/a';
    const workspace = workspaceOf(context, 'secrets', {
      Dockerfile: `${header()}${run} /bin/busybox cat /run/secrets/file /run/secrets/env /a > /seen\n`,
      'a.txt': 'from the context',
      '../secret.txt': 'from a file, ',
    });
    const secrets = [
      { id: 'file', file: join(context.home, 'secret.txt') },
      { id: 'env', variable: 'TOKEN' },
    ];
    const env = { ...context.system.env, TOKEN: 'from a variable, ' };
    const ctx: Context = { ...context, system: { ...context.system, env } };
    const outcome = await engine.build(
      await requestFor(workspace, context, { ...buildkit, docker: {}, secrets, tag: 'bk-secrets:1' }),
      ctx,
    );
    expect(outcome).toEqual({ at: 'daemon', id: docker(['inspect', '--format', '{{.Id}}', 'bk-secrets:1']) });
    expect(inImage('bk-secrets:1', 'cat', '/seen')).toBe('from a file, from a variable, from the context');
    expect(await engine.holds(outcome, context)).toBe(true);
  });

  test('is sent only what changed', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/${index}.txt`, 'x'.repeat(1000)]));
    const workspace = workspaceOf(context, 'changed', { Dockerfile: `${header()}COPY src /src\n`, ...many });
    const request = await requestFor(workspace, context, { ...buildkit, tag: 'bk-changed:1' });
    context.events.length = 0;
    await engine.build(request, context);
    expect(sentOf(context)['context']).toEqual([50, 50_000]);
    await engine.build(request, context);
    expect(sentOf(context)['context']).toEqual([0, 0]);
    writeFileSync(join(workspace, 'src/7.txt'), 'changed');
    await engine.build(request, context);
    expect(sentOf(context)['context']).toEqual([1, 7]);
    expect(inImage('bk-changed:1', 'cat', '/src/7.txt')).toBe('changed');
  });

  test('is sent what changed behind the back of sizes and times', async () => {
    const workspace = workspaceOf(context, 'dated', { Dockerfile: `${header()}COPY a.txt /\n`, 'a.txt': 'one' });
    const file = join(workspace, 'a.txt');
    const longAgo = new Date('1985-10-26T08:15:00Z');
    utimesSync(file, longAgo, longAgo);
    const request = await requestFor(workspace, context, { ...buildkit, tag: 'bk-dated:1' });
    await engine.build(request, context);
    writeFileSync(file, 'two');
    utimesSync(file, longAgo, longAgo);
    await engine.build(request, context);
    expect(inImage('bk-dated:1', 'cat', '/a.txt')).toBe('two');
  });

  test('is told modes, links and ignored files, and owners of nobody', async () => {
    const workspace = workspaceOf(context, 'modes', {
      Dockerfile: `${header()}COPY . /all\n`,
      '.dockerignore': '*.log\n!keep.log\nDockerfile\n',
      'a.log': '',
      'keep.log': '',
      'sub/umlaut-ä, b.txt': 'named oddly',
    });
    await engine.build(await requestFor(workspace, context, { ...buildkit, tag: 'bk-modes:1' }), context);
    const seen = inImage('bk-modes:1', 'sh', '-c', 'cd /all && /bin/busybox find . | /bin/busybox sort');
    expect(seen.split('\n')).toEqual(['.', './keep.log', './sub', './sub/umlaut-ä, b.txt']);
    expect(inImage('bk-modes:1', 'stat', '-c', '%u:%g', '/all/keep.log')).toBe('0:0');
  });

  test('starts from what the engine holds, also where no registry has it', async () => {
    const base = workspaceOf(context, 'held', { Dockerfile: `${header()}RUN echo base > /base\n` });
    await engine.build(await requestFor(base, context, { ...buildkit, tag: 'bk-only-here:1' }), context);
    const workspace = workspaceOf(context, 'from-held', { Dockerfile: 'FROM bk-only-here:1\nLABEL a=b\n' });
    await engine.build(await requestFor(workspace, context, { ...buildkit, tag: 'bk-from-held:1' }), context);
    expect(inImage('bk-from-held:1', 'cat', '/base')).toBe('base');
  });

  test('signs in to the registry of its base image', async () => {
    const { passwordRegistry } = context.services;
    docker(['rmi', '--force', `${passwordRegistry}/busybox:1`]);
    const workspace = workspaceOf(context, 'bk-private', {
      Dockerfile: `FROM ${passwordRegistry}/busybox:1\nLABEL c=d\n`,
    });
    const request = await requestFor(workspace, context, { ...buildkit, tag: 'bk-private:1', pullParent: true });
    expect(await engine.holds(await engine.build(request, context), context)).toBe(true);
  });

  test('that fails names line, step and what the step said', async () => {
    const workspace = workspaceOf(context, 'bk-fail', {
      Dockerfile: `${header()}\nRUN echo a complaint; \\\n  exit 7\n`,
    });
    context.events.length = 0;
    const error = await failureOf(engine.build(await requestFor(workspace, context, buildkit), context));
    expect(error.code).toBe('BUILD_USER_ERROR');
    expect(error.message).toMatch(/Dockerfile:4: .*RUN echo a complaint/);
    expect(error.message).toContain('7');
    expect(outputOf(context)).toMatch(/^#\d+ a complaint$/m);
  });

  test('is stopped in the engine when the run is stopped', async () => {
    const stopped = engineContext();
    const workspace = workspaceOf(stopped, 'bk-stop', {
      Dockerfile: `${header()}RUN echo now; /bin/busybox sleep 60\n`,
    });
    const request = await requestFor(workspace, stopped, buildkit);
    const stopOnceRunning: Context = {
      ...stopped,
      emit: (event) => {
        if (event.type === 'output' && /^#\d+ now$/m.test(event.text)) stopped.abort();
      },
    };
    const begun = performance.now();
    expect((await failureOf(engine.build(request, stopOnceRunning))).code).toBe('CANCELLED');
    expect(performance.now() - begun).toBeLessThan(30_000);
    stopped.remove();
  });
});

test('the docker command builds where it is asked for', async () => {
  const workspace = workspaceOf(context, 'command', {
    Dockerfile: `${header()}COPY a.txt /\nRUN echo said\n`,
    'a.txt': 'a',
  });
  const changes: Partial<DockerfileBuild> = {
    tag: 'by-command:1',
    network: 'host',
    docker: { useDockerCLI: true, useBuildkit: false },
    cliFlags: ['--label', 'by=flag'],
  };
  context.events.length = 0;
  const outcome = await engine.build(await requestFor(workspace, context, changes), context);
  expect(outcome).toEqual({ at: 'daemon', id: docker(['inspect', '--format', '{{.Id}}', 'by-command:1']) });
  expect((await engine.imageConfig('by-command:1', undefined, context)).labels).toMatchObject({ by: 'flag' });
  expect(outputOf(context)).toContain('said\n');
  const failing = await requestFor(workspace, context, { ...changes, buildArgs: {}, target: 'nowhere' });
  expect((await failureOf(engine.build(failing, context))).code).toBe('BUILD_USER_ERROR');
});

describe('an engine on tcp:// with TLS', () => {
  const { good, other } = certificates;
  let server: Server;
  const clients = new Set<TLSSocket>();
  let host: string;

  beforeAll(async () => {
    const socketPath = context.services.dockerHost.replace('unix://', '');
    // Clients have to show a certificate, as with dockerd --tlsverify.
    const options = { ...good, ca: good.cert, requestCert: true, rejectUnauthorized: true };
    server = createServer(options, (client) => {
      const daemon = connect(socketPath);
      clients.add(client);
      client.on('error', () => daemon.destroy()).on('close', () => daemon.destroy());
      daemon.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.pipe(daemon).pipe(client);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `tcp://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const client of clients) client.destroy();
    await closed;
  });

  function contextWith(name: string, own: typeof good): Context {
    const directory = join(context.home, name);
    const files = { 'ca.pem': good.cert, 'cert.pem': own.cert, 'key.pem': own.key };
    workspaceOf(context, name, files);
    const env = { ...context.system.env, DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory };
    return { ...context, system: createSystem({ env, cwd: context.home }) };
  }

  test.each([true, false])('builds, with BuildKit: %s', async (useBuildkit) => {
    const ctx = contextWith(`certificates-${useBuildkit}`, good);
    const remote = await createDockerEngine({}, ctx);
    const workspace = workspaceOf(context, `tls-${useBuildkit}`, {
      Dockerfile: `${header()}COPY a /a\n`,
      a: 'over TLS',
    });
    const changes = { docker: { useBuildkit }, tag: `tls:${useBuildkit}` };
    const outcome = await remote.build(await requestFor(workspace, context, changes), ctx);
    expect(await remote.holds(outcome, ctx)).toBe(true);
    expect(inImage(`tls:${useBuildkit}`, 'cat', '/a')).toBe('over TLS');
    await remote.close();
  });

  test('refuses a client with a certificate of somebody else', async () => {
    const error = await failureOf(createDockerEngine({}, contextWith('certificates-other', other)));
    expect(error.code).toBe('BUILD_DOCKER_DAEMON_NOT_RUNNING');
  });
});
