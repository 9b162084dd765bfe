import { describe, expect, test } from 'vitest';
import { setNamespace } from '../../../src/manifest/namespace.ts';
import { createSelector } from '../../../src/manifest/selector.ts';
import { print, read } from './read.ts';

async function placed(text: string, namespace = 'prod'): Promise<[string, string[]]> {
  const { manifests, warnings } = setNamespace(
    namespace,
    createSelector([]),
    await read(`apiVersion: v1\nkind: Pod\n${text}`),
  );
  return [print(manifests).replace('apiVersion: v1\nkind: Pod\n', ''), warnings.map(({ message }) => message)];
}

describe('setNamespace', () => {
  test.each([
    ['', 'metadata:\n  namespace: prod\n'],
    ['metadata: {}\n', 'metadata:\n  namespace: prod\n'],
    ['metadata: {name: a, zone: b}\n', 'metadata:\n  name: a\n  namespace: prod\n  zone: b\n'],
    ['metadata: {namespace: prod}\n', 'metadata:\n  namespace: prod\n'],
    ['metadata: {namespace: ""}\n', 'metadata:\n  namespace: prod\n'],
    ['metadata: {namespace: null}\n', 'metadata:\n  namespace: prod\n'],
    ['x: &m {name: a}\nmetadata: {<<: *m}\n', 'metadata:\n  name: a\n  namespace: prod\nx:\n  name: a\n'],
  ])('%j', async (before, after) => {
    expect(await placed(before)).toEqual([after, []]);
  });

  test('another namespace stays and is warned about', async () => {
    const [text, warnings] = await placed('metadata: {namespace: other}\n');
    expect(text).toBe('metadata:\n  namespace: other\n');
    expect(warnings).toEqual([
      'a manifest already has namespace set "other" which conflicts with namespace on the CLI "prod"',
    ]);
    expect(await placed('metadata: {namespace: other}\n', 'default')).toEqual(['metadata:\n  namespace: other\n', []]);
  });

  test('the warning knows its place', async () => {
    const manifests = await read('apiVersion: v1\nkind: Pod\nmetadata:\n  namespace: other\n');
    const { warnings } = setNamespace('prod', createSelector([]), manifests);
    expect(warnings).toMatchObject([
      { severity: 'warning', at: { file: 'm.yaml', line: 4, column: 14 }, excerpt: '  namespace: other' },
    ]);
  });

  test('unknown kinds are left alone', async () => {
    const manifests = await read('apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n');
    expect(setNamespace('prod', createSelector([]), manifests).manifests).toEqual(manifests);
  });

  test('metadata that is no mapping is an error with its place', async () => {
    await expect(placed('metadata: [a]\n')).rejects.toMatchObject({
      code: 'RENDER_SET_NAMESPACE_ERR',
      diagnostics: [{ at: { file: 'm.yaml', line: 3, column: 11 } }],
    });
  });
});
