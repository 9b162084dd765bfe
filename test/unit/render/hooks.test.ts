import { describe, expect, test } from 'vitest';
import type { Module } from '../../../src/core/project.ts';
import type { FakeProgram } from '../../support/fake-exec.ts';
import { moduleOf, pod, rawYaml, render } from './harness.ts';

const files = { '/work/a.yaml': pod('a') };

const withHooks = (hooks: unknown, base: Module = rawYaml('a.yaml')): Module => ({
  ...base,
  manifestTransforms: { ...base.manifestTransforms, hooks },
});
const hooksBefore = (...hosts: object[]): Module => withHooks({ before: hosts.map((host) => ({ host })) });
const hooksAfter = (...hosts: object[]): Module => withHooks({ after: hosts.map((host) => ({ host })) });

const echo: FakeProgram = (args) => ({ stdout: `${args.join(' ')}\n` });
const rename: FakeProgram = ([from = '', to = ''], { input }) => ({ stdout: input.replaceAll(from, to) });

describe('hooks before', () => {
  test('run before any source is read, and print in front of the manifests', async () => {
    const order: string[] = [];
    const say = (stream: string, text: string): void => void order.push(`${stream}: ${text}`);
    const noisy: FakeProgram = () => ({ stdout: 'out', stderr: 'err' });
    await render([hooksBefore({ command: ['noisy'] })], { files, programs: { noisy } }, {}, { say });
    expect(order).toEqual([
      'stderr: Starting pre-render hooks...\n',
      'stdout: outerr',
      'stderr: Completed pre-render hooks...\n',
    ]);
  });

  test('of all modules run before the first source', async () => {
    const missing = rawYaml('x.tmpl');
    const { calls } = await render(
      [hooksBefore({ command: ['echo', '1'] }), withHooks({ before: [{ host: { command: ['echo', '2'] } }] }, missing)],
      {
        files,
        programs: { echo },
      },
    );
    expect(calls).toEqual(['echo 1', 'echo 2']);
  });

  test('are told about the run, and the caller’s own variables win', async () => {
    let told: Readonly<Record<string, string>> = {};
    let place = '';
    const look: FakeProgram = (_args, { env, cwd }) => {
      told = env;
      place = cwd;
      return {};
    };
    const surroundings = { defaultRepo: 'r.io/x', multiLevelRepo: true, kubeContext: 'kind', namespace: 'prod' };
    const system = { files, programs: { look }, env: { SKAFFOLD_WORK_DIR: '/mine' } };
    await render([hooksBefore({ command: ['look'], dir: 'sub' })], system, {}, surroundings);
    expect(told).toEqual({
      SKAFFOLD_DEFAULT_REPO: 'r.io/x',
      SKAFFOLD_MULTI_LEVEL_REPO: 'true',
      SKAFFOLD_WORK_DIR: '/mine',
      SKAFFOLD_KUBE_CONTEXT: 'kind',
      SKAFFOLD_NAMESPACES: 'prod',
    });
    expect(place).toBe('/work/sub');
  });

  test('for other operating systems are passed over', async () => {
    const module = hooksBefore(
      { command: ['echo', '1'], os: ['windows'] },
      { command: ['echo', '2'], os: ['windows', 'linux'] },
    );
    expect((await render([module], { files, programs: { echo } })).calls).toEqual(['echo 2']);
  });

  test('that fail end the run with their own exit code', async () => {
    const module = hooksBefore({ command: ['fail', 'x'] }, { command: ['echo', '2'] });
    const programs = { echo, fail: () => ({ exitCode: 4 }) };
    await expect(render([module], { files, programs })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode: 4,
      message: expect.stringMatching(/manifests\.hooks\.before\[0\].*exit status 4/),
    });
  });

  test.each([
    [{ command: ['nowhere'] }, 'COMMAND_NOT_FOUND'],
    [{ command: [] }, 'CONFIG_VALIDATION_ERR'],
  ])('that cannot run are named', async (host, code) => {
    await expect(render([hooksBefore(host)], { files })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('manifests.hooks.before[0]'),
    });
  });
});

describe('hooks after', () => {
  test('see the module’s manifests and print beside them', async () => {
    const seen: string[] = [];
    const look: FakeProgram = (_args, { input }) => {
      seen.push(input);
      return { stdout: 'looked\n' };
    };
    const { text, said } = await render([hooksAfter({ command: ['look'] }), rawYaml('a.yaml')], {
      files,
      programs: { look },
    });
    expect(seen).toEqual([text.slice(0, text.indexOf('---\n'))]);
    expect(said).toEqual([
      'stderr: Starting post-render hooks...\n',
      'stderr: looked\n',
      'stderr: Completed post-render hooks\n',
    ]);
  });

  test('change manifests where they may, one after the other, word for word', async () => {
    const add: FakeProgram = (_args, { input }) => ({ stdout: `# kept\n${input}---\nkind: {a: b}\n`, stderr: 'noise' });
    const programs = { add, rename };
    const module = hooksAfter(
      { command: ['rename', ' a', ' b'], withChange: true },
      { command: ['rename', ' b', ' lost'] },
      { command: ['add'], withChange: true },
    );
    const { text, sources, said } = await render([module], { files, programs });
    expect(text).toBe(
      '# kept\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\nspec:\n  image: r.io/app:v1\n---\nkind: {a: b}\n',
    );
    expect(sources).toEqual(['manifests.hooks.after[2]', 'manifests.hooks.after[2]']);
    expect(said).toContain('stderr: noise');
  });

  test('that print nothing where manifests are wanted are an error', async () => {
    const module = hooksAfter({ command: ['quiet'], withChange: true });
    await expect(render([module], { files, programs: { quiet: () => ({}) } })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('stdout'),
    });
  });

  test('that print no manifests are an error at its line', async () => {
    const module = hooksAfter({ command: ['echo', 'a: 1\n---\nb: [c'], withChange: true });
    await expect(render([module], { files, programs: { echo } })).rejects.toMatchObject({
      code: 'MANIFEST_PARSE_ERR',
      diagnostics: [{ at: { file: 'manifests.hooks.after[0]', line: 3 } }],
    });
  });

  test('for other operating systems change nothing', async () => {
    const module = hooksAfter({ command: ['rename', 'a', 'b'], withChange: true, os: ['darwin'] });
    const { text, calls } = await render([module], { files, programs: { rename } });
    expect(text).toContain('name: a\n');
    expect(calls).toEqual([]);
  });

  test('of a module without manifests do not run', async () => {
    const module = withHooks({ after: [{ host: { command: ['echo'] } }] }, moduleOf({}));
    expect((await render([module], { programs: { echo } })).calls).toEqual([]);
  });
});
