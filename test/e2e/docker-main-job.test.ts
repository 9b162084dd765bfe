import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRegistry, type Workbench, workbench } from '../support/cli.ts';
import { docker, witnessedDigest } from '../support/engine-context.ts';
import { services } from '../support/services.ts';

/** The two commands of a pipeline, word for word but for the registry: build and push, then render what was pushed. */
const buildCommand = (registry: string): readonly string[] => [
  'build',
  `--default-repo=${registry}/team`,
  '--file-output=artifacts.json',
  '--interactive=false',
  '--push=true',
  '--update-check=false',
];
const renderCommand = [
  'render',
  '--build-artifacts=artifacts.json',
  '--digest-source=none',
  '--interactive=false',
  '--offline=true',
  '--output=rendered.yaml',
  '--update-check=false',
];

interface TestRegistry {
  readonly address: string;
  readonly credential?: { readonly username: string; readonly password: string };
}

const kinds = [
  "Debian's registry",
  "Debian's registry with a password",
  'the embedded registry',
  'the embedded registry with a password',
] as const;
const registries = new Map<(typeof kinds)[number], TestRegistry>();
const stops: (() => Promise<void>)[] = [];
let host: Workbench;

beforeAll(async () => {
  host = workbench();
  const { registry, passwordRegistry, username, password } = services();
  const credential = { username, password };
  writeFileSync(join(host.home, 'users'), `${username}:${password}\n`);
  const open = await startRegistry(host, ['--store', join(host.home, 'open')]);
  stops.push(open.stop);
  const closed = await startRegistry(host, [
    '--store',
    join(host.home, 'closed'),
    '--auth-file',
    join(host.home, 'users'),
  ]);
  stops.push(closed.stop);
  registries.set("Debian's registry", { address: registry });
  registries.set("Debian's registry with a password", { address: passwordRegistry, credential });
  registries.set('the embedded registry', { address: open.address });
  registries.set('the embedded registry with a password', { address: closed.address, credential });
});
afterAll(async () => {
  for (const stop of stops) await stop();
  host.remove();
});

const skaffold = (network: string): string => `apiVersion: skaffold/v4beta13
kind: Config
build:
  tagPolicy: { sha256: {} }
  artifacts:
    - image: app
      context: app
      requires: [{ image: base, alias: BASE }]
      docker: { network: ${network} }
    - image: base
      context: base
manifests:
  rawYaml: [pod.yaml]
`;

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: app
    - name: other
      image: elsewhere/kept:1
`;

/** Two artifacts, one on top of the other, on a base image of `registry`. Only a Docker Engine gets a RUN. */
function project(registry: TestRegistry, withRun: boolean, unique: string): Workbench {
  const run = withRun ? 'RUN ["/bin/busybox", "touch", "/ran"]\n' : '';
  const bench = workbench({
    'skaffold.yaml': skaffold(withRun ? 'host' : 'none'),
    'pod.yaml': pod,
    'base/Dockerfile': `FROM ${baseRegistry(registry)}/busybox:1\nCOPY data /data\n`,
    'base/data': `${unique}\n`,
    'app/Dockerfile': `ARG BASE\nFROM $BASE\nCOPY app.sh /app/\n${run}CMD ["/bin/busybox", "cat", "/data"]\n`,
    'app/app.sh': '#!/bin/sh\n',
  });
  const { credential } = registry;
  if (credential !== undefined) signIn(bench, [registry.address, services().passwordRegistry], credential);
  return bench;
}

/** The registries that hold the busybox image: the one under test where it is one of them. */
function baseRegistry({ address }: TestRegistry): string {
  return address === services().passwordRegistry ? address : services().registry;
}

function signIn(
  bench: Workbench,
  addresses: readonly string[],
  { username, password }: { username: string; password: string },
): void {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  mkdirSync(join(bench.home, '.docker'));
  const auths = Object.fromEntries(addresses.map((address) => [address, { auth }]));
  writeFileSync(join(bench.home, '.docker/config.json'), JSON.stringify({ auths }));
}

/** Runs both commands and checks every result against what skopeo finds in the registry. */
async function buildAndRender(
  bench: Workbench,
  registry: TestRegistry,
  more: readonly string[],
  dockerHost: string,
): Promise<void> {
  const options = { env: { DOCKER_HOST: dockerHost } };
  const build = await bench.run([...buildCommand(registry.address), ...more], options);
  expect(build, build.stderr).toMatchObject({ code: 0 });
  const pinned = (name: string): string => {
    const tag = `${registry.address}/team/${name}:latest`;
    return `${tag}@${witnessedDigest(tag, registry.credential)}`;
  };
  const builds = ['base', 'app'].map((imageName) => ({ imageName, tag: pinned(imageName) }));
  const written = JSON.parse(bench.read('artifacts.json')) as { builds: { imageName: string }[] };
  expect(written.builds).toHaveLength(2);
  expect(written.builds).toEqual(expect.arrayContaining(builds));
  const render = await bench.run(renderCommand, { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
  expect(render, render.stderr).toMatchObject({ code: 0 });
  expect(bench.read('rendered.yaml').match(/image: .*/g)).toEqual([
    `image: ${pinned('app')}`,
    'image: elsewhere/kept:1',
  ]);
}

describe.each(kinds)('to %s', (kind) => {
  const registry = (): TestRegistry => registries.get(kind) as TestRegistry;

  test('with the Docker Engine', async () => {
    const bench = project(registry(), true, `docker ${kind}`);
    await buildAndRender(bench, registry(), [], services().dockerHost);
    const tag = `${registry().address}/team/app:latest`;
    expect(docker(['run', '--rm', '--network=none', tag])).toBe(`docker ${kind}`);
    expect(docker(['run', '--rm', '--network=none', tag, '/bin/busybox', 'ls', '/ran'])).toBe('/ran');
    expect(docker(['ps', '--all', '--quiet'])).toBe('');
    bench.remove();
  });

  test('with the embedded engine', async () => {
    const bench = project(registry(), false, `embedded ${kind}`);
    await buildAndRender(bench, registry(), ['--engine=embedded'], services().dockerHost);
    bench.remove();
  });

  test('with the embedded engine because no Docker Engine answers, and again from the cache', async () => {
    const bench = project(registry(), false, `no daemon ${kind}`);
    const nowhere = 'unix:///nonexistent/docker.sock';
    await buildAndRender(bench, registry(), [], nowhere);
    const artifacts = bench.read('artifacts.json');
    await buildAndRender(bench, registry(), [], nowhere);
    expect(bench.read('artifacts.json')).toBe(artifacts);
    bench.remove();
  });
});

test('what the embedded engine pushed is an image that a Docker Engine runs', async () => {
  const registry = registries.get('the embedded registry') as TestRegistry;
  const bench = project(registry, false, 'runs anywhere');
  await buildAndRender(bench, registry, ['--engine=embedded'], services().dockerHost);
  const { builds } = JSON.parse(bench.read('artifacts.json')) as { builds: { imageName: string; tag: string }[] };
  const tag = builds.find(({ imageName }) => imageName === 'app')?.tag ?? '';
  expect(docker(['run', '--rm', '--network=none', tag])).toBe('runs anywhere');
  bench.remove();
});

test('without a password a push by the Docker Engine ends in one error, and nothing is written', async () => {
  const { passwordRegistry, registry, dockerHost } = services();
  const bench = project({ address: registry }, true, 'refused');
  const { code, stderr } = await bench.run(buildCommand(passwordRegistry), { env: { DOCKER_HOST: dockerHost } });
  expect(code).toBe(1);
  expect(stderr).toContain(`${passwordRegistry}/team/base:latest`);
  expect(stderr).toContain('docker login');
  expect(() => bench.read('artifacts.json')).toThrow();
  expect(docker(['ps', '--all', '--quiet'])).toBe('');
  bench.remove();
});
