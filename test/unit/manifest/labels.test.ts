import { describe, expect, test } from 'vitest';
import { setLabels } from '../../../src/manifest/labels.ts';
import { createSelector } from '../../../src/manifest/selector.ts';
import { print, read } from './read.ts';

async function labelled(text: string, labels: Readonly<Record<string, string>>): Promise<string> {
  return print(setLabels(new Map(Object.entries(labels)), createSelector([]))(await read(text)));
}

const pod = (metadata: string): string => `apiVersion: v1\nkind: Pod\n${metadata}`;
const printedPod = (metadata: string): string => `apiVersion: v1\nkind: Pod\n${metadata}`;

describe('setLabels', () => {
  test.each([
    ['metadata: {name: x}\n', 'metadata:\n  labels:\n    team: a\n  name: x\n'],
    ['metadata: {}\n', 'metadata:\n  labels:\n    team: a\n'],
    ['metadata: {labels: {}}\n', 'metadata:\n  labels:\n    team: a\n'],
    ['metadata: {labels: {x: y}}\n', 'metadata:\n  labels:\n    team: a\n    x: "y"\n'],
    ['metadata: {labels: {team: b}}\n', 'metadata:\n  labels:\n    team: b\n'],
    ['metadata: {labels: null}\n', 'metadata:\n  labels: null\n'],
    ['metadata: {labels: [a]}\n', 'metadata:\n  labels:\n    - a\n'],
    ['metadata: null\n', 'metadata: null\n'],
    ['metadata: {1: x}\n', 'metadata:\n  1: x\n'],
    ['spec: {}\n', 'spec: {}\n'],
    ['spec: {metadata: {a: b}}\n', 'spec:\n  metadata:\n    a: b\n    labels:\n      team: a\n'],
  ])('%j', async (before, after) => {
    expect(await labelled(pod(before), { team: 'a' })).toBe(printedPod(after));
  });

  test('the run id is overwritten, unlike all others', async () => {
    const text = pod('metadata:\n  labels:\n    skaffold.dev/run-id: old\n    a: old\n');
    expect(await labelled(text, { 'skaffold.dev/run-id': 'new', a: 'new' })).toBe(
      printedPod('metadata:\n  labels:\n    a: old\n    skaffold.dev/run-id: new\n'),
    );
  });

  test('values stay strings', async () => {
    expect(await labelled(pod('metadata: {}\n'), { a: '1', b: 'true', c: '' })).toContain(
      'a: "1"\n    b: "true"\n    c: ""\n',
    );
  });

  test('templates are labelled too, except where labels must not change', async () => {
    const spec = 'spec:\n  template: {metadata: {}}\n  volumeClaimTemplates: [{metadata: {}}]\n';
    expect(await labelled(`apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {}\n${spec}`, { a: 'b' })).toBe(
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  labels:\n    a: b\nspec:\n  template:\n    metadata:\n      labels:\n        a: b\n  volumeClaimTemplates:\n    - metadata: {}\n',
    );
  });

  test('other kinds, and a run without labels, change nothing', async () => {
    expect(await labelled('apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n', { a: 'b' })).not.toContain('labels');
    const manifests = await read(pod('metadata: {}\n'));
    expect(setLabels(new Map(), createSelector([]))(manifests)).toBe(manifests);
  });
});
