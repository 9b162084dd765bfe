import { describe, expect, test } from 'vitest';
import { runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';

const files = {
  'skaffold.yaml': `${header}metadata: {name: one}
requires: [{path: sub}]
build: {artifacts: [{image: a}]}
test:
- image: a
  structureTests: [x.yaml, y.yaml]
  structureTestsArgs: [-v]
  custom: [{command: "a && b", timeoutSeconds: 5, dependencies: {paths: [p]}}]
verify:
- {name: z, container: {name: z, image: z}}
- {name: b, container: {name: b, image: z}, executionMode: {kubernetesCluster: {jobManifestPath: j.yaml}}}
customActions:
- {name: act, containers: [{name: z, image: z}], executionMode: {kubernetesCluster: {}}}
profiles:
- {name: remote, build: {googleCloudBuild: {}}}
- {name: in, build: {cluster: {}}}
- {name: here}
---
${header}build: {artifacts: [{image: c}]}
`,
  'sub/skaffold.yaml': `${header}metadata: {name: sub}\ntest: [{image: s, structureTests: [s.yaml]}]\n`,
};

async function ask(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runCommandLine(['inspect', ...args], { files });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.endsWith('}\n')).toBe(true);
  return JSON.parse(stdout);
}

test('modules: those that are required first; without a name only on request', async () => {
  const named = [
    { name: 'sub', path: '/work/sub/skaffold.yaml' },
    { name: 'one', path: '/work/skaffold.yaml', isRoot: true },
  ];
  expect(await ask('modules', 'list')).toEqual({ modules: named });
  expect(await ask('modules', 'list', '-a')).toEqual({
    modules: [...named, { name: '__config_1', path: '/work/skaffold.yaml', isRoot: true }],
  });
});

test('profiles, by where they build', async () => {
  const entry = (name: string): unknown => ({ name, path: '/work/skaffold.yaml', module: 'one' });
  const cases = { '': ['remote', 'in', 'here'], local: ['here'], cluster: ['in'], googleCloudBuild: ['remote'], x: [] };
  for (const [environment, names] of Object.entries(cases)) {
    const filter = environment === '' ? [] : ['--build-env', environment];
    expect(await ask('profiles', 'list', ...filter)).toEqual({ profiles: names.map(entry) });
  }
});

test('build environments, with profiles', async () => {
  expect(await ask('build-env', 'list', '-p', 'remote', '-m', 'one')).toEqual({
    build_envs: [
      { type: 'local', path: '/work/sub/skaffold.yaml', module: 'sub' },
      { type: 'googleCloudBuild', path: '/work/skaffold.yaml', module: 'one' },
    ],
  });
});

test('tests: commands first, keys as Go writes them, HTML escaped', async () => {
  const args = { structureTestArgs: ['-v'] };
  expect(await ask('tests', 'list')).toEqual({
    tests: [
      { testType: 'structure-test', structureTest: '/work/sub/s.yaml', structureTestArgs: null },
      {
        testType: 'custom-test',
        Command: 'a && b',
        TimeoutSeconds: 5,
        Dependencies: { Command: '', Paths: ['p'], Ignore: null },
      },
      { testType: 'structure-test', structureTest: 'x.yaml', ...args },
      { testType: 'structure-test', structureTest: 'y.yaml', ...args },
    ],
  });
  const { stdout } = await runCommandLine(['inspect', 'tests', 'list'], { files });
  expect(stdout).toContain('"a \\u0026\\u0026 b"');
});

test('execution modes and job manifests, sorted by name', async () => {
  const modes = await ask('executionModes', 'list');
  expect(JSON.stringify(modes)).toBe(
    '{"verifyExecutionModes":{"b":"kubernetesCluster","z":"local"},"customActionsExecutionModes":{"act":"kubernetesCluster"}}',
  );
  expect(await ask('jobManifestPaths', 'list')).toEqual({
    verifyJobManifestPaths: { b: 'j.yaml' },
    customActionJobManifestPaths: {},
  });
});

describe('failures are JSON on standard output', () => {
  test.each([
    [['build-env', 'list', '-p', 'nope'], 'CONFIG_PROFILES_NOT_FOUND_ERR', 'nope'],
    [['modules', 'list', '-f', 'none.yaml'], 'CONFIG_FILE_NOT_FOUND_ERR', 'none.yaml'],
    [['modules', 'list', '-f', 'bad.yaml'], 'CONFIG_FILE_PARSING_ERR', 'bad.yaml:3:1: '],
    [['namespaces', 'list'], 'FILE_READ_ERR', 'manifests'],
    [['namespaces', 'list', 'broken.yaml'], 'MANIFEST_PARSE_ERR', 'broken.yaml'],
  ])('%j', async (args, code, named) => {
    const more = { ...files, 'bad.yaml': `${header}one: 1\ntwo: 2\n`, 'broken.yaml': 'a: [' };
    const result = await runCommandLine(['inspect', ...args], { files: more });
    expect(result).toMatchObject({ code: 1, stderr: '' });
    const { errorCode, errorMessage } = JSON.parse(result.stdout);
    expect(errorCode).toBe(code);
    expect(errorMessage).toContain(named);
  });
});

describe('namespaces', () => {
  const manifests = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: b, namespace: own}
---
apiVersion: v1
kind: Service
metadata: {name: c}
`;

  test.each([
    ['', 'default'],
    ['deploy: {kubectl: {defaultNamespace: set}}', 'set'],
    ['deploy: {kubectl: {defaultNamespace: set, flags: {global: [--v=1], apply: ["-n flag"]}}}', 'flag'],
    ['deploy: {kubectl: {flags: {global: [--namespace=flag]}}}', 'flag'],
    ['deploy: {kubectl: {flags: {apply: [--namespace, flag]}}}', 'flag'],
  ])('with %j: %s', async (deploy, namespace) => {
    const result = await runCommandLine(['inspect', 'namespaces', 'list', 'm.yaml'], {
      files: { 'skaffold.yaml': `${header}${deploy}\n`, 'm.yaml': manifests },
    });
    expect(JSON.parse(result.stdout)).toEqual({
      resourceToInfoMap: {
        'apps/v1, Kind=Deployment': [
          { name: 'a', namespace },
          { name: 'b', namespace: 'own' },
        ],
      },
    });
  });
});
