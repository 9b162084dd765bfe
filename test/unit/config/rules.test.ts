import { describe, expect, test } from 'vitest';
import { transformFunctions } from '../../../src/core/kpt-functions.ts';
import { errorsOf, failure, head, load } from './harness.ts';

/** One broken rule each: what is written after the head, where the only finding has to point, and the command. */
const table: readonly (readonly [rule: string, text: string, place: string, command?: string])[] = [
  ['image is no reference', 'build:\n  artifacts:\n  - image: a b\n', '5:12'],
  ['image has a tag', 'build:\n  artifacts:\n  - image: a:b\n', '5:12'],
  ['image has a digest', `build:\n  artifacts:\n  - image: a@sha256:${'0'.repeat(64)}\n`, '5:12'],
  ['required field empty', 'build:\n  artifacts:\n  - image: ""\n', '5:12'],
  ['required field absent', 'build:\n  artifacts:\n  - context: x\n', '5:5'],
  ['required container absent', 'verify:\n- name: v\n', '4:3'],
  ['two builders', 'build:\n  artifacts:\n  - image: a\n    docker: {}\n    bazel: {target: x}\n', '5:5'],
  ['two environments', 'build:\n  local: {}\n  cluster: {}\n', '4:3'],
  ['two tag policies', 'build:\n  tagPolicy:\n    sha256: {}\n    dateTime: {}\n', '5:5'],
  ['two sources of a secret', artifact('docker: {secrets: [{id: i, src: s, env: E}]}'), '6:24'],
  [
    'component without a policy',
    'build:\n  tagPolicy:\n    customTemplate:\n      template: x\n      components:\n      - name: n\n',
    '8:9',
  ],
  ['container network with a bad name', artifact('docker:\n      network: container:-x'), '7:16'],
  [
    'ignore beside a command',
    artifact('custom:\n      dependencies:\n        command: c\n        ignore: [x]'),
    '9:17',
  ],
  ['strip that is no prefix', artifact('sync:\n      manual:\n      - {src: a, dest: b, strip: c}'), '8:9'],
  ['ko infers with a wildcard', artifact('ko: {main: ./...}\n    sync: {infer: [kodata/x]}'), '6:16'],
  ['ko infers outside kodata', artifact('ko: {}\n    sync: {infer: [x]}'), '7:20'],
  ['port of an unknown resource', 'portForward:\n- resourceType: zebra\n  port: 80\n', '4:17'],
  ['Cloud Run without a location', 'deploy:\n  cloudrun: {projectid: p}\n', '4:13', 'deploy'],
  ['unknown Jib plug-in', artifact('jib: {type: ant}'), '6:17'],
  ['unknown log prefix', 'deploy:\n  logs:\n    prefix: x\n', '5:13'],
  ['kaniko without a cluster', artifact('kaniko: {}'), '5:5'],
  ['bazel in the cloud', `build:\n  googleCloudBuild: {}\n  artifacts:\n  - image: a\n    bazel: {target: x}\n`, '6:5'],
  ['buildpacks in the cluster', `build:\n  cluster: {}\n  artifacts:\n  - image: a\n    buildpacks: {}\n`, '6:5'],
  [
    'import of missing images tagged latest',
    'build:\n  tagPolicy: {sha256: {}}\n  local: {tryImportMissing: true}\n',
    '5:29',
  ],
  ['empty test command', 'test:\n- image: a\n  custom:\n  - command: ""\n', '6:14'],
  [
    'test with command and paths',
    'test:\n- image: a\n  custom:\n  - command: c\n    dependencies:\n      command: c\n      paths: [p]\n',
    '8:7',
  ],
  [
    'test with ignore alone',
    'test:\n- image: a\n  custom:\n  - command: c\n    dependencies:\n      ignore: [i]\n',
    '8:15',
  ],
  ['worker pool not in full', 'build:\n  googleCloudBuild:\n    workerPool: p\n', '5:17'],
  ['image built twice', 'build:\n  artifacts:\n  - image: a\n  - image: a\n', '6:12'],
  ['alias repeated', twoArtifacts('requires: [{image: b, alias: X}, {image: b, alias: X}]'), '6:56'],
  ['alias that is no name', twoArtifacts('requires: [{image: b, alias: 1x}]'), '6:34'],
  ['alias left out', twoArtifacts('requires: [{image: b-c}]').replace('image: b\n', 'image: b-c\n'), '6:16'],
  ['unknown dependency', twoArtifacts('requires: [{image: zzz, alias: X}]'), '6:24'],
  ['dependency cycle', twoArtifacts('requires: [{image: a, alias: A}]'), '5:12'],
  ['verify without tests', 'build: {}\n', '1:1', 'verify'],
  [
    'verify test name repeated',
    'verify:\n- {name: v, container: {name: a, image: i}}\n- {name: v, container: {name: b, image: i}}\n',
    '5:10',
  ],
  [
    'verify container name repeated',
    'verify:\n- {name: v, container: {name: a, image: i}}\n- {name: w, container: {name: a, image: i}}\n',
    '5:31',
  ],
  [
    'custom action repeated',
    'customActions:\n- {name: v, containers: [{name: a, image: i}]}\n- {name: v, containers: [{name: b, image: i}]}\n',
    '5:10',
  ],
  [
    'action container repeated',
    'customActions:\n- {name: v, containers: [{name: a, image: i}]}\n- {name: w, containers: [{name: a, image: i}]}\n',
    '5:33',
  ],
  ['action without containers', 'customActions:\n- name: v\n  containers: []\n', '5:15'],
  [
    'action with two modes',
    'customActions:\n- name: v\n  containers: [{name: a, image: i}]\n  executionMode: {local: {}, kubernetesCluster: {}}\n',
    '6:18',
  ],
  [
    'required field of an unused profile',
    'profiles:\n- name: p\n  build: {artifacts: [{context: x}]}\n',
    '5:23',
    'test',
  ],
];

function artifact(builder: string): string {
  return `build:\n  artifacts:\n  - image: a\n    ${builder}\n`;
}

function twoArtifacts(extra: string): string {
  return `build:\n  artifacts:\n  - image: a\n    ${extra}\n  - image: b\n`;
}

describe('each rule gives one finding, at its place', () => {
  test.each(table)('%s', async (_, text, place, command = 'build') => {
    expect(await errorsOf(head + text, { command })).toEqual([`CONFIG_VALIDATION_ERR ${place}`]);
  });
});

test('Cloud Run may be told its location by a flag or not need one', async () => {
  const text = `${head}deploy: {cloudrun: {projectid: p}}\n`;
  await load(text, { command: 'deploy', cloudRunLocation: 'europe-west1' });
  await load(text.replace('p}', 'p, region: r}'), { command: 'deploy' });
  await load(text, { command: 'render' });
  expect(await errorsOf(text, { command: 'delete' })).toHaveLength(1);
});

test('a tag and a digest are two findings', async () => {
  const text = `${head}build:\n  artifacts:\n  - image: a:b@sha256:${'0'.repeat(64)}\n`;
  expect(await errorsOf(text)).toEqual(['CONFIG_VALIDATION_ERR 5:12', 'CONFIG_VALIDATION_ERR 5:12']);
});

test('all findings come at once, whatever rule they break', async () => {
  const text = `${head}build:\n  artifacts:\n  - image: a:b\n  - context: x\n  - image: a b\ndeploy:\n  logs: {prefix: x}\n`;
  expect((await errorsOf(text)).length).toBe(4);
});

test('a missing kind is told', async () => {
  expect(await errorsOf('apiVersion: skaffold/v4beta14\nbuild: {}\n')).toEqual(['CONFIG_VALIDATION_ERR 1:1']);
});

test('a cycle names its trail', async () => {
  const text = `${head}build:
  artifacts:
  - image: x
    requires: [{image: a, alias: A}]
  - image: a
    requires: [{image: b, alias: B}]
  - image: b
    requires: [{image: a, alias: A}]
`;
  const { diagnostics } = await failure(text);
  expect(diagnostics.map(({ message }) => message).join()).toContain('a -> b -> a');
});

describe('what Skaffold allows stays allowed', () => {
  test.each([
    ['an empty command list of a hook', artifact('hooks: {before: [{command: []}]}')],
    ['capitals and ko:// in an image', 'build:\n  artifacts:\n  - image: ko://github.com/Foo/Bar\n    ko: {}\n'],
    ['docker in the cloud', 'build:\n  googleCloudBuild: {}\n  artifacts: [{image: a}]\n'],
    ['a required field of an unused profile', 'profiles:\n- name: p\n  build: {artifacts: [{context: x}]}\n'],
    ['any container name that is a template', artifact('docker: {network: "container:{{.X}}"}')],
  ])('%s', async (_, text) => {
    expect((await load(head + text)).modules).toHaveLength(1);
  });
});

describe('kpt functions', () => {
  test.each([
    ['transform:\n  - name: zebra', 'CONFIG_UNKNOWN_TRANSFORMER 5:11'],
    ['transform:\n  - name: kubeval', 'CONFIG_UNKNOWN_TRANSFORMER 5:11'],
    ['transform:\n  - configMap: ["a:b"]', 'CONFIG_VALIDATION_ERR 5:5'],
    ['validate:\n  - name: kubeval\n  - name: zebra', 'CONFIG_UNKNOWN_VALIDATOR 6:11'],
    ['transform:\n  - name: set-labels\n    configMap: ["a:", zebra, ":", "a:b:c"]', 'CONFIG_UNKNOWN_TRANSFORMER 6:23'],
  ])('%j', async (text, finding) => {
    expect(await errorsOf(`${head}manifests:\n  ${text}\n`)).toEqual([finding]);
  });

  test.each([...transformFunctions.keys()])('%s is known', async (name) => {
    const text = `${head}manifests:\n  transform:\n  - name: ${name}\n`;
    expect((await load(text)).modules[0]?.manifestTransforms.transform).toEqual([{ name }]);
  });
});

describe('manifest files', () => {
  const text = `${head}manifests:\n  rawYaml:\n  - there.yaml\n  - missing.yaml\n  - https://x.y/z.yaml\n`;
  const files = { '/work/there.yaml': '' };

  test.each(['render', 'deploy', 'run', 'dev', 'debug'])('%s misses what is not there', async (command) => {
    expect(await errorsOf(text, { files, command })).toEqual(['CONFIG_MISSING_MANIFEST_FILE_ERR 6:5']);
  });

  test('a template is expanded first', async () => {
    const template = `${head}manifests:\n  rawYaml: ["{{.HERE}}.yaml", "{{.GONE}}.yaml"]\n`;
    const env = { HERE: 'there' };
    expect(await errorsOf(template, { files, env, command: 'render' })).toEqual([
      'CONFIG_MISSING_MANIFEST_FILE_ERR 4:31',
    ]);
  });

  test('a bucket is refused by name', async () => {
    const bucket = `${head}manifests:\n  rawYaml: [gs://bucket/a.yaml]\n`;
    expect(await errorsOf(bucket, { command: 'render' })).toEqual(['NOT_SUPPORTED 4:13']);
  });

  test('build does not look', async () => {
    expect((await load(text, { files })).modules).toHaveLength(1);
  });

  test('the default list may match nothing, a pattern may not', async () => {
    const pattern = `${head}manifests: {rawYaml: [x/*.yaml]}\n`;
    expect((await load(head, { command: 'render' })).modules[0]?.manifests).toEqual([
      { type: 'rawYaml', spec: ['k8s/*.yaml'] },
    ]);
    expect(await errorsOf(pattern, { command: 'render' })).toEqual(['CONFIG_MISSING_MANIFEST_FILE_ERR 3:23']);
  });
});
