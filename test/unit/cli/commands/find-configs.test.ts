import { expect, test } from 'vitest';
import { runCommandLine } from './support.ts';

const config = (version: string): string => `apiVersion: skaffold/${version}\nkind: Config\n`;

const files = {
  'skaffold.yaml': config('v4beta14'),
  'b/old.yml': config('v4beta1'),
  '.hidden/node_modules/two.yaml': `${config('v4beta5')}---\n${config('v4beta14')}`,
  'b/pod.yaml': 'apiVersion: v1\nkind: Pod\n',
  'b/misspelt.yaml': `${config('v4beta14')}biuld: {}\n`,
  'b/unknown.yaml': config('v9'),
  'b/skaffold.json': JSON.stringify({ apiVersion: 'skaffold/v4beta14', kind: 'Config' }),
};

test('lists what reads as a configuration, with the version that is written there', async () => {
  const result = await runCommandLine(['find-configs', '-o', 'json'], { files });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toBe(
    '{\n\t".hidden/node_modules/two.yaml": "skaffold/v4beta5",\n\t"b/old.yml": "skaffold/v4beta1",\n\t"skaffold.yaml": "skaffold/v4beta14"\n}\n',
  );
});

test('a table pads paths and versions; old versions are green', async () => {
  const { stdout } = await runCommandLine(['find-configs', '-d', 'b'], { files });
  expect(stdout).toBe(`${'b/old.yml'.padEnd(70)}\t${'skaffold/v4beta1'.padEnd(30)}\n`);
  const coloured = await runCommandLine(['find-configs', '--force-colors'], { files });
  expect(coloured.stdout.split('\n').filter((line) => line.startsWith('\u001b[32m'))).toHaveLength(2);
});

test('paths below an absolute directory are absolute', async () => {
  const { stdout } = await runCommandLine(['find-configs', '-d', '/work/b', '-o', 'json'], { files });
  expect(JSON.parse(stdout)).toEqual({ '/work/b/old.yml': 'skaffold/v4beta1' });
});

test('nothing found', async () => {
  const empty = { files: { 'a.yaml': 'a: 1\n' } };
  expect(await runCommandLine(['find-configs'], empty)).toMatchObject({ code: 0, stdout: '' });
  expect(await runCommandLine(['find-configs', '-o', 'json'], empty)).toMatchObject({ code: 0, stdout: '{}\n' });
});

test('a missing directory and an unknown form fail', async () => {
  const missing = await runCommandLine(['find-configs', '-d', 'nope']);
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toContain('nope');
  const form = await runCommandLine(['find-configs', '-o', 'xml']);
  expect(form).toMatchObject({ code: 1, stdout: '' });
  expect(form.stderr).toContain('unsupported template: xml');
});
