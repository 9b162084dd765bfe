import { describe, expect, test } from 'vitest';
import { type CommandRun, runCommandLine } from './support.ts';

const header = (version: string): string => `apiVersion: skaffold/${version}\nkind: Config\n`;

async function fix(text: string, ...args: string[]): Promise<CommandRun> {
  return runCommandLine(['fix', ...args], { files: { 'skaffold.yaml': text } });
}

describe('fix', () => {
  test('prints the newest version, without defaults', async () => {
    const text = `${header('v4beta3')}build: {artifacts: [{image: app}]}
verify: [{name: v, container: {name: v, image: i}}]
profiles: [{name: p, deploy: {kubectl: {}}}]
`;
    expect(await fix(text)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `${header('v4beta14')}build:
  artifacts:
    - image: app
verify:
  - name: v
    container:
      name: v
      image: i
profiles:
  - name: p
    deploy:
      kubectl: {}
`,
    });
  });

  test('documents keep their order', async () => {
    const { stdout } = await fix(
      `${header('v4beta14')}metadata: {name: a}\n---\n${header('v4beta1')}metadata: {name: b}\n`,
    );
    expect(stdout).toBe(`${header('v4beta14')}metadata:\n  name: a\n---\n${header('v4beta14')}metadata:\n  name: b\n`);
  });

  test('--version: fields of that version only', async () => {
    const { stdout } = await fix(`${header('v4beta2')}deploy: {statusCheck: false}\n`, '--version', 'skaffold/v4beta6');
    expect(stdout).toBe(`${header('v4beta6')}deploy:\n  statusCheck: false\n`);
  });

  test('a file that has the version already is left alone', async () => {
    const result = await fix(header('v4beta14'), '-o', 'new.yaml');
    expect(result).toMatchObject({ code: 0, stdout: 'config is already version skaffold/v4beta14\n' });
    expect(result.files['/work/new.yaml']).toBeUndefined();
  });

  test('reads standard input', async () => {
    const result = await runCommandLine(['fix', '-f', '-'], { stdin: header('v4beta1') });
    expect(result).toMatchObject({ code: 0, stdout: header('v4beta14') });
  });
});

describe('comments', () => {
  test('stay where nothing moves, and what is written otherwise is changed in its place', async () => {
    const text = `# top
apiVersion: skaffold/v4beta2 # version
kind: Config
build:
  # of the build
  local:
    push: true # always
    useDockerCLI: false # zero
  artifacts:
  - image: app
    docker: {buildArgs: {DEBUG: 1}} # flow
---
${header('v4beta14')}# the second
`;
    const expected = text
      .replace('v4beta2', 'v4beta14')
      .replace('    useDockerCLI: false # zero\n', '')
      .replace('DEBUG: 1', 'DEBUG: "1"');
    expect((await fix(text)).stdout).toBe(expected);
  });

  test('are lost where fields move', async () => {
    const { stdout } = await fix(`# top\n${header('v2beta29')}deploy: {kubectl: {manifests: [a.yaml]}}\n`);
    expect(stdout).toBe(`${header('v4beta14')}manifests:\n  rawYaml:\n    - a.yaml\ndeploy:\n  kubectl: {}\n`);
  });

  test.each([
    'build: {local: {useDockerCLI: false}} # the only one\n',
    'build: {local: {push: true, useDockerCLI: false}} # in braces\n',
    'build: # empty lists\n  platforms: []\n  local: {}\n',
    'manifests: # several lines\n  rawYaml:\n  - "a\n    b"\n',
  ])('never change what is said: %j', async (body) => {
    const [commented, bare] = [
      await fix(header('v4beta2') + body),
      await fix(header('v4beta2') + body.replace(/ #.*/, '')),
    ];
    const again = await runCommandLine(['diagnose', '--yaml-only'], { files: { 'skaffold.yaml': commented.stdout } });
    const plain = await runCommandLine(['diagnose', '--yaml-only'], { files: { 'skaffold.yaml': bare.stdout } });
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(plain.stdout);
  });
});

describe('files', () => {
  const old = header('v4beta1');
  const written = 'New config at version skaffold/v4beta14 generated and written to';

  test('--output', async () => {
    const result = await fix(old, '-o', 'new.yaml');
    expect(result).toMatchObject({ code: 0, stdout: `${written} new.yaml\n` });
    expect(result.files['/work/new.yaml']).toBe(header('v4beta14'));
    expect(result.files['/work/skaffold.yaml']).toBe(old);
  });

  test('--overwrite keeps the old file beside', async () => {
    const result = await fix(old, '--overwrite');
    expect(result.stdout).toBe(`Backed up previous skaffold.yaml at  skaffold.yaml.v2\n${written} skaffold.yaml\n`);
    expect(result.files['/work/skaffold.yaml']).toBe(header('v4beta14'));
    expect(result.files['/work/skaffold.yaml.v2']).toBe(old);
  });

  test('--overwrite of standard input is refused before anything is written', async () => {
    const result = await runCommandLine(['fix', '-f', '-', '--overwrite'], { stdin: old });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('--output');
  });
});

describe('fix fails', () => {
  test.each([
    [
      header('v4beta2'),
      ['--version', 'skaffold/v3'],
      '"skaffold/v4beta2" is more recent than target version "skaffold/v3"',
    ],
    [header('v4beta2'), ['--version', 'v4beta14'], 'v4beta14 is an invalid api version'],
    [header('v4beta2'), ['--overwrite', '-o', 'x'], 'cannot be used together'],
    [header('v4beta2'), ['-f', 'none.yaml'], '/work/none.yaml'],
    [`${header('v4beta2')}nope: 1\n`, [], 'skaffold.yaml:3:1'],
    [`${header('v4beta2')}build: {artifacts: [{image: 'a:b'}]}\n`, [], 'no tag should be specified'],
  ])('%j %j', async (text, args, named) => {
    const result = await fix(text, ...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(named);
    expect(result.files['/work/skaffold.yaml']).toBe(text);
  });
});
