import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CliResult, startRegistry, type Workbench, workbench } from '../support/cli.ts';

const config = (argument: string, target = 'all'): string => `apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  artifacts:
  - image: base
    context: base
  - image: app
    context: app
    requires: [{image: base, alias: BASE}]
    docker: {target: ${target}, buildArgs: {TOKEN: "${argument}"}}
  - image: alone
    context: alone
`;

let bench: Workbench;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  bench = workbench();
  registry = await startRegistry(bench);
});
afterAll(async () => {
  await registry?.stop();
  bench?.remove();
});

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: bench.directory,
    encoding: 'utf8',
  });

beforeEach(async () => {
  rmSync(bench.directory, { recursive: true, force: true });
  bench.write({
    'skaffold.yaml': config('s3cret-one'),
    'base/Dockerfile': 'FROM scratch\nCOPY . /base/\n',
    'base/tool': 'tool',
    'app/Dockerfile':
      'ARG BASE\nFROM scratch AS part\nCOPY other /other\nFROM $BASE AS all\nARG TOKEN\nLABEL t=$TOKEN\nCOPY src /src/\n',
    'app/src/a': 'a',
    'app/src/b': 'b',
    'app/other': 'other',
    'app/.dockerignore': 'src/ignored\n',
    'alone/Dockerfile': 'FROM scratch\nCOPY f /f\n',
    'alone/f': 'f',
  });
  const built = await bench.run(['build', '-q', ...flags]);
  expect(built.code, built.stderr).toBe(0);
});

const flags = ['--engine=embedded'];
beforeAll(() => void flags.push(`--default-repo=${registry.address}/explain`));

interface Explained {
  readonly image: string;
  readonly status: string;
  readonly where?: string;
  readonly changes: readonly { readonly kind: string; readonly name: string; before?: string; after?: string }[];
}

async function why(...args: readonly string[]): Promise<readonly Explained[]> {
  const result = await bench.run(['why', '--format=json', ...flags, ...args]);
  expect(result.code, result.stderr).toBe(0);
  return (JSON.parse(result.stdout) as { artifacts: Explained[] }).artifacts;
}

const changesOf = async (image: string): Promise<readonly unknown[]> =>
  (await why(image)).find((one) => one.image === image)?.changes ?? [];

test('nothing changed: all is found in the registry', async () => {
  expect(await why()).toEqual(
    ['base', 'app', 'alone'].map((image) => ({ image, status: 'found', where: 'registry', changes: [] })),
  );
});

test('each change of a file is told as what it is', async () => {
  renameSync(bench.path('app/src/a'), bench.path('app/src/moved'));
  chmodSync(bench.path('app/src/b'), 0o755);
  bench.write({ 'app/src/new': 'new', 'app/src/ignored': 'x', 'app/other': 'no part of the target' });
  symlinkSync('b', bench.path('app/src/link'));
  expect(await changesOf('app')).toEqual([
    { kind: 'mode-changed', name: 'src/b', before: '0644', after: '0755' },
    { kind: 'file-added', name: 'src/link' },
    { kind: 'file-moved', name: 'src/moved', before: 'src/a', after: 'src/moved' },
    { kind: 'file-added', name: 'src/new' },
  ]);
});

test('arguments are told by name only, and their values are nowhere in the store', async () => {
  bench.write({ 'skaffold.yaml': config('s3cret-two') });
  expect(await changesOf('app')).toEqual([{ kind: 'argument-changed', name: 'TOKEN' }]);
  const text = await bench.run(['why', ...flags, 'app']);
  expect(text.stdout).toContain('build argument changed: TOKEN');
  const store = join(bench.home, '.cache/slipway');
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const builds = files.filter((entry) => /last-builds|results|snapshots/.test(entry.parentPath));
  expect(builds.length).toBeGreaterThan(3);
  for (const entry of builds) expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.toContain('s3cret');
});

test('the target, the Dockerfile, the ignore file and a required image', async () => {
  bench.write({ 'skaffold.yaml': config('s3cret-one', 'part') });
  expect(await changesOf('app')).toContainEqual({ kind: 'parameter-changed', name: 'target', after: 'part' });
  bench.write({ 'skaffold.yaml': config('s3cret-one'), 'app/.dockerignore': 'src/b\n', 'base/tool': 'changed' });
  const [base, app, alone] = await why();
  expect(base?.changes).toEqual([{ kind: 'file-changed', name: 'tool' }]);
  expect(app?.changes).toEqual([
    { kind: 'ignore-file-changed', name: '.dockerignore' },
    { kind: 'file-removed', name: 'src/b' },
    { kind: 'dependency-rebuilt', name: 'base' },
  ]);
  expect(alone?.status).toBe('found');
  bench.write({ 'alone/Dockerfile': 'FROM scratch\nCOPY f /g\n' });
  expect(await changesOf('alone')).toEqual([{ kind: 'dockerfile-changed', name: 'Dockerfile' }]);
});

test('build --explain tells it among the progress, or as JSON on standard error', async () => {
  bench.write({ 'alone/f': 'changed' });
  const json = await bench.run(['build', '-q', '--explain=json', '-b', 'alone', ...flags]);
  expect(JSON.parse(json.stderr)).toEqual({
    artifacts: [{ image: 'alone', status: 'changed', changes: [{ kind: 'file-changed', name: 'f' }] }],
  });
  expect(JSON.parse(json.stdout).builds).toHaveLength(1);
  bench.write({ 'alone/f': 'again' });
  const text = await bench.run(['build', '--explain', '-b', 'alone', ...flags]);
  expect(text.stdout).toContain(' - alone: Not found. Building\n   file changed: f\n');
});

const affected = async (...args: readonly string[]): Promise<string[]> => {
  const result: CliResult = await bench.run(['affected', ...args]);
  expect(result.code, result.stderr).toBe(0);
  return result.stdout.split('\n').filter((line) => line !== '');
};

test('affected: what changes in git touch, through what is required, and nothing else', async () => {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'one');
  expect(await affected('--since', 'HEAD')).toEqual([]);
  bench.write({ 'base/tool': 'changed', 'app/src/ignored': 'x', 'app/other': 'no part of the target' });
  expect(await affected('--since', 'HEAD')).toEqual(['base', 'app']);
  git('add', '-A');
  git('commit', '-qm', 'two');
  bench.write({ '.gitignore': 'built\n', 'alone/f': 'changed', 'base/built': 'x' });
  expect(await affected('--since', 'HEAD')).toEqual(['alone']);
  expect(await affected('--since', 'HEAD~1', '--until', 'HEAD')).toEqual(['base', 'app']);
  bench.write({ 'skaffold.yaml': config('another') });
  const json = await bench.run(['affected', '--since', 'HEAD', '--format=json']);
  expect(JSON.parse(json.stdout)).toEqual({
    since: 'HEAD',
    until: null,
    artifacts: [
      { image: 'app', status: 'changed', changes: [{ kind: 'argument-changed', name: 'TOKEN' }] },
      { image: 'alone', status: 'changed', changes: [{ kind: 'file-changed', name: 'f' }] },
    ],
  });
  expect(json.stdout).not.toContain('another');
});

test('affected: a commit that is not there, and none at all, are errors', async () => {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'one');
  for (const args of [['--since', 'nowhere'], ['--since', '--output=/tmp/x'], []]) {
    const result = await bench.run(['affected', ...args]);
    expect([result.code, result.stdout]).not.toEqual([0, expect.anything()]);
  }
});
