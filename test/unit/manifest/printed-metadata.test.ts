import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/core/manifest.ts';
import { readManifests } from '../../../src/manifest/documents.ts';
import { setLabels } from '../../../src/manifest/labels.ts';
import { printedForm, printManifest } from '../../../src/manifest/lazy.ts';
import { setNamespace } from '../../../src/manifest/namespace.ts';
import { createSelector } from '../../../src/manifest/selector.ts';
import { printNode } from '../../../src/yaml/print.ts';

const labels = new Map([
  ['team', 'a'],
  ['skaffold.dev/run-id', '1'],
  ['x10', 'true'],
  ['x9', ''],
]);
const selector = createSelector([]);

function edit(manifests: readonly Manifest[]): readonly Manifest[] {
  return setNamespace('prod', selector, setLabels(labels, selector)(manifests)).manifests;
}

/** Edits the printed forms and the trees of a text: both must say the same. Tells how many were edited without a tree. */
async function compare(text: string): Promise<number> {
  const { manifests, diagnostics } = await readManifests({ module: undefined, source: 'm.yaml', text });
  if (diagnostics.length > 0) return 0;
  const edited = edit(manifests);
  const trees = edit(manifests.map(({ origin, root }) => ({ origin, root })));
  expect(edited.map(printManifest)).toEqual(trees.map(printManifest));
  expect(edited.map(({ root }) => printNode(root))).toEqual(trees.map(printManifest));
  return edited.filter((manifest) => printedForm(manifest) !== undefined).length;
}

const metadata = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('', ' {}', ' null', ' text', '\n- a', ' [1]') },
  fc
    .uniqueArray(
      fc.constantFrom(
        'name: w',
        'labels: {}',
        'labels: null',
        'labels:',
        'labels:\n    team: b\n    x11: c\n    skaffold.dev/run-id: old',
        'labels:\n    "1": b',
        'labels:\n  - a',
        'labels: {a: {metadata: {}}}',
        'annotations:\n    metadata:\n      a: b',
        'annotations:\n    text: |\n      metadata:\n        labels:\n\n      x',
        'namespace: other',
        'namespace: prod',
        'namespace: ""',
        '"quoted key": 1',
        'z: [a, b]',
        'l: {metadata: {a: b}}',
      ),
      { minLength: 1, maxLength: 5, selector: (field) => field.split(':')[0] },
    )
    .map((fields) => fields.map((field) => `\n  ${field}`).join('')),
);

const document = fc
  .tuple(fc.constantFrom('Pod', 'Deployment', 'ConfigMap', 'Job', 'StatefulSet'), metadata, fc.option(metadata))
  .map(([kind, outer, inner]) => {
    const group =
      new Map([
        ['Deployment', 'apps/'],
        ['StatefulSet', 'apps/'],
        ['Job', 'batch/'],
      ]).get(kind) ?? '';
    const indented = inner?.replaceAll('\n', '\n    ');
    const template =
      indented === undefined ? '' : `spec:\n  list:\n  - metadata:${indented}\n  template:\n    metadata:${indented}\n`;
    return `apiVersion: ${group}v1\nkind: ${kind}\nmetadata:${outer}\n${template}`;
  });

describe('labels and namespaces in printed manifests', () => {
  test('are those that trees get', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (text) => {
        await compare(text).catch((error: unknown) => {
          if (!(error instanceof Error) || !/metadata is not a mapping/.test(error.message)) throw error;
        });
      }),
      { numRuns: 1500 },
    );
  });

  test('everyday manifests need no tree', async () => {
    const object = (kind: string): string =>
      `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: w\n  labels:\n    app: w\nspec:\n  template:\n    metadata:\n      labels: {app: w}\n`;
    expect(await compare(`${object('Pod')}---\n${object('Service')}---\n${object('Other')}`)).toBe(3);
  });
});
