import { describe, expect, test } from 'vitest';
import type { DockerfileBuild } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseDockerfile } from '../../../../src/dockerfile/parse.ts';
import { commandArguments } from '../../../../src/engines/docker/command.ts';
import { chooseWay } from '../../../../src/engines/docker/way.ts';
import { fakeSystem } from '../../../support/fake-system.ts';
import { buildRequest, toolErrorOf } from './support.ts';

function way(changes: Partial<DockerfileBuild>, text = 'FROM a\nCOPY b c\n', env: Record<string, string> = {}): string {
  const ctx: Context = {
    system: fakeSystem({ env }),
    emit: () => undefined,
    signal: new AbortController().signal,
  };
  return chooseWay(buildRequest('/w', changes), parseDockerfile(text), ctx);
}

const mount = 'FROM a\nRUN --mount=type=cache,target=/c make\n';
const amd64 = { os: 'linux', architecture: 'amd64' };

describe('which way a build takes', () => {
  test.each<[string, Partial<DockerfileBuild>, (string | undefined)?, Record<string, string>?]>([
    ['classic', {}],
    ['classic', { platform: amd64 }],
    ['classic', { cacheFrom: ['image'] }],
    ['classic', {}, '# syntax=docker/dockerfile:1\nFROM a\n'],
    ['classic', { docker: { useBuildkit: false } }, undefined, { DOCKER_BUILDKIT: '1' }],
    ['classic', {}, undefined, { DOCKER_BUILDKIT: '0' }],
    ['buildkit', { docker: { useBuildkit: true } }, undefined, { DOCKER_BUILDKIT: '0' }],
    ['buildkit', {}, undefined, { DOCKER_BUILDKIT: '1' }],
    ['buildkit', {}, undefined, { DOCKER_BUILDKIT: 'True' }],
    ['buildkit', {}, mount],
    ['buildkit', {}, 'FROM a\nRUN <<E\nmake\nE\n'],
    ['buildkit', {}, '# syntax=example.com/other:1\nFROM a\n'],
    ['buildkit', { secrets: [{ id: 's' }] }],
    ['buildkit', { ssh: 'default' }],
    ['buildkit', { cacheTo: ['type=inline'] }],
    ['buildkit', { cacheFrom: ['type=registry,ref=r/c'] }],
    ['buildkit', { platform: { os: 'linux', architecture: 'arm64' } }],
    ['command', { docker: { useDockerCLI: true, useBuildkit: true } }],
    ['command', { cliFlags: ['--ulimit=nofile=1'] }],
  ])('%s: %j %s %j', (expected, changes, text, env) => {
    expect(way(changes, text, env)).toBe(expected);
  });

  test.each<[Partial<DockerfileBuild>, string | undefined, Record<string, string>, string]>([
    [{ docker: { useBuildkit: false } }, mount, {}, 'DOCKERFILE_UNSUPPORTED'],
    [{}, mount, { DOCKER_BUILDKIT: '0' }, 'DOCKERFILE_UNSUPPORTED'],
    [{ secrets: [{ id: 's' }] }, undefined, { DOCKER_BUILDKIT: 'false' }, 'NOT_SUPPORTED'],
  ])('what the classic builder cannot do is refused where it is asked for: %j', async (changes, text, env, code) => {
    expect((await toolErrorOf((async () => way(changes, text, env))())).code).toBe(code);
  });
});

describe('the docker command', () => {
  test('with nothing special', () => {
    expect(commandArguments(buildRequest('/w', { contextArgument: 'app' }))).toEqual([
      'build',
      'app',
      '--file',
      '/w/Dockerfile',
      '-t',
      'app:v1',
    ]);
  });

  test('with everything, in Skaffold’s order', () => {
    const changes: Partial<DockerfileBuild> = {
      buildArgs: { B: null, A: '1 2' },
      labels: { m: '', l: 'v' },
      addHosts: ['h:1.2.3.4'],
      cacheFrom: ['c'],
      cacheTo: ['type=inline'],
      cliFlags: ['--ulimit', 'nofile=1'],
      target: 't',
      network: 'Host',
      noCache: true,
      squash: true,
      pullParent: true,
      secrets: [{ id: 'f', file: '/home/me/f' }, { id: 'v', variable: 'V' }, { id: 'n' }],
      ssh: 'default',
      platform: { os: 'linux', architecture: 'arm64' },
      docker: { useBuildkit: true },
    };
    const expected =
      `build /w --file /w/Dockerfile -t app:v1 --build-arg A=1_2 --build-arg B --label l=v --label m= --add-host h:1.2.3.4
      --cache-from c --cache-to type=inline --ulimit nofile=1 --target t --network host --no-cache --squash --pull
      --secret id=f,src=/home/me/f --secret id=v,env=V --secret id=n --ssh default --platform linux/arm64`.split(/\s+/);
    const spaced = expected.map((word) => word.replace('_', ' '));
    expect(commandArguments(buildRequest('/w', changes))).toEqual([...spaced, '--load']);
    expect(commandArguments(buildRequest('/w', { ...changes, push: true }))).toEqual(spaced);
  });
});
