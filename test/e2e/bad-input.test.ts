import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, program, type Workbench, workbench } from '../support/cli.ts';

const config = `apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy:
    envTemplate: {template: v1}
  artifacts:
  - image: app
manifests:
  rawYaml:
  - pod.yaml
`;
const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  containers:\n  - name: app\n    image: app\n';
const dockerfile = 'FROM scratch\nCOPY file.txt /file.txt\n';
const good = { 'skaffold.yaml': config, 'pod.yaml': pod, Dockerfile: dockerfile, 'file.txt': 'hello\n' };
const build = [
  'build',
  '--default-repo=127.0.0.1:1/p',
  '--file-output=artifacts.json',
  '--interactive=false',
  '--push=true',
  '--update-check=false',
];
const render = [
  'render',
  '--build-artifacts=artifacts.json',
  '--digest-source=none',
  '--interactive=false',
  '--offline=true',
  '--output=rendered.yaml',
  '--update-check=false',
];
const artifacts = JSON.stringify({
  builds: [{ imageName: 'app', tag: `r.example.com/p/app:v1@sha256:${'1'.repeat(64)}` }],
});

let bench: Workbench;
beforeEach(() => {
  bench = workbench({ ...good, 'artifacts.json.before': '' });
});
afterEach(() => bench.remove());

/** One error: exit code 1, what has to be named is named once it is told, no stack, nothing half-written. */
function expectOneError(result: CliResult, ...named: readonly string[]): void {
  expect(result.stderr).not.toMatch(/\n\s+at .+:\d+:\d+|internal error/i);
  for (const text of named) expect(result.stderr).toContain(text);
  expect(result.code, result.stderr).toBe(1);
}

describe('bad input is one error with its place and the next step, and nothing is written', () => {
  afterEach(() => {
    expect(existsSync(bench.path('rendered.yaml'))).toBe(false);
  });

  test('an unknown key', async () => {
    bench.write({ 'skaffold.yaml': config.replace('artifacts:', 'artifcats:') });
    const result = await bench.run(build);
    expectOneError(result, 'skaffold.yaml:6:3', 'artifcats', 'artifacts');
    expect(existsSync(bench.path('artifacts.json'))).toBe(false);
  });

  test('a wrong type', async () => {
    bench.write({ 'skaffold.yaml': config.replace('- image: app', '- image: [app]') });
    expectOneError(await bench.run(build), 'skaffold.yaml:7:12', 'image');
  });

  test('several mistakes are told at once', async () => {
    bench.write({ 'skaffold.yaml': config.replace('artifacts:', 'artifcats:').replace('rawYaml:', 'rawYml:') });
    expectOneError(await bench.run(build), 'skaffold.yaml:6:3', 'skaffold.yaml:9:3');
  });

  test('YAML that does not parse', async () => {
    bench.write({ 'skaffold.yaml': `${config}  broken: [1, 2\n` });
    expectOneError(await bench.run(build), 'skaffold.yaml:11');
  });

  test('no configuration at all', async () => {
    expectOneError(await bench.run([...build, '-f', 'nothing.yaml']), 'nothing.yaml');
  });

  test('a missing Dockerfile', async () => {
    bench.write({
      'skaffold.yaml': `${config.replace('- image: app', '- image: app\n    docker: {dockerfile: Dockerfile.prod}')}`,
    });
    expectOneError(await bench.run(build), 'Dockerfile.prod', 'app');
    expect(existsSync(bench.path('artifacts.json'))).toBe(false);
  });

  test('a Dockerfile that copies what is not there', async () => {
    bench.write({ Dockerfile: 'FROM scratch\nCOPY nothing.txt /\n' });
    expectOneError(await bench.run(build), 'nothing.txt');
  });

  test('RUN where sandboxes are turned off, with the engine that can', async () => {
    bench.write({ Dockerfile: 'FROM scratch\nCOPY file.txt /\nRUN make\n' });
    expectOneError(await bench.run([...build, '--sandbox=none']), 'Dockerfile:3', 'RUN', '--engine=docker');
  });

  test('RUN in an image that has no shell', async () => {
    bench.write({ Dockerfile: 'FROM scratch\nCOPY file.txt /\nRUN make\n' });
    expectOneError(await bench.run(build), 'Dockerfile:3', 'RUN make', '127', '/bin/sh');
  });

  test('a missing manifest', async () => {
    bench.write({ 'skaffold.yaml': config.replace('- pod.yaml', '- nothing.yaml'), 'artifacts.json': artifacts });
    expectOneError(await bench.run(render), 'nothing.yaml');
  });

  test('a manifest that does not parse keeps the old output', async () => {
    bench.write({
      'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n',
      'artifacts.json': artifacts,
      'old.yaml': 'old\n',
    });
    const result = await bench.run(render.map((arg) => arg.replace('rendered.yaml', 'old.yaml')));
    expectOneError(result, 'pod.yaml:3');
    expect(bench.read('old.yaml')).toBe('old\n');
  });

  test('an unknown image in -b', async () => {
    const result = await bench.run([...build, '-b', 'nope']);
    expectOneError(result, 'nope', 'app');
  });

  test('an output that cannot be written', async () => {
    bench.write({ 'artifacts.json': artifacts });
    expectOneError(
      await bench.run(render.map((arg) => arg.replace('rendered.yaml', 'no/such/dir/rendered.yaml'))),
      'no/such/dir/rendered.yaml',
    );
    mkdirSync(bench.path('closed'));
    writeFileSync(bench.path('closed/x'), '');
    chmodSync(bench.path('closed'), 0o555);
    const result = await bench.run(render.map((arg) => arg.replace('rendered.yaml', 'closed/x/rendered.yaml')));
    expectOneError(result, 'closed/x/rendered.yaml');
  });

  test('an output that cannot be written is told before anything is built', async () => {
    for (const file of ['no/such/dir/artifacts.json', '.']) {
      const result = await bench.run(build.map((arg) => arg.replace('artifacts.json', file)));
      expectOneError(result, file);
      expect(result.stdout).toBe('');
    }
  });

  test('an unreachable registry', async () => {
    const result = await bench.run(build);
    expectOneError(result, '127.0.0.1:1');
    expect(existsSync(bench.path('artifacts.json'))).toBe(false);
  });

  test('a refused password', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="closed"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const auth = Buffer.from('me:not-the-password').toString('base64');
    mkdirSync(`${bench.home}/.docker`);
    writeFileSync(`${bench.home}/.docker/config.json`, JSON.stringify({ auths: { [host]: { auth } } }));
    const result = await bench.run(build.map((arg) => arg.replace('127.0.0.1:1', host)));
    server.close();
    expectOneError(result, host);
    expect(result.stderr + result.stdout).not.toContain('not-the-password');
    expect(result.stderr + result.stdout).not.toContain(auth);
    expect(existsSync(bench.path('artifacts.json'))).toBe(false);
  });
});

describe('a command line that makes no sense exits with 127', () => {
  test.each([
    [['bulid'], 'unknown command "bulid"'],
    [['build', '--defualt-repo=x'], 'unknown flag: --defualt-repo'],
    [['build', '-Z'], 'unknown shorthand flag'],
    [['render', '--build-artifacts=missing.json'], 'missing.json'],
    [['build', '--build-concurrency=many'], 'many'],
    [['build', '--engine=podman'], 'podman'],
    [['build', 'extra'], 'extra'],
  ])('%j', async (args, named) => {
    const result = await bench.run(args);
    expect(result.stderr).toContain(named);
    expect(result.code).toBe(127);
  });
});

test('a link named skaffold answers as Skaffold, and so do its errors', async () => {
  const link = bench.path('../skaffold');
  symlinkSync(program, link);
  const ask = (...args: string[]): string =>
    execFileSync(process.execPath, [link, ...args], { encoding: 'utf8', env: { ...process.env, HOME: bench.home } });
  expect(ask('version')).toBe('v2.24.0\n');
  expect((await bench.run(['version'])).stdout).toBe('v2.24.0\n');
  expect(ask('help', 'build')).toContain('skaffold build');
});
