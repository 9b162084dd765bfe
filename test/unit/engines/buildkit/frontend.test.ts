import { describe, expect, test } from 'vitest';
import type { DockerfileBuild } from '../../../../src/core/plugins.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { parseDockerfile } from '../../../../src/dockerfile/parse.ts';
import { cacheEntries } from '../../../../src/engines/buildkit/cache-options.ts';
import { dockerFlags } from '../../../../src/engines/buildkit/docker-flags.ts';
import { lineFinder } from '../../../../src/engines/buildkit/dockerfile-lines.ts';
import { frontendOf } from '../../../../src/engines/buildkit/frontend.ts';
import { fakeSystem } from '../../../support/fake-system.ts';
import { buildRequest, toolErrorOf } from '../docker/support.ts';

const ctx: Context = {
  system: fakeSystem({ env: { FROM_ENV: 'e' } }).withInsecureRegistries(['plain.example:5000']),
  emit: () => undefined,
  signal: new AbortController().signal,
};
const none = { cacheFrom: [], labels: {}, hostGateway: undefined };
const attributesOf = (changes: Partial<DockerfileBuild>, options = none): Readonly<Record<string, string>> =>
  frontendOf(buildRequest('/w', changes), options, ctx).attributes;
const codeOf = async (work: () => unknown): Promise<string> => (await toolErrorOf((async () => work())())).code;

describe('attributes', () => {
  test('only what is asked for', () => {
    expect(frontendOf(buildRequest('/w'), none, ctx)).toEqual({
      attributes: { filename: 'Dockerfile' },
      entitlements: [],
    });
  });

  test('everything', () => {
    const changes: Partial<DockerfileBuild> = {
      dockerfile: '/elsewhere/D',
      target: 't',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm', variant: 'v7' },
      ],
      noCache: true,
      pullParent: true,
      network: 'HOST',
      addHosts: ['a:1.2.3.4', 'b:::1', 'c=[::2]', 'd:host-gateway'],
      buildArgs: { A: '1', FROM_ENV: null, UNSET: null },
    };
    const cacheFrom = [{ type: 'registry', attributes: { ref: 'r/c' } }];
    const options = { cacheFrom, labels: { l: 'v' }, hostGateway: '10.0.0.1' };
    expect(frontendOf(buildRequest('/w', changes), options, ctx)).toEqual({
      attributes: {
        filename: 'D',
        target: 't',
        platform: 'linux/amd64,linux/arm/v7',
        'no-cache': '',
        'image-resolve-mode': 'pull',
        'force-network-mode': 'host',
        'add-hosts': 'a=1.2.3.4,b=::1,c=::2,d=10.0.0.1',
        'build-arg:A': '1',
        'build-arg:FROM_ENV': 'e',
        'label:l': 'v',
        'cache-imports': '[{"Type":"registry","Attrs":{"ref":"r/c"}}]',
      },
      entitlements: ['network.host'],
    });
  });

  test.each(['', 'bridge', 'default'])('the network %j is that of every build', (network) => {
    expect(attributesOf({ network })).toEqual({ filename: 'Dockerfile' });
  });

  test.each<[Partial<DockerfileBuild>, string]>([
    [{ network: 'container:db' }, 'NOT_SUPPORTED'],
    [{ squash: true }, 'NOT_SUPPORTED'],
    [{ addHosts: ['nonsense'] }, 'BUILD_USER_ERROR'],
    [{ addHosts: ['h:host-gateway'] }, 'BUILD_USER_ERROR'],
  ])('%j is refused', async (changes, code) => {
    expect(await codeOf(() => attributesOf(changes))).toBe(code);
  });
});

describe('cache', () => {
  test.each([
    ['r.example/c:1', { type: 'registry', attributes: { ref: 'r.example/c:1' } }],
    ['type=registry,ref=r/c,mode=max', { type: 'registry', attributes: { ref: 'r/c', mode: 'max' } }],
    [
      'plain.example:5000/c',
      { type: 'registry', attributes: { ref: 'plain.example:5000/c', 'registry.insecure': 'true' } },
    ],
    ['type=inline', { type: 'inline', attributes: {} }],
    ['type=s3,region=eu,bucket=a=b', { type: 's3', attributes: { region: 'eu', bucket: 'a=b' } }],
  ])('%s', (entry, expected) => {
    expect(cacheEntries('f', [entry], ctx)).toEqual([expected]);
  });

  test.each([
    ['type=local,src=/tmp/c', 'NOT_SUPPORTED'],
    ['type=registry', 'BUILD_USER_ERROR'],
    ['ref=r/c', 'BUILD_USER_ERROR'],
    ['type=registry,ref', 'BUILD_USER_ERROR'],
  ])('%s is refused', async (entry, code) => {
    expect(await codeOf(() => cacheEntries('f', [entry], ctx))).toBe(code);
  });
});

describe('flags for the docker command', () => {
  test('labels and caches have a meaning without it', () => {
    const cliFlags = ['--label=a=b=c', '--label', 'd', '--cache-to=type=inline', '--cache-from', 'r/c'];
    expect(dockerFlags(buildRequest('/w', { cliFlags, cacheFrom: ['x'], cacheTo: ['type=registry,ref=y'] }))).toEqual({
      labels: { a: 'b=c', d: '' },
      cacheFrom: ['x', 'r/c'],
      cacheTo: ['type=registry,ref=y', 'type=inline'],
    });
  });

  test.each(['--ulimit=nofile=1', '--load', 'stray'])('%s has none', async (flag) => {
    expect(await codeOf(() => dockerFlags(buildRequest('/w', { cliFlags: [flag] })))).toBe('NOT_SUPPORTED');
  });
});

test('the line a step stands for', () => {
  const text = 'FROM a AS b\nRUN one \\\n   two\nCOPY x y\nFROM c\nCOPY x y\n';
  const lineOf = lineFinder(parseDockerfile(text));
  expect(lineOf('[b 2/3] RUN one     two')).toBe(2);
  expect(lineOf('[1/2] FROM c')).toBe(5);
  expect(lineOf('[b 3/3] COPY x y')).toBeUndefined();
  expect(lineOf('[internal] load build context')).toBeUndefined();
  expect(lineOf('exporting to image')).toBeUndefined();
});
