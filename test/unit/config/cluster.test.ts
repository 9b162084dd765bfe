import { describe, expect, test } from 'vitest';
import { clusterOf } from '../../../src/config/cluster.ts';
import { type GlobalConfig, loadGlobalConfig } from '../../../src/config/global-config.ts';
import { currentKubeContext, type KubeContext } from '../../../src/config/kube-context.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { contextOf, type Surroundings } from './harness.ts';

const kubeconfig = `
current-context: dev
contexts:
- {name: dev, context: {cluster: one, namespace: n}}
- {name: prod, context: {cluster: two}}
clusters:
- {name: one, cluster: {server: "https://10.0.0.1:6443", certificate-authority: /home/me/.minikube/ca.crt}}
- {name: two, cluster: {server: "https://prod"}}
`;

const kube = (
  surroundings: Surroundings,
  options: { kubeconfig?: string; kubeContext?: string } = {},
): Promise<KubeContext> =>
  currentKubeContext({ kubeconfig: options.kubeconfig, kubeContext: options.kubeContext }, contextOf(surroundings));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error.code;
  throw error ?? new Error('it succeeded');
}

describe('the current Kubernetes context', () => {
  test('without any kube config there is none', async () => {
    expect(await kube({})).toEqual({ name: '', known: false });
  });

  test('~/.kube/config', async () => {
    expect(await kube({ files: { '/home/me/.kube/config': kubeconfig } })).toEqual({
      name: 'dev',
      known: true,
      server: 'https://10.0.0.1:6443',
      certificateAuthority: '/home/me/.minikube/ca.crt',
      namespace: 'n',
    });
  });

  test('KUBECONFIG is a list, the first mention wins, missing files are empty', async () => {
    const files = { '/work/first': 'current-context: prod\n', '/k/second': kubeconfig };
    expect(await kube({ files, env: { KUBECONFIG: 'first:/none::/k/second' } })).toMatchObject({
      name: 'prod',
      known: true,
      server: 'https://prod',
    });
  });

  test('--kubeconfig and --kube-context win', async () => {
    const files = { '/work/mine': kubeconfig, '/home/me/.kube/config': 'current-context: other\n' };
    const surroundings = { files, env: { KUBECONFIG: '/home/me/.kube/config' } };
    expect(await kube(surroundings, { kubeconfig: 'mine' })).toMatchObject({ name: 'dev' });
    expect(await kube(surroundings, { kubeconfig: 'mine', kubeContext: 'gone' })).toEqual({
      name: 'gone',
      known: false,
    });
  });

  test.each(['[1]', 'a: [', '- x'])('%s is refused', async (text) => {
    expect(await codeOf(kube({ files: { '/home/me/.kube/config': text } }))).toBe('CONFIG_FILE_PARSING_ERR');
  });

  test.each(['', 'null', 'contexts: 5\ncurrent-context: [x]\n', 'contexts: [5, {name: 5}]\n'])(
    '%j says nothing',
    async (text) => {
      expect(await kube({ files: { '/home/me/.kube/config': text } })).toEqual({ name: '', known: false });
    },
  );
});

const nothing: GlobalConfig = {
  defaultRepo: undefined,
  multiLevelRepo: undefined,
  localCluster: undefined,
  insecureRegistries: [],
  kindDisableLoad: false,
  k3dDisableLoad: false,
  debugHelpersRegistry: undefined,
};

describe('the global config', () => {
  const text = `
global: {default-repo: g, multi-level-repo: true, local-cluster: true, insecure-registries: [a], unknown: 1}
kubeContexts:
- {kube-context: "^gke", default-repo: first}
- {kube-context: gke_x, default-repo: second, local-cluster: false, insecure-registries: [b]}
- {kube-context: other, default-repo: third, kind-disable-load: yes}
`;
  const read = (content: string, context: string, path?: string): Promise<GlobalConfig> =>
    loadGlobalConfig(
      path,
      context,
      contextOf({ files: { [path === undefined ? '/home/me/.skaffold/config' : `/work/${path}`]: content } }),
    );

  test('missing or empty', async () => {
    expect(await loadGlobalConfig(undefined, 'c', contextOf({}))).toEqual(nothing);
    expect(await read('', 'c')).toEqual(nothing);
  });

  test('a missing file is created empty, where that can be done', async () => {
    const ctx = contextOf({});
    await loadGlobalConfig('new/settings', '', ctx);
    expect(await ctx.system.files.readText('/work/new/settings')).toBe('');
    expect(await loadGlobalConfig('.keep/below/a/file', '', ctx)).toEqual(nothing);
  });

  test('the last matching context wins, global fills the gaps, lists are joined', async () => {
    expect(await read(text, 'gke_x')).toEqual({
      ...nothing,
      defaultRepo: 'second',
      multiLevelRepo: true,
      localCluster: true,
      insecureRegistries: ['b', 'a'],
    });
    expect((await read(text, 'gke_y')).defaultRepo).toBe('first');
    expect(await read(text, 'other')).toMatchObject({ defaultRepo: 'third', kindDisableLoad: true });
  });

  test('without a context only global counts', async () => {
    expect((await read(text.replace('"^gke"', '""'), '')).defaultRepo).toBe('g');
  });

  test('--config names another file', async () => {
    expect((await read(text, '', 'mine')).defaultRepo).toBe('g');
  });

  test.each([
    '[1]',
    'global: 5',
    'kubeContexts: {}',
    'kubeContexts: [5]',
    'global: {local-cluster: maybe}',
    'global: {default-repo: [x]}',
    'a: [',
  ])('%s is refused', async (content) => {
    expect(await codeOf(read(content, 'c'))).toBe('CONFIG_FILE_PARSING_ERR');
  });
});

describe('what kind of cluster', () => {
  const context = (name: string, extra: Partial<KubeContext> = {}): KubeContext => ({ name, known: true, ...extra });
  const decide = (
    it: KubeContext,
    settings: Partial<GlobalConfig> = {},
    detectMinikube = false,
    surroundings: Surroundings = {},
  ) => clusterOf(it, { ...nothing, ...settings }, { detectMinikube }, contextOf(surroundings));

  test.each<[string, Partial<GlobalConfig>, boolean, boolean, boolean]>([
    ['', {}, false, true, false],
    ['gke_x', {}, false, true, false],
    ['minikube', {}, true, false, false],
    ['docker-desktop', {}, true, false, false],
    ['docker-for-desktop', {}, true, false, false],
    ['kind-x', {}, true, false, true],
    ['x@kind', {}, true, false, true],
    ['k3d-x', {}, true, false, true],
    ['kind-x', { kindDisableLoad: true }, true, true, false],
    ['kind-x', { k3dDisableLoad: true }, true, false, true],
    ['k3d-x', { k3dDisableLoad: true }, true, true, false],
    ['gke_x', { localCluster: true }, true, false, false],
    ['minikube', { localCluster: false }, false, true, false],
    ['kind-x', { localCluster: false }, false, true, false],
  ])('%s with %j: local %s, push %s, load %s', async (name, settings, local, push, loadImages) => {
    expect(await decide(context(name), settings)).toEqual({ context: name, local, push, loadImages });
  });

  test('a minikube profile is local', async () => {
    const options = { detectMinikube: false, minikubeProfile: 'p' };
    expect((await clusterOf(context('x'), nothing, options, contextOf({}))).local).toBe(true);
  });

  describe('minikube under another name', () => {
    const profiles = { valid: [{ Config: { Nodes: [{ IP: '10.0.0.9', Port: 8443 }] } }] };
    const installed = (stdout: string): Surroundings => ({
      files: { '/bin/minikube': '#!' },
      env: { PATH: ':/usr/none:/bin' },
      programs: { minikube: () => ({ stdout }) },
    });
    const executable = async (surroundings: Surroundings, it: KubeContext, detect = true): Promise<boolean> => {
      const ctx = contextOf(surroundings);
      if (surroundings.files !== undefined) await ctx.system.files.chmod('/bin/minikube', 0o755);
      return (await clusterOf(it, nothing, { detectMinikube: detect }, ctx)).local;
    };

    test.each([
      ['by its certificate', { certificateAuthority: '/home/me/.minikube/ca.crt' }, true],
      ['by its server', { server: 'https://10.0.0.9:8443' }, true],
      ['not by another server', { server: 'https://10.0.0.8:8443' }, false],
      ['not by a path beside', { certificateAuthority: '/home/me/.minikube-x/ca.crt' }, false],
    ])('%s', async (_, extra, local) => {
      expect(await executable(installed(JSON.stringify(profiles)), context('mine', extra))).toBe(local);
    });

    test('MINIKUBE_HOME is looked into', async () => {
      const base = installed('{}');
      const it = context('mine', { certificateAuthority: '/m/.minikube/ca.crt' });
      expect(await executable({ ...base, env: { ...base.env, MINIKUBE_HOME: '/m' } }, it)).toBe(true);
    });

    test('not without minikube, not unasked, and nonsense is no answer', async () => {
      const it = context('mine', { server: 'https://10.0.0.9:8443' });
      expect(await executable({}, it)).toBe(false);
      expect(await executable(installed(JSON.stringify(profiles)), it, false)).toBe(false);
      expect(await executable(installed('nonsense'), it)).toBe(false);
    });
  });
});
