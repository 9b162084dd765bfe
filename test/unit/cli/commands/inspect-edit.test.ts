import { describe, expect, test } from 'vitest';
import { type CommandRun, runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';

const files = {
  'skaffold.yaml': `# lost
apiVersion: skaffold/v4beta2
kind: Config
metadata: {name: one}
requires: [{path: sub}]
build: {artifacts: [{image: a}], local: {}}
profiles:
- {name: cloud, build: {googleCloudBuild: {projectId: p, timeout: 1s}}}
- {name: here}
---
${header}metadata: {name: two}
build: {cluster: {namespace: n}}
`,
  'sub/skaffold.yaml': `${header}metadata: {name: sub}\n`,
};

async function edit(...args: string[]): Promise<CommandRun> {
  return runCommandLine(['inspect', ...args], { files });
}

/** The documents of the file that was asked for. */
async function edited(...args: string[]): Promise<readonly string[]> {
  const result = await edit(...args);
  expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
  return (result.files['/work/skaffold.yaml'] ?? '').split('---\n');
}

describe('build-env add', () => {
  test('without a profile: in place of other environments, in the file itself only', async () => {
    const result = await edit(
      'build-env',
      'add',
      'local',
      '--push',
      '--useDockerCLI',
      '--concurrency',
      '0',
      '-m',
      'two',
    );
    expect(result).toMatchObject({ code: 0, stdout: '' });
    const [one, two] = (result.files['/work/skaffold.yaml'] ?? '').split('---\n');
    expect(one).toContain('    - image: a\n  local: {}\n');
    expect(two).toBe(
      `${header}metadata:\n  name: two\nbuild:\n  local:\n    push: true\n    useDockerCLI: true\n    concurrency: 0\n`,
    );
    expect(result.files['/work/sub/skaffold.yaml']).toBe(files['sub/skaffold.yaml']);
  });

  test('the file is written in the newest version, without defaults', async () => {
    const [one] = await edited(
      'build-env',
      'add',
      'googleCloudBuild',
      '--projectId',
      'q',
      '--diskSizeGb',
      '5',
      '-m',
      'one',
    );
    expect(one).toBe(`${header}metadata:
  name: one
requires:
  - path: sub
build:
  artifacts:
    - image: a
  googleCloudBuild:
    projectId: q
    diskSizeGb: 5
profiles:
  - name: cloud
    build:
      googleCloudBuild:
        projectId: p
        timeout: 1s
  - name: here
`);
  });

  test('with a profile: in required configurations too, which are told to switch it on', async () => {
    const result = await edit(
      'build-env',
      'add',
      'cluster',
      '-p',
      'new',
      '--dockerConfigSecretName',
      's',
      '--runAsUser',
      '0',
      '--randomPullSecret',
    );
    const profile = `profiles:
  - name: new
    build:
      cluster:
        dockerConfig:
          secretName: s
        randomPullSecret: true
        runAsUser: 0
`;
    expect(result.files['/work/sub/skaffold.yaml']).toBe(`${header}metadata:\n  name: sub\n${profile}`);
    expect(result.files['/work/skaffold.yaml']).toContain(
      'requires:\n  - path: sub\n    activeProfiles:\n      - name: new\n        activatedBy:\n          - new\n',
    );
    expect(result.files['/work/skaffold.yaml']?.match(/- name: new\n {4}build:/g)).toHaveLength(2);
  });

  test('local in a profile activates nothing elsewhere', async () => {
    const [one] = await edited('build-env', 'add', 'local', '-p', 'here', '--push=false');
    expect(one).toContain('requires:\n  - path: sub\nbuild:');
    expect(one).toContain('  - name: here\n    build:\n      local:\n        push: false\n');
  });
});

describe('build-env modify googleCloudBuild', () => {
  test('changes what is given', async () => {
    const [one] = await edited(
      'build-env',
      'modify',
      'googleCloudBuild',
      '-p',
      'cloud',
      '--timeout',
      '2s',
      '--strict=false',
    );
    expect(one).toContain('      googleCloudBuild:\n        projectId: p\n        timeout: 2s\n');
  });

  test('--strict=false passes over what builds elsewhere', async () => {
    const result = await edit('build-env', 'modify', 'googleCloudBuild', '--timeout', '2s', '--strict=false');
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.files['/work/sub/skaffold.yaml']).toBe(files['sub/skaffold.yaml']);
  });
});

test('refusals are an answer: nothing is written', async () => {
  const cases = [
    [['add', 'cluster'], 'INSPECT_BUILD_ENV_ALREADY_EXISTS_ERR'],
    [['add', 'googleCloudBuild', '-p', 'cloud'], 'INSPECT_BUILD_ENV_ALREADY_EXISTS_ERR'],
    [['modify', 'googleCloudBuild'], 'INSPECT_BUILD_ENV_INCORRECT_TYPE_ERR'],
    [['modify', 'googleCloudBuild', '-p', 'nope'], 'INSPECT_PROFILE_NOT_FOUND_ERR'],
  ] as const;
  for (const [args, code] of cases) {
    const result = await edit('build-env', ...args);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({ errorCode: code });
    for (const [name, text] of Object.entries(files)) expect(result.files[`/work/${name}`]).toBe(text);
  }
});

test('standard input cannot be edited', async () => {
  const result = await runCommandLine(['inspect', 'build-env', 'add', 'local', '-f', '-'], { stdin: header });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ errorCode: 'NOT_SUPPORTED' });
});

describe('config-dependencies add', () => {
  const add = (json: string, ...args: string[]): Promise<CommandRun> =>
    runCommandLine(['inspect', 'config-dependencies', 'add', 'd.json', ...args], {
      files: { ...files, 'd.json': json },
    });

  test('appends to all that are selected, and to what they require', async () => {
    const json = '{"dependencies": [{"git": {"repo": "r", "sync": false}}, {"configs": ["c"], "path": "p"}]}';
    const result = await add(json, '-m', 'one');
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const added = '  - git:\n      repo: r\n      sync: false\n  - configs:\n      - c\n    path: p\n';
    expect(result.files['/work/skaffold.yaml']).toContain(`requires:\n  - path: sub\n${added}build:`);
    expect(result.files['/work/sub/skaffold.yaml']).toBe(`${header}metadata:\n  name: sub\nrequires:\n${added}`);
    expect(result.files['/work/skaffold.yaml']?.split('requires:')).toHaveLength(2);
  });

  test.each([
    ['[]', 'CONFIG_FILE_PARSING_ERR'],
    ['{"dependencies"', 'CONFIG_FILE_PARSING_ERR'],
    ['{"deps": []}', 'CONFIG_FILE_PARSING_ERR'],
    ['{"dependencies": [{"paht": "x"}]}', 'CONFIG_FILE_PARSING_ERR'],
    ['{"dependencies": {"path": "x"}}', 'CONFIG_FILE_PARSING_ERR'],
  ])('refuses %j', async (json, code) => {
    const result = await add(json);
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({
      errorCode: code,
      errorMessage: expect.stringContaining('d.json'),
    });
    for (const [name, text] of Object.entries(files)) expect(result.files[`/work/${name}`]).toBe(text);
  });
});
