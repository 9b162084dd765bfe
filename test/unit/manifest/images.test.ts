import { describe, expect, test } from 'vitest';
import type { BuiltArtifact } from '../../../src/core/artifact.ts';
import type { ImageName } from '../../../src/core/names.ts';
import { replaceImages } from '../../../src/manifest/images.ts';
import { createSelector } from '../../../src/manifest/selector.ts';
import { printNode } from '../../../src/yaml/print.ts';
import { print, read } from './read.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const builds = (names: Readonly<Record<string, string>>): BuiltArtifact[] =>
  Object.entries(names).map(([imageName, tag]) => ({ imageName: imageName as ImageName, tag }));

async function imageAfter(image: string, names: Readonly<Record<string, string>>): Promise<string> {
  const manifests = await read(`apiVersion: v1\nkind: Pod\nspec:\n  image: ${JSON.stringify(image)}\n`);
  const [result] = replaceImages(builds(names), createSelector([]))(manifests);
  return printNode(result!.root).split('image: ')[1]!.trim();
}

describe('replaceImages', () => {
  test.each([
    ['app', 'app', true],
    ['app:v0', 'app', true],
    ['APP:v0', 'app', true],
    ['ko://app', 'app', true],
    ['app', 'ko://App', true],
    ['gcr.io/p/app:x', 'gcr.io/p/app', true],
    ['localhost:5000/app:x', 'localhost:5000/app', true],
    ['app/anything:tag', 'app', true],
    ['App/Bad', 'app', true],
    ['team/app:team/app', 'team/app', true],
    ['app:app', 'app', true],
    ['app@sha256:short', 'app', false],
    [`app@${digest}`, 'app', false],
    [`app:v1@${digest}`, 'app', false],
    ['apple', 'app', false],
    ['x/app', 'app', false],
    ['docker.io/library/app', 'app', false],
    ['gcr.io/x/app', 'app', false],
    ['app', 'foo/app:5', false],
    ['app:', 'app', false],
    ['', 'app', false],
    ['a b', 'app', false],
  ])('%s with the artifact %s: %s', async (image, name, replaced) => {
    const after = await imageAfter(image, { [name]: 'r.io/app:new' });
    if (replaced) expect(after).toBe('r.io/app:new');
    else expect(after).not.toContain('r.io/app:new');
  });

  test('of two artifacts with one name the later counts', async () => {
    expect(await imageAfter('app', { app: 'r.io/app:1', App: 'r.io/app:2' })).toBe('r.io/app:2');
  });

  test.each([
    ['example.org/v1', 'Function', '  package: app', [{ groupKind: 'Function.example.org', image: ['.spec.package'] }]],
    ['platform.confluent.io/v1beta1', 'Kafka', '  image:\n    application: app', []],
  ])('fields of other names, as rules for %s %s name them', async (apiVersion, kind, field, filters) => {
    const allow = filters.map((filter) => ({ labels: [], podSpec: [], ...filter }));
    const manifests = await read(`apiVersion: ${apiVersion}\nkind: ${kind}\nspec:\n${field}\n`);
    const replaced = replaceImages(builds({ app: 'r.io/app:1' }), createSelector([{ allow, deny: [] }]))(manifests);
    expect(print(replaced)).toContain(field.replace(': app', ': r.io/app:1'));
  });

  test('finds images at any depth of a known kind, and nowhere else', async () => {
    const manifests = await read(
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata: {annotations: {image: app}, name: image}',
        'spec:',
        '  initContainers: [{image: app:1, name: image}]',
        '  containers:',
        '  - image: app:2',
        '    env: [{name: image, value: app}, {image: app}]',
        '    args: [app, image]',
        '  volumes: [{image: {reference: app, image: app}}]',
        '  odd: {1: {image: app}, x: {image: app}}',
        '  numbers: {image: 1}',
        '',
      ].join('\n'),
    );
    const [result] = replaceImages(builds({ app: 'r:1' }), createSelector([]))(manifests);
    expect(printNode(result!.root)).toBe(
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata:',
        '  annotations:',
        '    image: r:1',
        '  name: image',
        'spec:',
        '  containers:',
        '    - args:',
        '        - app',
        '        - image',
        '      env:',
        '        - name: image',
        '          value: app',
        '        - image: r:1',
        '      image: r:1',
        '  initContainers:',
        '    - image: r:1',
        '      name: image',
        '  numbers:',
        '    image: 1',
        '  odd:',
        '    1:',
        '      image: app',
        '    x:',
        '      image: app',
        '  volumes:',
        '    - image:',
        '        image: r:1',
        '        reference: app',
        '',
      ].join('\n'),
    );
  });

  test('follows aliases and merge keys', async () => {
    const manifests = await read(
      'apiVersion: v1\nkind: Pod\nbase: &b {image: app, name: w}\nspec: {<<: *b, x: 1}\nother: *b\n---\nkind: ConfigMap\ndata: {image: app}\n',
    );
    const results = replaceImages(builds({ app: 'r:1' }), createSelector([]))(manifests);
    expect(print(results)).toBe(
      [
        'apiVersion: v1\nbase:\n  image: r:1\n  name: w\nkind: Pod\nother:\n  image: r:1\n  name: w\nspec:\n  image: r:1\n  name: w\n  x: 1\n',
        'data:\n  image: app\nkind: ConfigMap\n',
      ].join('---\n'),
    );
  });

  test('what does not change stays the same object', async () => {
    const manifests = await read('apiVersion: v1\nkind: Pod\nspec: {image: other}\n');
    expect(replaceImages(builds({ app: 'r:1' }), createSelector([]))(manifests)[0]).toBe(manifests[0]);
  });

  test('a replaced image keeps its place', async () => {
    const text = 'apiVersion: v1\nkind: Pod\nimage: app:old\n';
    const [result] = replaceImages(builds({ app: 'r:1' }), createSelector([]))(await read(text));
    const root = result!.root as Extract<typeof result, object>['root'] & {
      pairs: { value: { start: number; end: number } }[];
    };
    const { start, end } = root.pairs[2]!.value;
    expect(text.slice(start, end)).toBe('app:old');
  });
});
