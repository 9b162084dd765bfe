import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliResult, type RunOptions, type Workbench, workbench } from '../support/cli.ts';
import { docker, witnessedDigest } from '../support/engine-context.ts';
import { services } from '../support/services.ts';

// What these tests look at is the image; a stand-in for the compiler, which a machine need not have, makes the program.
const compiler = `#!/bin/sh
if [ "$1" = list ]; then printf 'example.com/tool\\tmain\\t%s\\n' "$PWD"; exit; fi
while [ "$1" != -o ]; do shift; done
cp "$SLIPWAY_TEST_BUSYBOX" "$2"
`;

const config = (base: string, more = ''): string => `
apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  artifacts:
  - image: slipway-ko
    ko: {fromImage: ${base}, labels: {team: blue}}
${more}`;

let bench: Workbench;
beforeEach(() => {
  const { registry } = services();
  bench = workbench({
    'skaffold.yaml': config(`${registry}/busybox:1`),
    'main.go': 'package main\n',
    'kodata/hello.txt': 'hello\n',
  });
  mkdirSync(join(bench.home, 'bin'));
  writeFileSync(join(bench.home, 'bin/go'), compiler);
  chmodSync(join(bench.home, 'bin/go'), 0o755);
});
afterEach(() => bench.remove());

function run(args: readonly string[], options: RunOptions = {}): Promise<CliResult> {
  const env = {
    PATH: `${join(bench.home, 'bin')}:${process.env['PATH']}`,
    SLIPWAY_TEST_BUSYBOX: services().busybox,
    ...options.env,
  };
  return bench.run(args, { ...options, env });
}

const tagOf = ({ stdout }: CliResult): string =>
  (JSON.parse(stdout) as { builds: { tag: string }[] }).builds[0]?.tag ?? '';

test('a program is pushed with no daemon, and the same files give the same digest in another store', async () => {
  const { registry } = services();
  const first = await run(['build', '-q', '-d', `${registry}/ko1`, '--push']);
  expect(first.code).toBe(0);
  expect(tagOf(first)).toBe(`${registry}/ko1/slipway-ko:v1@${witnessedDigest(`${registry}/ko1/slipway-ko:v1`)}`);
  const again = await run(['build', '-q', '-d', `${registry}/ko2`, '--push'], {
    env: { XDG_CACHE_HOME: join(bench.home, 'other') },
  });
  expect(tagOf(again).split('@')[1]).toBe(tagOf(first).split('@')[1]);
});

test('an unchanged program is not built again, one with other data is', async () => {
  const { registry } = services();
  const build = (): Promise<CliResult> => run(['build', '-d', `${registry}/ko3`, '--push']);
  expect((await build()).stdout).toContain('Not found. Building');
  expect((await build()).stdout).toContain('Found Remotely');
  bench.write({ 'kodata/hello.txt': 'changed\n' });
  expect((await build()).stdout).toContain('Not found. Building');
});

test('a program that is not pushed goes into the Docker Engine and runs there', async () => {
  const { dockerHost } = services();
  copyFileSync(services().busybox, bench.path('kodata/busybox'));
  const result = await run(['build', '-q', '--push=false'], { env: { DOCKER_HOST: dockerHost } });
  expect(result.code, result.stderr).toBe(0);
  const tag = tagOf(result);
  expect(JSON.parse(docker(['image', 'inspect', '--format', '{{json .Config}}', tag]))).toMatchObject({
    Entrypoint: ['/ko-app/tool'],
    Labels: { team: 'blue' },
    Env: expect.arrayContaining(['KO_DATA_PATH=/var/run/ko']),
  });
  expect(docker(['run', '--rm', '--entrypoint', '/bin/busybox', tag, 'cat', '/var/run/ko/hello.txt'])).toBe('hello');
  expect(docker(['run', '--rm', '--entrypoint', '/bin/busybox', tag, 'stat', '-c', '%a', '/ko-app/tool'])).toBe('555');
});

test('several platforms become an index, the base of each being its own', async () => {
  const { registry } = services();
  const base = `${registry}/ko-base`;
  for (const architecture of ['amd64', 'arm64']) {
    bench.write({
      'base.yaml': baseConfig(base),
      'base/Dockerfile': 'FROM scratch\nCOPY a /\n',
      'base/a': architecture,
    });
    const made = await run(['build', '-q', '-f', 'base.yaml', '--push', '--platform', `linux/${architecture}`], {
      env: { ARCHITECTURE: architecture },
    });
    expect(made.code, made.stderr).toBe(0);
  }
  await putIndex(base, ['amd64', 'arm64']);
  bench.write({ 'skaffold.yaml': config(`${base}:all`) });
  const platforms = ['--platform', 'linux/amd64,linux/arm64'];
  const result = await run(['build', '-q', '-d', `${registry}/ko4`, '--push', ...platforms]);
  expect(result.code, result.stderr).toBe(0);
  const index = JSON.parse(inspectRaw(tagOf(result))) as { manifests: { digest: string; platform: unknown }[] };
  expect(index.manifests.map(({ platform }) => platform)).toEqual([
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux' },
  ]);
  const kept = await run(['build', '-q', '-d', `${registry}/ko4`, '--push', ...platforms]);
  expect(tagOf(kept)).toBe(tagOf(result));
  const local = await run(['build', '-q', '--push=false', ...platforms]);
  expect(local.code).toBe(1);
  expect(local.stderr).toContain('requires pushing');
});

test('a base image for another processor is an error that names both', async () => {
  const { registry } = services();
  const result = await run(['build', '-q', '-d', `${registry}/ko5`, '--push', '--platform', 'linux/arm64']);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/busybox:1.*linux\/amd64.*linux\/arm64/);
});

const baseConfig = (base: string): string => `
apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: "{{.ARCHITECTURE}}"}}
  artifacts:
  - {image: ${base}, context: base}
`;

async function putIndex(base: string, tags: readonly string[]): Promise<void> {
  const [host = '', ...path] = base.split('/');
  const manifests = tags.map((tag) => {
    const bytes = inspectRaw(`${base}:${tag}`);
    const digest = witnessedDigest(`${base}:${tag}`);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    return { mediaType, digest, size: Buffer.byteLength(bytes), platform: { os: 'linux', architecture: tag } };
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const response = await fetch(`http://${host}/v2/${path.join('/')}/manifests/all`, {
    method: 'PUT',
    headers: { 'content-type': mediaType },
    body: JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
  });
  expect(response.status).toBe(201);
}

/** A manifest as the registry serves it, by an independent client. skopeo takes a tag or a digest, not both. */
function inspectRaw(reference: string): string {
  const name = reference.replace(/:[^:/]+@/, '@');
  const args = ['inspect', '--raw', '--tls-verify=false', `docker://${name}`];
  return execFileSync(services().skopeo, args, { encoding: 'utf8' });
}
