import { describe, expect, test } from 'vitest';
import type { ImageName } from '../../../src/core/names.ts';
import type { Module } from '../../../src/core/project.ts';
import { combineRules, createSelector } from '../../../src/manifest/selector.ts';
import { checkSources } from '../../../src/render/index.ts';
import { deployedReleases } from '../../../src/render/renderers/helm/deployed.ts';
import { imageVariables } from '../../../src/render/renderers/helm/image-variables.ts';
import { helm } from '../../../src/render/renderers/helm/index.ts';
import { type FakeSystemOptions, fakeSystem } from '../../support/fake-system.ts';
import { moduleOf, pod, render } from './harness.ts';
import { helmSystem, helmVersion, templateOutput } from './helm-harness.ts';

test('templates know each image by its place and by its name', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  const variables = imageVariables([
    { imageName: 'app' as ImageName, tag: 'app:v1' },
    { imageName: 'gcr.io/p/side-car' as ImageName, tag: `r.io:5000/p/side-car:v2@${digest}` },
  ]);
  const second = {
    IMAGE_NAME: 'gcr.io/p/side-car',
    IMAGE_REPO: 'r.io:5000/p/side-car',
    IMAGE_REPO_NO_DOMAIN: 'p/side-car',
    IMAGE_DOMAIN: 'r.io:5000',
    IMAGE_TAG: 'v2',
    IMAGE_DIGEST: digest,
    IMAGE_FULLY_QUALIFIED: `r.io:5000/p/side-car:v2@${digest}`,
    DIGEST: `r.io:5000/p/side-car:v2@${digest}`,
    DIGEST_ALGO: 'r.io',
    DIGEST_HEX: `5000/p/side-car:v2@${digest}`,
  };
  for (const [name, value] of Object.entries(second)) {
    expect([name, variables[`${name}2`], variables[`${name}_gcr_io_p_side_car`]]).toEqual([name, value, value]);
  }
  expect(variables).toMatchObject({ IMAGE_NAME: 'app', IMAGE_TAG: 'v1', IMAGE_DIGEST: '', IMAGE_DOMAIN_app: '' });
  expect(Object.keys(variables)).toHaveLength(40);
});

test('user rules become one set in which the last word on a kind counts', () => {
  const rule = (groupKind: string, image: string[] = []) => ({ groupKind, image, labels: [], podSpec: [] });
  const rules = [
    { allow: [rule('A.x', ['.a']), rule('B.x')], deny: [rule('C.x'), rule('D')] },
    { allow: [rule('C.x', ['.c']), rule('A.x', ['.*'])], deny: [rule('B.x')] },
  ];
  const combined = combineRules(rules);
  expect(combined).toEqual({
    allow: [rule('A.x', ['.*']), rule('C.x', ['.c'])],
    deny: [rule('D'), rule('B.x')],
  });
  for (const kind of ['A', 'B', 'C']) {
    const manifest = { root: kindNode(kind), origin: { module: undefined, source: '', text: '' } };
    const answers = [rules, [combined]].map((some) => createSelector(some).rulesFor(manifest)?.image.wants('image'));
    expect(answers[0]).toBe(answers[1]);
  }
});

function kindNode(kind: string): Parameters<ReturnType<typeof createSelector>['rulesFor']>[0]['root'] {
  const scalar = (text: string) => ({ kind: 'scalar', style: 'plain', text, start: 0, end: 0 }) as const;
  const pairs = [
    { key: scalar('apiVersion'), value: scalar('x/v1') },
    { key: scalar('kind'), value: scalar(kind) },
  ];
  return { kind: 'mapping', flow: false, pairs, start: 0, end: 0 };
}

describe('deploy.helm', () => {
  const releases = (...names: string[]) => ({ releases: names.map((name) => ({ name, chartPath: name })) });
  const helmEntry = (...names: string[]) => ({ type: 'helm', spec: releases(...names) });

  test('adds the releases that manifests.helm does not have, without its flags', () => {
    const spec = { ...releases('one', 'two'), flags: { global: ['--debug'] }, concurrency: 2 };
    const module = moduleOf({ manifests: [helmEntry('one')], deploy: [{ type: 'helm', spec }] });
    expect(deployedReleases(module)).toEqual(releases('two'));
    expect(deployedReleases({ ...module, deploy: [helmEntry('one')] })).toBeUndefined();
    expect(deployedReleases(moduleOf({}))).toBeUndefined();
  });

  test('comes after all that manifests give, and knows no --set', async () => {
    const first = moduleOf({ name: 'a', deploy: [helmEntry('late')] });
    const second = moduleOf({
      name: 'b',
      manifests: [{ type: 'rawYaml', spec: ['pod.yaml'] }, helmEntry('early')],
      deploy: [helmEntry('early', 'own')],
    });
    const { calls, text } = await render(
      [first, second],
      { files: { '/work/pod.yaml': pod('raw') }, programs: { helm: fakeHelm } },
      { setValues: ['a=b'] },
      {},
      [],
    );
    expect(text.match(/(?<=name: )\w+/g)).toEqual(['raw', 'early', 'own', 'late']);
    expect(calls.filter((call) => call.includes('--set'))).toEqual([
      'helm --kube-context  template early early --set a=b',
    ]);
    expect(calls.filter((call) => call === 'helm version')).toHaveLength(1);
  });
});

const fakeHelm = (args: readonly string[]) =>
  args[0] === 'version' ? helmVersion : args.includes('template') ? { stdout: templateOutput(args) } : {};

test('--namespace goes to helm, and is not set afterwards; labels are', async () => {
  const namespaced = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  image: app\n';
  const helmPod = (args: readonly string[]) => (args[0] === 'version' ? helmVersion : { stdout: namespaced });
  const spec = { releases: [{ name: 'web', remoteChart: 'r/web' }] };
  const { text, calls } = await render(
    [moduleOf({ manifests: [{ type: 'helm', spec }] })],
    { programs: { helm: helmPod } },
    { namespace: 'prod', labels: ['a=b'] },
    {},
    [],
  );
  expect(calls).toContain('helm --kube-context  template web r/web --namespace prod');
  expect(text).toBe('apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    a: b\n  name: p\nspec:\n  image: app\n');
});

describe('whether helm is there', () => {
  const check = (module: Partial<Module>, programs: FakeSystemOptions['programs'] = {}) => {
    const system = fakeSystem({ programs });
    const ctx = { system, emit: () => undefined, signal: new AbortController().signal };
    return checkSources({ modules: [moduleOf({}), moduleOf(module)], activeProfiles: [] }, ctx);
  };
  const spec = { releases: [{ name: 'web', chartPath: 'web' }] };

  test('is looked at before a build for a render that needs it', async () => {
    for (const module of [{ manifests: [{ type: 'helm', spec }] }, { deploy: [{ type: 'helm', spec }] }]) {
      await expect(check(module)).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
      await expect(check(module, { helm: fakeHelm })).resolves.toBeUndefined();
    }
  });

  test('does not matter to others', async () => {
    await expect(check({ manifests: [{ type: 'rawYaml', spec: ['a.yaml'] }] })).resolves.toBeUndefined();
  });
});

describe('images of hooks, which helm adds after its post-renderer', () => {
  const hookPod = (name: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    helm.sh/hook: pre-install\n  name: ${name}\nspec:\n  image: app\n`;
  const printed = `${pod('done').replace('{image: app}', '{image: "r.io/app:v1"}')}---\n${hookPod('migrate')}`;
  const program = (args: readonly string[]) => (args[0] === 'version' ? helmVersion : { stdout: printed });
  const module = moduleOf({ manifests: [{ type: 'helm', spec: { releases: [{ name: 'web', remoteChart: 'r/w' }] } }] });
  const system = {
    program: '/opt/slipway/main.js',
    files: { '/opt/slipway/main.js': '' },
    programs: { helm: program },
  };

  test('are warned about', async () => {
    const { text, warnings } = await render([module], system);
    expect(text.match(/(?<=image: ).*/g)).toEqual(['r.io/app:v1', 'app']);
    expect(warnings).toEqual([expect.stringMatching(/hook Pod migrate.*--pin=all/)]);
  });

  test('are replaced with --pin=all', async () => {
    const { text, warnings } = await render([module], system, { pin: 'all' });
    expect(text.match(/(?<=image: ).*/g)).toEqual(['r.io/app:v1', 'r.io/app:v1']);
    expect(warnings).toEqual([]);
  });
});

test('charts, values and files are inputs; what helm writes into a chart is not', async () => {
  const { system } = helmSystem({
    system: {
      env: { STAGE: 'qa' },
      files: {
        '/work/web/Chart.yaml': '',
        '/work/web/Chart.lock': '',
        '/work/web/charts/dep-1.0.0.tgz': '',
        '/work/web/charts/own/Chart.yaml': '',
        '/work/web/templates/a.yaml': '',
        '/work/db.tgz': '',
      },
    },
  });
  const ctx = { system, emit: () => undefined, signal: new AbortController().signal };
  const inputs = (release: object): Promise<readonly string[]> =>
    helm.inputs({ releases: [release] }, moduleOf({}), ctx);
  const values = { valuesFiles: ['{{.STAGE}}.yaml', 'gs://b/v.yaml'], setFiles: { a: '~/key' } };
  expect(await inputs({ chartPath: 'web', ...values })).toEqual([
    '/work/qa.yaml',
    '/home/user/key',
    '/work/web/Chart.yaml',
    '/work/web/charts/own/Chart.yaml',
    '/work/web/templates/a.yaml',
  ]);
  expect(await inputs({ chartPath: 'web', skipBuildDependencies: true })).toHaveLength(5);
  expect(await inputs({ chartPath: '/work/db.tgz' })).toEqual(['/work/db.tgz']);
  expect(await inputs({ chartPath: 'gone' })).toEqual([]);
  expect(await inputs({ remoteChart: 'r/web' })).toEqual([]);
});
