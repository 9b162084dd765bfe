import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { detectDocker } from '../../../../src/engines/docker/detect.ts';
import { createDockerEngine } from '../../../../src/engines/docker/index.ts';
import { fakeEngine, testContext, toolErrorOf } from './support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function contextFor(host: string): ReturnType<typeof testContext> {
  const context = testContext({ env: { DOCKER_HOST: host } });
  cleanups.push(context.remove);
  return context;
}

test('an engine on a unix socket is found', async () => {
  const engine = await fakeEngine({});
  cleanups.push(engine.close);
  const found = await detectDocker(contextFor(`unix://${engine.socket}`));
  expect(found).toEqual({ reachable: true, reason: `a Docker Engine answers at unix://${engine.socket}` });
});

test('a missing socket is told with its address', async () => {
  const { reachable, reason } = await detectDocker(contextFor('unix:///nonexistent/docker.sock'));
  expect(reachable).toBe(false);
  expect(reason).toContain('unix:///nonexistent/docker.sock');
});

test('a plain file is no socket', async () => {
  const context = contextFor('unix:///placeholder');
  const file = join(context.home, 'file');
  writeFileSync(file, '');
  expect((await detectDocker(contextFor(`unix://${file}`))).reachable).toBe(false);
});

test('a server that is no Docker Engine is not taken for one', async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  expect((await detectDocker(contextFor(`tcp://127.0.0.1:${port}`))).reachable).toBe(false);
});

test('an address that is not supported is a reason, not an error', async () => {
  expect((await detectDocker(contextFor('ssh://h'))).reachable).toBe(false);
});

test('asking for an engine that is not there names the address and the way out', async () => {
  const error = await toolErrorOf(createDockerEngine({}, contextFor('tcp://127.0.0.1:1')));
  expect(error.code).toBe('BUILD_DOCKER_DAEMON_NOT_RUNNING');
  expect(error.message).toContain('tcp://127.0.0.1:1');
  expect(error.suggestions.map(({ code }) => code)).toEqual(['CHECK_DOCKER_RUNNING', 'USE_EMBEDDED_ENGINE']);
});
