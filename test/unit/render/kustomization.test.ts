import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/ports.ts';
import { filesOfKustomization } from '../../../src/render/kustomization/files.ts';
import { type MirrorChanges, mirrorKustomization } from '../../../src/render/kustomization/mirror.ts';
import { kustomize } from '../../../src/render/renderers/kustomize.ts';
import type { FakeExec, FakeProgram } from '../../support/fake-exec.ts';
import type { FakeFiles } from '../../support/fake-files.ts';
import { fakeSystem } from '../../support/fake-system.ts';
import { moduleOf, pod } from './harness.ts';

function contextOf(files: Readonly<Record<string, string>>, kpt: FakeProgram = () => ({})): Context {
  const system = fakeSystem({ files, programs: { kpt } });
  return { system, emit: () => undefined, signal: new AbortController().signal };
}

const snapshotOf = ({ system }: Context): Record<string, string> => (system.files as FakeFiles).snapshot();
const nothing: MirrorChanges = { functions: [], parameters: new Map() };

/** A kustomization that names something of every sort. */
const everything = {
  '/w/over/kustomization.yaml': [
    'resources: [../base, own.yaml, https://x.example/r.yaml, github.com/x/y, missing.yaml]',
    'components: [../part]',
    'crds: [crd.yaml]',
    'configurations: [names.yaml]',
    'generators: [generator.yaml]',
    'transformers: ["apiVersion: x\\nkind: Inline\\n"]',
    `validators: ['{"kind": "${'x'.repeat(5000)}"}']`,
    'patches:',
    '- path: patch.yaml',
    '- patch: "[]"',
    'patchesStrategicMerge: [old.yaml]',
    'patchesJson6902: [{path: json.yaml}]',
    'replacements: [{path: replace.yaml}]',
    'configMapGenerator:',
    '- files: [data.txt, key=other.txt]',
    '  envs: [a.env]',
    'secretGenerator: [{env: b.env}]',
    'openapi: {path: schema.json}',
    'helmGlobals: {chartHome: charts}',
    'helmCharts: [{name: c, valuesFile: values.yaml}]',
    '',
  ].join('\n'),
  ...Object.fromEntries(
    ['own', 'crd', 'names', 'generator', 'patch', 'old', 'json', 'replace', 'values', 'unused'].map((name) => [
      `/w/over/${name}.yaml`,
      name,
    ]),
  ),
  '/w/over/data.txt': 'data',
  '/w/over/other.txt': 'other',
  '/w/over/a.env': 'A=1',
  '/w/over/b.env': 'B=1',
  '/w/over/schema.json': '{}',
  '/w/over/charts/c/Chart.yaml': 'name: c',
  '/w/over/charts/c/templates/t.yaml': 't',
  '/w/base/kustomization.yml': 'resources: [b.yaml, ../over]\n',
  '/w/base/b.yaml': pod('b'),
  '/w/part/Kustomization': 'bases: [/w/base]\n',
};

describe('the files of a kustomization', () => {
  test('are all it reaches on this machine, also in circles', async () => {
    const ctx = contextOf(everything);
    const reached = await filesOfKustomization('/w/over', ctx);
    const expected = Object.keys(everything).filter((path) => !path.endsWith('unused.yaml'));
    expect([...reached.keys()].sort()).toEqual(expected.sort());
    const manifests = [...reached].filter(([, kind]) => kind === 'manifest').map(([path]) => path.replace('/w/', ''));
    expect(manifests.sort()).toEqual(
      ['base/b', 'over/crd', 'over/generator', 'over/json', 'over/old', 'over/own', 'over/patch'].map(
        (it) => `${it}.yaml`,
      ),
    );
  });

  test('are what is watched; remote ones and missing directories have none', async () => {
    const ctx = contextOf({
      '/work/k/kustomization.yaml': 'resources: [b.yaml, a.yaml]',
      '/work/k/a.yaml': '',
      '/work/k/b.yaml': '',
    });
    const spec = { paths: ['k', 'none', 'https://x.example/k'] };
    expect(await kustomize.inputs(spec, moduleOf({}), ctx)).toEqual([
      '/work/k/a.yaml',
      '/work/k/b.yaml',
      '/work/k/kustomization.yaml',
    ]);
  });

  test.each(['a: [', '- a\n', '', 'resources: x\n', 'resources: [1, {a: b}]\n'])(
    'of one that cannot be read are its own: %j',
    async (text) => {
      const ctx = contextOf({ '/w/kustomization.yaml': text });
      expect([...(await filesOfKustomization('/w', ctx)).keys()]).toEqual(['/w/kustomization.yaml']);
    },
  );
});

describe('the copy of a kustomization', () => {
  const parameter = '# from-param: $' + '{who}';

  test('holds all files at their paths', async () => {
    const ctx = contextOf(everything);
    expect(await mirrorKustomization('/w/over', '/copy', nothing, ctx)).toBe('/copy/w/over');
    const copied = Object.entries(snapshotOf(ctx)).filter(([path]) => path.startsWith('/copy/'));
    const expected = Object.entries(everything).filter(([path]) => !path.endsWith('unused.yaml'));
    expect(Object.fromEntries(copied)).toEqual(
      Object.fromEntries(expected.map(([path, content]) => [`/copy${path}`, content])),
    );
  });

  test('has parameters filled in where Kubernetes objects are, and nowhere else', async () => {
    const files = {
      '/w/kustomization.yaml': `resources: [a.yaml]\npatches: [{path: p.json}]\nnamePrefix: x ${parameter}\n`,
      '/w/a.yaml': `apiVersion: v1\nkind: A\nmetadata:\n  name: nobody ${parameter}\n---\napiVersion: v1\nkind: B\n`,
      '/w/p.json': `- op: add\n  value: nobody ${parameter}\n`,
    };
    const ctx = contextOf(files);
    await mirrorKustomization('/w', '/copy', { functions: [], parameters: new Map([['who', 'ann']]) }, ctx);
    const copy = snapshotOf(ctx);
    expect(copy['/copy/w/a.yaml']).toBe(
      'apiVersion: v1\nkind: A\nmetadata:\n  name: ann\n---\napiVersion: v1\nkind: B\n',
    );
    expect(copy['/copy/w/p.json']).toBe(files['/w/p.json']);
    expect(copy['/copy/w/kustomization.yaml']).toBe(files['/w/kustomization.yaml']);
    expect(copy['/w/a.yaml']).toBe(files['/w/a.yaml']);
  });

  test('has functions applied to each object’s file, before parameters', async () => {
    const files = {
      '/w/kustomization.yaml': 'resources: [a.yaml]\nconfigMapGenerator: [{name: g, files: [b.yaml]}]\n',
      '/w/a.yaml': pod('a'),
      '/w/b.yaml': pod('b'),
    };
    const ctx = contextOf(files);
    const functions = [
      { name: 'set-labels', image: 'labels:v1', settings: ['a=1', 'b=2'] },
      { name: 'set-namespace', image: 'namespace:v1', settings: [] },
    ];
    await mirrorKustomization('/w', '/copy', { functions, parameters: new Map() }, ctx);
    expect((ctx.system.exec as FakeExec).calls).toEqual([
      'kpt fn eval -i labels:v1 /copy/w/a.yaml -- a=1 b=2',
      'kpt fn eval -i namespace:v1 /copy/w/a.yaml --',
    ]);
  });

  test('has functions applied to patches, then resources, in depth', async () => {
    const files = {
      '/w/over/kustomization.yaml': 'resources: [../base, z.yaml, a.yaml]\npatches: [{path: p.yaml}]\n',
      '/w/over/z.yaml': pod('z'),
      '/w/over/a.yaml': pod('a'),
      '/w/over/p.yaml': pod('p'),
      '/w/base/kustomization.yaml': 'resources: [b.yaml]\n',
      '/w/base/b.yaml': pod('b'),
    };
    const ctx = contextOf(files);
    const functions = [{ name: 'set-labels', image: 'l', settings: [] }];
    await mirrorKustomization('/w/over', '/copy', { functions, parameters: new Map() }, ctx);
    expect((ctx.system.exec as FakeExec).calls).toEqual(
      ['over/p', 'base/b', 'over/z', 'over/a'].map((name) => `kpt fn eval -i l /copy/w/${name}.yaml --`),
    );
  });

  test('is not made where a function fails', async () => {
    const ctx = contextOf({ '/w/kustomization.yaml': 'resources: [a.yaml]', '/w/a.yaml': pod('a') }, () => ({
      exitCode: 6,
    }));
    const functions = [{ name: 'set-labels', image: 'labels:v1', settings: [] }];
    await expect(mirrorKustomization('/w', '/copy', { functions, parameters: new Map() }, ctx)).rejects.toMatchObject({
      code: 'RENDER_TRANSFORM_MANIFEST_ERR',
      exitCode: 6,
    });
  });
});
