import { describe, expect, test } from 'vitest';
import { parseArtifacts } from '../../../src/build/artifacts-file.ts';
import { parseSettings } from '../../../src/cli/commands/config-settings.ts';
import { loadGlobalConfig } from '../../../src/config/global-config.ts';
import { currentKubeContext } from '../../../src/config/kube-context.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Context } from '../../../src/core/ports.ts';
import { fakeSystem } from '../../support/fake-system.ts';
import { hostileConfigs } from '../../support/hostile-configs.ts';
import { timed, timedAsync } from '../../support/timed.ts';

const contextWith = (text: string): Context => ({
  system: fakeSystem({ files: { '/f': text } }),
  emit: () => undefined,
  signal: new AbortController().signal,
});

/** What reads such files, by name. */
const readers: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  'the global config': (text) => loadGlobalConfig('/f', 'c', contextWith(text)),
  'the config command': (text) => parseSettings('/f', text),
  'a kube config': (text) => currentKubeContext({ kubeconfig: '/f', kubeContext: 'c' }, contextWith(text)),
};

/** What came of it: a code, or nothing. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => '',
    (error: unknown) => {
      if (error instanceof ToolError) return error.code;
      throw error;
    },
  );
}

test.each(Object.entries(hostileConfigs))('a kube config as %s', async (_what, text) => {
  const read = (): Promise<unknown> => currentKubeContext({ kubeconfig: '/f', kubeContext: 'c' }, contextWith(text));
  expect(['', 'CONFIG_FILE_PARSING_ERR']).toContain(await timedAsync(() => codeOf(read())));
});

describe.each(Object.entries(readers))('%s', (_name, read) => {
  test.each<readonly [string, string]>([
    ['ten megabytes', 'a'.repeat(10_000_000)],
    ['a list', '[1]'],
    ['many values', `x: [${'1,'.repeat(50_000)}]`],
  ])('of %s is refused', async (_what, text) => {
    expect(await timedAsync(() => codeOf(read(text)))).toBe('CONFIG_FILE_PARSING_ERR');
  });
});

test('contexts are compared with patterns within a budget', async () => {
  const entries = Array.from({ length: 3000 }, () => `- {kube-context: "${'(x{1000})?'.repeat(20)}y"}`);
  const text = `kubeContexts:\n${entries.join('\n')}\n`;
  expect(await timedAsync(() => codeOf(loadGlobalConfig('/f', 'c', contextWith(text))))).toBe(
    'CONFIG_APPLY_PROFILES_ERR',
  );
});

test('a kube config of a large fleet is read', async () => {
  const clusters = Array.from({ length: 600 }, (_, index) => {
    const data = 'QUJD'.repeat(1200);
    return `- {name: c${index}, cluster: {server: "https://c${index}:6443", certificate-authority-data: ${data}}}`;
  });
  const text = `clusters:\n${clusters.join('\n')}\ncontexts: [{name: c, context: {cluster: c599, namespace: n}}]\n`;
  const ctx = contextWith(text);
  const found = await timedAsync(() => currentKubeContext({ kubeconfig: '/f', kubeContext: 'c' }, ctx));
  expect([found.server, found.namespace]).toEqual(['https://c599:6443', 'n']);
});

describe('build artifacts', () => {
  test.each<readonly [string, string]>([
    ['nested lists', `{"builds":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
    ['open lists', '['.repeat(10_000_000)],
    ['nested objects in an entry', `{"builds":[{"tag":${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}}]}`],
    ['an entry that is a number', '{"builds":[{"imageName":"a","tag":"b"},7]}'],
    ['names that are objects', '{"builds":[{"imageName":{"toString":"x"},"tag":"b"}]}'],
    ['builds that are a text', '{"builds":"x"}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
  ])('of %s are refused', (_what, text) => {
    expect(() => timed(() => parseArtifacts(text))).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('of ten megabytes, with keys nobody knows, are read', () => {
    const other = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`key${index}`, index]));
    const builds = Array.from({ length: 60_000 }, (_, index) => ({
      ...{ imageName: `registry.example.com/team/app${index}`, tag: `registry.example.com/team/app${index}:v1` },
      ...{ IMAGENAME: 'x', runtimeType: '' },
    }));
    const text = JSON.stringify({ ...other, builds });
    expect(text.length).toBeGreaterThan(10_000_000);
    expect(timed(() => parseArtifacts(text))).toHaveLength(60_000);
    const prototype = '{"builds":[{"__proto__":{"imageName":"evil"},"imageName":"a","tag":"b"}]}';
    expect(parseArtifacts(prototype)).toEqual([{ imageName: 'a', tag: 'b' }]);
  });
});
