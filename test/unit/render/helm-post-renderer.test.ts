import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/parse.ts';
import { splitShellWords } from '../../../src/cli/start/shell-words.ts';
import type { RenderRun } from '../../../src/core/plugins.ts';
import { app, type HelmSituation, lines, renderReleases, templateOutput } from './helm-harness.ts';

/** What a run asks of the `filter` command: its words, and the files they name as JSON. */
interface Asked {
  readonly words: readonly string[];
  readonly files: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
}

async function askedOf(situation: HelmSituation): Promise<Asked> {
  let asked: Asked | undefined;
  const { system } = await renderReleases([{ name: 'web', remoteChart: 'r/web' }], {
    builds: [app],
    ...situation,
    answer: async ({ args, env }, files) => {
      const words = splitShellWords(env['SKAFFOLD_CMDLINE'] ?? '') ?? [];
      const named = [words[words.indexOf('--build-artifacts') + 1] ?? '', env['SKAFFOLD_FILENAME'] ?? ''];
      const texts = await Promise.all(named.map(async (file) => [file, JSON.parse(await files.readText(file))]));
      for (const file of named) expect((await files.stat(file))?.mode).toBe(0o600);
      asked = { words, args, files: Object.fromEntries(texts) };
      return { stdout: templateOutput(args) };
    },
  });
  expect(await system.files.list('/tmp')).toEqual([]);
  if (asked === undefined) throw new Error('helm was not run');
  return asked;
}

describe('the post-renderer of helm', () => {
  test('is there only for images', async () => {
    const { calls } = await renderReleases([{ name: 'web', remoteChart: 'r/web' }]);
    expect(calls[0]?.args).not.toContain('--post-renderer');
    expect(calls[0]?.env).not.toHaveProperty('SKAFFOLD_CMDLINE');
  });

  test('is this program, told through its environment what to do', async () => {
    const rules = { groupKind: 'Widget.example.com', image: ['.*'], labels: [], podSpec: [] };
    const { words, files, args } = await askedOf({
      run: {
        kubeContext: 'prod',
        kubeconfig: '/k',
        labels: new Map([['team', 'blue']]),
        parameters: new Map([['tag', 'a,b']]),
        resourceSelector: { allow: [rules], deny: [] },
      },
    });
    expect(args.slice(args.indexOf('--post-renderer')).slice(0, 2)).toEqual([
      '--post-renderer',
      '/opt/slipway/main.js',
    ]);
    const [builds = '', configuration = ''] = Object.keys(files);
    expect(words).toEqual([
      ...['filter', '--kube-context', 'prod', '--kubeconfig', '/k', '--filename', configuration],
      ...['--label=team=blue', '--set="tag=a,b"', '--build-artifacts', builds],
    ]);
    expect(files).toEqual({
      [builds]: { builds: [app] },
      [configuration]: {
        apiVersion: 'skaffold/v4beta14',
        kind: 'Config',
        resourceSelector: { allow: [rules], deny: [] },
      },
    });
  });

  test('understands every label and every parameter as it was meant', async () => {
    const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'a1 ,"\'\\=\n$`{}é😀-') });
    const name = fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom(...'abc.-_') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, text), { maxLength: 4 }), async (entries) => {
        const parameters: RenderRun['parameters'] = new Map(entries);
        const { words } = await askedOf({ run: { parameters, labels: parameters } });
        const sources = { readArtifacts: async () => [], compileTemplate: async () => ({ execute: () => '' }) };
        const parsed = await parseCommandLine(words, { program: 'slipway', env: {}, notify: () => undefined, sources });
        const wanted = [...parameters].map(([key, value]) => `${key}=${value}`);
        expect(parsed).toMatchObject({ kind: 'command', command: 'filter', options: { set: wanted, label: wanted } });
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [['--post-renderer', './mine'], ['--debug']],
    [['--post-renderer=./mine'], ['--debug']],
  ])('calls the one of the user: %j', async (template, global) => {
    const { words, args } = await askedOf({ flags: { template, global } });
    expect(words.slice(-2)).toEqual(['--post-renderer', './mine']);
    expect(args.filter((word) => word.startsWith('--post-renderer'))).toEqual(['--post-renderer']);
    expect(args.at(-1)).toBe('--debug');
  });

  test('leaves the one of the user to helm where there are no images', async () => {
    const flags = { template: ['--post-renderer', './mine', '--post-renderer-args', 'x'] };
    const { calls } = await renderReleases([{ name: 'web', remoteChart: 'r/web' }], { flags });
    expect(calls[0]?.args.slice(-4)).toEqual(flags.template);
  });

  test('is a plug-in for Helm 4, next to those of the user', async () => {
    const version = { stdout: 'version.BuildInfo{Version:"v4.0.0"}' };
    const seen: unknown[] = [];
    const plugins = 'env HELM_PLUGINS';
    const { calls } = await renderReleases([{ name: 'web', remoteChart: 'r/web' }], {
      version,
      builds: [app],
      answer: async ({ args, env }, files) => {
        if (args.join(' ') === plugins) return { stdout: '/home/user/plugins\n' };
        const [theirs, ours = ''] = env['HELM_PLUGINS']?.split(':') ?? [];
        const definition = JSON.parse(await files.readText(`${ours}/slipway-filter/plugin.yaml`));
        seen.push(theirs, definition, await files.readlink(`${ours}/slipway-filter/filter`));
        return { stdout: templateOutput(args) };
      },
    });
    expect(lines(calls)).toEqual([plugins, 'template web r/web --post-renderer slipway-filter']);
    expect(calls[1]?.env['SKAFFOLD_CMDLINE']).toMatch(/^filter /);
    expect(seen).toEqual([
      '/home/user/plugins',
      expect.objectContaining({ name: 'slipway-filter', type: 'postrenderer/v1' }),
      '/opt/slipway/main.js',
    ]);
    const flags = { template: ['--post-renderer', 'mine'] };
    await expect(askedOf({ version, flags })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  test('cannot pass arguments on', async () => {
    const flags = { template: ['--post-renderer=./mine', '--post-renderer-args=x'] };
    await expect(askedOf({ flags })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  test('has to be there', async () => {
    await expect(askedOf({ system: { program: '/gone/main.js' } })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
