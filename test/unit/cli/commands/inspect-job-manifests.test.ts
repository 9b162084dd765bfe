import { expect, test } from 'vitest';
import { type CommandRun, runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';

const files = {
  'skaffold.yaml': `${header}requires: [{path: sub}]
build: {artifacts: [{image: a}]}
verify:
- {name: here, container: {name: z, image: z}, executionMode: {local: {}}}
- {name: there, container: {name: b, image: z}, executionMode: {kubernetesCluster: {overrides: '{}', jobManifestPath: old.yaml}}}
`,
  'sub/skaffold.yaml': `${header}customActions: [{name: act, containers: [{name: y, image: y}]}]\n`,
};

const modify = (paths: string, args: readonly string[] = ['new.json']): Promise<CommandRun> =>
  runCommandLine(['inspect', 'jobManifestPaths', 'modify', ...args], { files: { ...files, 'new.json': paths } });

test('prints the configuration with other job manifests, required ones first, and changes no file', async () => {
  const paths = '{"verifyJobManifestPaths":{"there":"v.yaml"},"customActionJobManifestPaths":{"act":"a.yaml"}}';
  const { code, stdout, files: after } = await modify(paths);
  expect(code).toBe(0);
  expect(stdout).toContain('      kubernetesCluster:\n        jobManifestPath: a.yaml\n');
  expect(stdout).toContain("        overrides: '{}'\n        jobManifestPath: v.yaml\n");
  expect(stdout.indexOf('a.yaml')).toBeLessThan(stdout.indexOf('v.yaml'));
  expect(stdout).toContain('context: /work\n');
  expect(stdout).not.toContain('requires');
  expect(after['/work/skaffold.yaml']).toBe(files['skaffold.yaml']);
});

test('--output writes a file and prints nothing', async () => {
  const {
    code,
    stdout,
    files: after,
  } = await modify('{"verifyJobManifestPaths":{"there":"v.yaml"}}', ['new.json', '--output', 'x.yaml']);
  expect([code, stdout]).toEqual([0, '']);
  expect(after['/work/x.yaml']).toContain('v.yaml');
});

test('a name that nothing has is a warning', async () => {
  const { code, stderr } = await modify('{"verifyJobManifestPaths":{"nobody":"v.yaml"}}');
  expect(code).toBe(0);
  expect(stderr).toContain('verify test nobody');
});

test.each([
  ['not JSON', '{', 'CONFIG_FILE_PARSING_ERR'],
  ['another shape', '{"verifyJobManifestPaths":["x"]}', 'CONFIG_FILE_PARSING_ERR'],
  ['a test that runs here', '{"verifyJobManifestPaths":{"here":"v.yaml"}}', 'CONFIG_VALIDATION_ERR'],
])('%s', async (_, paths, errorCode) => {
  const { code, stdout } = await modify(paths);
  expect([code, JSON.parse(stdout)]).toEqual([1, { errorCode, errorMessage: expect.any(String) }]);
});

test('the file has to be named', async () => {
  const { code, stdout } = await modify('{}', []);
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { errorCode: 'CONFIG_FILE_PARSING_ERR' }]);
});
