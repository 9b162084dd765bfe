import { describe, expect, test } from 'vitest';
import type { System } from '../../../src/core/ports.ts';
import { documentsText } from '../../../src/render/document-text.ts';
import { helm } from '../../../src/render/renderers/helm/index.ts';
import { valueNode } from '../../../src/yaml/value-node.ts';

import {
  app,
  configMap,
  type HelmSituation,
  helmSystem,
  lines,
  renderReleases,
  templateOutput,
} from './helm-harness.ts';

describe('the command line of helm template', () => {
  test('has everything in the order that decides which value wins', async () => {
    const { calls } = await renderReleases(
      [
        {
          name: 'web-{{.STAGE}}',
          chartPath: 'charts/{{.STAGE}}',
          namespace: 'ignored',
          version: '1.2.3',
          repo: 'https://charts.example.com',
          skipTests: true,
          valuesFiles: ['a.yaml', '~/b.yaml', 'values-{{.STAGE}}-{{.IMAGE_NAME}}.yaml'],
          setValues: { z: '1', 'a.b': 'x', B: '{{.STAGE}}' },
          setValueTemplates: { tag: '{{.IMAGE_TAG_app}}@', 'k-{{.STAGE}}': '{{.UNSET}}' },
          setFiles: { f: '~/cert.pem' },
        },
      ],
      {
        run: {
          kubeContext: 'prod',
          kubeconfig: '/kube/config',
          namespace: 'flag',
          parameters: new Map([
            ['q', '1'],
            ['p', '2'],
          ]),
        },
        flags: { global: ['--debug'], depBuild: ['--skip-refresh'], template: ['--include-crds'] },
        builds: [app],
        system: { env: { STAGE: 'qa' } },
      },
    );
    expect(calls.map(({ args }) => args)).toEqual([
      [
        '--kube-context',
        'prod',
        'dep',
        'build',
        'charts/qa',
        '--skip-refresh',
        '--debug',
        '--kubeconfig',
        '/kube/config',
      ],
      [
        ...['--kube-context', 'prod', 'template', 'web-qa', 'charts/qa', '--include-crds'],
        ...['--post-renderer', '/opt/slipway/main.js'],
        ...['--set', 'B={{.STAGE}}', '--set', 'a.b=x', '--set', 'z=1', '--set-file', 'f=/home/user/cert.pem'],
        ...['--set', 'k-qa=<no value>', '--set', 'tag=v1'],
        ...['-f', 'a.yaml', '-f', '/home/user/b.yaml', '-f', 'values-qa-app.yaml'],
        ...['--set', 'p=2', '--set', 'q=1', '--version', '1.2.3', '--namespace', 'flag'],
        ...['--repo', 'https://charts.example.com', '--skip-tests', '--debug', '--kubeconfig', '/kube/config'],
      ],
    ]);
  });

  test('says nothing of what is not set, but names the context always', async () => {
    const { calls } = await renderReleases([{ name: 'web', chartPath: 'web' }]);
    expect(calls.map(({ args }) => args)).toEqual([
      ['--kube-context', '', 'dep', 'build', 'web'],
      ['--kube-context', '', 'template', 'web', 'web'],
    ]);
  });

  test('goes through the secrets plug-in where that is asked for', async () => {
    const { calls } = await renderReleases([{ name: 'web', chartPath: 'web', useHelmSecrets: true }]);
    expect(calls.map(({ args }) => args[0])).toEqual(['--kube-context', 'secrets']);
  });

  test('has no version for a chart that a deployment packages', async () => {
    const { calls } = await renderReleases([{ name: 'web', chartPath: 'web', version: '1.0.0', packaged: {} }]);
    expect(lines(calls)).toEqual(['dep build web', 'template web web']);
  });

  test('quotes a path with blanks only where there is no such file', async () => {
    const release = { name: 'web', remoteChart: 'r/web', setFiles: { a: 'here it is.txt', b: 'no where.txt' } };
    const { calls } = await renderReleases([release], { system: { files: { '/work/here it is.txt': 'x' } } });
    expect(lines(calls)).toEqual(['template web r/web --set-file a=here it is.txt --set-file b="no where.txt"']);
  });
});

describe('dependencies of charts', () => {
  test('are built one after the other before anything is rendered, each chart once', async () => {
    const { calls } = await renderReleases([
      { name: 'one', chartPath: 'web' },
      { name: 'two', chartPath: 'web' },
      { name: 'three', chartPath: 'db', skipBuildDependencies: true },
      { name: 'four', remoteChart: 'oci://r.example.com/charts/cache' },
    ]);
    expect(lines(calls)).toEqual([
      'dep build web',
      'template one web',
      'template two web',
      'template three db',
      'template four oci://r.example.com/charts/cache',
    ]);
  });

  const lock = (repository: string): string =>
    `dependencies:\n- name: redis\n  repository: ${repository}\n  version: 1.2.3\ndigest: sha256:x\n`;
  const archive = '/work/web/charts/redis-1.2.3.tgz';

  test.each([
    ['online', false, { '/work/web/Chart.lock': lock('https://c.example.com'), [archive]: '' }, true],
    ['offline', true, { '/work/web/Chart.lock': lock('https://c.example.com'), [archive]: '' }, false],
    ['offline, from a registry', true, { '/work/web/Chart.lock': lock('oci://r.example.com/c'), [archive]: '' }, false],
    ['offline, Helm 2', true, { '/work/web/requirements.lock': lock('"@stable"'), [archive]: '' }, false],
    ['offline, not there', true, { '/work/web/Chart.lock': lock('https://c.example.com') }, true],
    ['offline, a directory', true, { '/work/web/Chart.lock': lock('file://../redis'), [archive]: '' }, true],
    ['offline, none', true, { '/work/web/Chart.lock': 'dependencies: []\n' }, true],
    ['offline, no lock file', true, { [archive]: '' }, true],
    ['offline, a strange lock file', true, { '/work/web/Chart.lock': '- [\n', [archive]: '' }, true],
  ])('%s', async (_name, offline, files, builds) => {
    const { calls } = await renderReleases([{ name: 'web', chartPath: 'web' }], {
      run: { offline },
      system: { files },
    });
    expect(lines(calls)).toEqual([...(builds ? ['dep build web'] : []), 'template web web']);
  });

  test('that cannot be built end the run with the exit code of helm', async () => {
    const answer = () => ({ exitCode: 7, stderr: 'Error: no repository definition\n' });
    await expect(renderReleases([{ name: 'web', chartPath: 'charts/web' }], { answer })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode: 7,
      message: expect.stringMatching(/helm dependencies.*charts\/web.*web.*no repository definition/),
    });
  });
});

describe('what helm prints', () => {
  test('is passed on as it is without images and labels', async () => {
    const printed = '---\n# Source: web/a.yaml\nkind: B # x\napiVersion: v1\n---\n# Source: web/b.yaml\nv: 1.0\n';
    const { manifests } = await renderReleases(
      [
        { name: 'web', chartPath: 'web' },
        { name: 'two', chartPath: 'web' },
      ],
      {
        answer: ({ args }) => (args.includes('template') ? { stdout: printed } : undefined),
      },
    );
    expect(documentsText(manifests)).toBe(`${printed}---\n${printed}`);
    expect(manifests.map(({ origin }) => origin.source)).toEqual([
      'helm template web web (web/a.yaml)',
      'helm template web web (web/b.yaml)',
      'helm template two web (web/a.yaml)',
      'helm template two web (web/b.yaml)',
    ]);
    expect(manifests[0]?.origin.module).toBe('m');
  });

  test.each([
    ['labels', { run: { labels: new Map([['a', 'b']]) } }],
    ['images', { builds: [app] }],
  ])('is printed anew with %s', async (_name, situation) => {
    const { manifests } = await renderReleases([{ name: 'web', chartPath: 'web' }], situation);
    expect(documentsText(manifests)).toBe(configMap('web'));
  });

  test('keeps the order of the releases, whichever is done first', async () => {
    const names = ['slow', 'quick', 'slower', 'middle', 'last'];
    const times: Readonly<Record<string, number>> = { slow: 30, slower: 40, middle: 10 };
    let running = 0;
    let most = 0;
    const { manifests } = await renderReleases(
      names.map((name) => ({ name, remoteChart: 'r/c' })),
      {
        answer: async ({ args }) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, times[args[3] ?? ''] ?? 0));
          running--;
          return { stdout: templateOutput(args) };
        },
      },
    );
    expect(documentsText(manifests).match(/(?<=name: ).*/g)).toEqual(names);
    expect(most).toBe(4);
  });

  test('may be nothing', async () => {
    const { manifests } = await renderReleases([{ name: 'web', chartPath: 'web' }], { answer: () => ({}) });
    expect(manifests).toEqual([]);
  });
});

describe('overrides', () => {
  const overrides = valueNode({ replicas: 3, deep: { secret: 'hush' } });
  const release = { name: 'web', remoteChart: 'r/web', overrides };

  test('stand under the usual name while helm runs', async () => {
    const seen: string[] = [];
    const { calls, system } = await renderReleases([release], {
      system: { files: { '/work/skaffold.yaml': '' } },
      answer: async ({ args }, files) => {
        seen.push(await files.readText('/work/skaffold-overrides.yaml'));
        return { stdout: templateOutput(args) };
      },
    });
    expect(lines(calls)).toEqual(['template web r/web -f skaffold-overrides.yaml']);
    expect(seen).toEqual(['deep:\n  secret: hush\nreplicas: 3\n']);
    expect(await system.files.lstat('/work/skaffold-overrides.yaml')).toBeUndefined();
    expect(await system.files.list('/tmp')).toEqual([]);
  });

  test('leave a file of that name alone, and one another', async () => {
    const seen = new Map<string, string>();
    const { system } = await renderReleases([release, { ...release, name: 'two', overrides: valueNode({ b: 2 }) }], {
      system: { files: { '/work/skaffold-overrides.yaml': 'mine: true\n' } },
      answer: async ({ args }, files) => {
        seen.set(args[3] ?? '', await files.readText(args[args.indexOf('-f') + 1] ?? ''));
        return { stdout: templateOutput(args) };
      },
    });
    expect([...seen]).toEqual([
      ['web', 'deep:\n  secret: hush\nreplicas: 3\n'],
      ['two', 'b: 2\n'],
    ]);
    expect(await system.files.readText('/work/skaffold-overrides.yaml')).toBe('mine: true\n');
  });

  test('are gone when helm fails', async () => {
    let files: System['files'] | undefined;
    const situation: HelmSituation = {
      system: { files: { '/work/skaffold.yaml': '' } },
      answer: async (_call, given) => {
        files = given;
        expect(await given.lstat('/work/skaffold-overrides.yaml')).toMatchObject({ kind: 'link' });
        return { exitCode: 1, stderr: 'Error: no\n' };
      },
    };
    await expect(renderReleases([release], situation)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(await files?.lstat('/work/skaffold-overrides.yaml')).toBeUndefined();
    expect(await files?.list('/tmp')).toEqual([]);
  });
});

describe('errors', () => {
  test('without helm there is one before anything is done', async () => {
    const system = { programs: {} };
    const ctx = { system: helmSystem({ system }).system, emit: () => undefined, signal: new AbortController().signal };
    await expect(helm.check?.(ctx)).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
      suggestions: [{ code: 'INSTALL_HELM' }],
    });
    await expect(renderReleases([{ name: 'web', chartPath: 'web' }], { system })).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
    });
  });

  test.each([
    ['no version', { stdout: 'version.BuildInfo{Version:"unknown"}' }, undefined],
    ['Helm 2', { stdout: 'Client: &version.Version{SemVer:"v2.16.1"}' }, undefined],
    ['a failure', { exitCode: 3, stderr: 'broken' }, 3],
  ])('%s of helm version is one', async (_name, version, exitCode) => {
    await expect(renderReleases([{ name: 'web', chartPath: 'web' }], { version })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode,
      message: expect.stringContaining('helm version'),
    });
  });

  test('helm without post-renderers cannot take images', async () => {
    const version = { stdout: 'version.BuildInfo{Version:"v3.0.1"}' };
    const releases = [{ name: 'web', remoteChart: 'r/web' }];
    expect((await renderReleases(releases, { version })).manifests).toHaveLength(1);
    await expect(renderReleases(releases, { version, builds: [app] })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      suggestions: [{ code: 'UPGRADE_HELM' }],
    });
  });

  test('a failing release is named with its chart and the words of helm, and no value of it', async () => {
    const release = { name: 'web', chartPath: 'charts/web', setValues: { password: 'hunter2', text: 'x {{.WHO}}' } };
    const answer = ({ args }: { args: readonly string[] }) =>
      args.includes('template') ? { exitCode: 1, stderr: 'Error: who is required\n' } : undefined;
    const error = await renderReleases([release], { answer }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode: undefined,
      message: 'helm cannot render release web of chart charts/web: Error: who is required',
      suggestions: [{ code: 'USE_VALUE_TEMPLATES', action: expect.stringMatching(/text .*\{\{\.WHO\}\}/) }],
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('a release needs a chart', async () => {
    await expect(renderReleases([{ name: 'web' }])).rejects.toMatchObject({
      code: 'CONFIG_VALIDATION_ERR',
      message: expect.stringContaining('"web"'),
    });
  });

  test.each([
    ['name', { name: '{{.UNSET}}', chartPath: 'web' }],
    ['chartPath', { name: 'web', chartPath: '{{.UNSET}}' }],
    ['namespace', { name: 'web', chartPath: 'web', namespace: '{{.UNSET}}' }],
    ['setValueTemplates.a', { name: 'web', chartPath: 'web', setValueTemplates: { a: '{{.A' } }],
    ['valuesFiles', { name: 'web', chartPath: 'web', valuesFiles: ['{{.A'] }],
  ])('%s with a template that does not work is one', async (field, release) => {
    await expect(renderReleases([release])).rejects.toMatchObject({
      code: 'TEMPLATE_ERR',
      message: expect.stringContaining(`: ${field}: `),
    });
  });

  test.each([['gs://bucket/values.yaml'], ['~other/values.yaml']])('values in %s are refused', async (file) => {
    await expect(renderReleases([{ name: 'web', chartPath: 'web', valuesFiles: [file] }])).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining(file),
    });
  });

  test('output that is no YAML is one at its line', async () => {
    const answer = () => ({ stdout: 'a: 1\nb: [\n' });
    await expect(renderReleases([{ name: 'web', remoteChart: 'r/web' }], { answer })).rejects.toMatchObject({
      code: 'MANIFEST_PARSE_ERR',
      diagnostics: [{ at: { file: 'helm template web r/web' } }],
    });
  });
});
