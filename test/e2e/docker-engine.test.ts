import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { ImageEngine } from '../../src/core/plugins.ts';
import { createDockerEngine } from '../../src/engines/docker/index.ts';
import { parseReference } from '../../src/image/reference.ts';
import {
  docker,
  type EngineContext,
  engineContext,
  outputOf,
  requestFor,
  witnessedDigest,
  workspaceOf,
} from '../support/engine-context.ts';

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

const containers = (): string => docker(['ps', '--all', '--quiet']);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  return error instanceof ToolError ? error.code : String(error);
}

/** A Dockerfile whose RUN works with nothing but the busybox image, and without a network of its own. */
const withRun = (command: string, registry = context.services.registry): string =>
  `FROM ${registry}/busybox:1\nSHELL ["/bin/busybox", "sh", "-c"]\nCOPY a.txt /a.txt\nRUN ${command}\n`;

describe('a build', () => {
  test('runs steps, says what the engine says, and leaves no container', async () => {
    const workspace = workspaceOf(context, 'run', {
      Dockerfile: withRun('echo from the step; /bin/busybox cat a.txt > b.txt'),
      'a.txt': 'content',
    });
    const outcome = await engine.build(
      await requestFor(workspace, context, { tag: 'run:1', network: 'host' }),
      context,
    );
    expect(outcome).toEqual({ at: 'daemon', id: docker(['inspect', '--format', '{{.Id}}', 'run:1']) });
    expect(outputOf(context)).toContain('from the step\n');
    expect(outputOf(context)).toContain('Successfully tagged run:1\n');
    expect(docker(['run', '--rm', '--network=none', 'run:1', '/bin/busybox', 'cat', '/b.txt'])).toBe('content');
    expect(containers()).toBe('');
  });

  test('that fails leaves no container either', async () => {
    const workspace = workspaceOf(context, 'fail', { Dockerfile: withRun('exit 7'), 'a.txt': '' });
    const build = engine.build(await requestFor(workspace, context, { network: 'host' }), context);
    expect(await codeOf(build)).toBe('BUILD_USER_ERROR');
    expect(containers()).toBe('');
  });

  test('is stopped in the engine when the run is stopped', async () => {
    const stopped = engineContext();
    const workspace = workspaceOf(stopped, 'sleep', {
      Dockerfile: withRun('echo sleeping; /bin/busybox sleep 60'),
      'a.txt': '',
    });
    const request = await requestFor(workspace, stopped, { network: 'host' });
    const abortOnceRunning = {
      ...stopped,
      emit: (event: Parameters<typeof stopped.emit>[0]) => {
        if (event.type === 'output' && event.text.includes('sleeping\n') && !event.text.includes('echo'))
          stopped.abort();
      },
    };
    expect(await codeOf(engine.build(request, abortOnceRunning))).toBe('CANCELLED');
    await expect.poll(containers, { timeout: 15_000 }).toBe('');
    stopped.remove();
  });

  test('takes arguments, target and platform', async () => {
    const dockerfile = 'ARG BASE\nFROM $BASE AS one\nARG WHO=nobody\nENV WHO=$WHO\nFROM scratch AS two\n';
    const workspace = workspaceOf(context, 'options', { Dockerfile: dockerfile });
    const base = `${context.services.registry}/busybox:1`;
    const request = await requestFor(workspace, context, {
      tag: 'options:1',
      target: 'one',
      buildArgs: { BASE: base, WHO: 'me & you' },
      platform: { os: 'linux', architecture: 'amd64' },
    });
    await engine.build(request, context);
    const config = await engine.imageConfig('options:1', undefined, context);
    expect(config.env).toContain('WHO=me & you');
    expect(await engine.find('options:1', context)).toBe(config.id);
  });

  test('signs in to the registry of its base image', async () => {
    const dockerfile = `FROM ${context.services.passwordRegistry}/busybox:1\nLABEL a=b\n`;
    docker(['rmi', '--force', `${context.services.passwordRegistry}/busybox:1`]);
    const workspace = workspaceOf(context, 'private', { Dockerfile: dockerfile });
    const outcome = await engine.build(
      await requestFor(workspace, context, { tag: 'private:1', pullParent: true }),
      context,
    );
    expect(await engine.holds(outcome, context)).toBe(true);
  });

  test('uses an image from a registry as cache', async () => {
    const files = { Dockerfile: withRun('/bin/busybox date +%s%N > /when'), 'a.txt': 'same' };
    const tag = `${context.services.registry}/cache/source:1`;
    const first = await requestFor(workspaceOf(context, 'cache', files), context, { tag, network: 'host' });
    const outcome = await engine.build(first, context);
    await engine.push(outcome, parseReference(tag), context);
    docker(['rmi', '--force', tag]);
    const again = await engine.build({ ...first, tag: 'cached:1', cacheFrom: [tag, 'localhost:1/absent:1'] }, context);
    expect(again).toEqual(outcome);
    const warnings = context.events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringContaining('localhost:1/absent:1')]);
  });
});

describe('a push', () => {
  async function built(name: string, tag: string): ReturnType<ImageEngine['build']> {
    const workspace = workspaceOf(context, name, { Dockerfile: 'FROM scratch\nCOPY a.txt /\n', 'a.txt': name });
    return engine.build(await requestFor(workspace, context, { tag }), context);
  }

  test('ends in the digest that the registry serves', async () => {
    const tag = `${context.services.registry}/team/app:v1`;
    const { digest, bytes } = await engine.push(await built('open', tag), parseReference(tag), context);
    expect(digest).toBe(witnessedDigest(tag));
    expect(bytes).toBeGreaterThan(0);
    const again = await engine.push(await built('open', tag), parseReference(tag), context);
    expect(again).toEqual({ digest, bytes: 0 });
  });

  test('goes by the image, not by who has the name now', async () => {
    const tag = `${context.services.registry}/team/moved:v1`;
    const first = await built('first', tag);
    await built('second', tag);
    await engine.push(first, parseReference(tag), context);
    docker(['rmi', '--force', tag]);
    docker(['pull', '--quiet', tag]);
    expect(await engine.find(tag, context)).toBe(first.at === 'daemon' ? first.id : undefined);
  });

  test('signs in', async () => {
    const { passwordRegistry, username, password } = context.services;
    const tag = `${passwordRegistry}/team/app:v1`;
    const { digest } = await engine.push(await built('closed', tag), parseReference(tag), context);
    expect(digest).toBe(witnessedDigest(tag, { username, password }));
  });

  test('with a wrong password, and to a registry that is not there, says which', async () => {
    const outcome = await built('refused', 'refused:1');
    const stranger = {
      ...context,
      system: { ...context.system, credentials: { get: async () => ({ username: 'x', password: 'y' }) } },
    };
    const closed = parseReference(`${context.services.passwordRegistry}/team/app:v2`);
    expect(await codeOf(engine.push(outcome, closed, stranger))).toBe('REGISTRY_UNAUTHORIZED');
    expect(await codeOf(engine.push(outcome, parseReference('localhost:1/app:v1'), context))).toBe(
      'REGISTRY_UNREACHABLE',
    );
  });
});

test('the configuration of an image that only a registry has comes from there', async () => {
  const base = `${context.services.registry}/busybox:1`;
  docker(['rmi', '--force', base]);
  const config = await engine.imageConfig(base, undefined, context);
  expect(config.id).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await engine.find(base, context)).toBeUndefined();
});
