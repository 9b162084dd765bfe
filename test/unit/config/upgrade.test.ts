import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import type { SkaffoldConfig } from '../../../src/config/generated/types.ts';
import { nodeAt } from '../../../src/config/nodes.ts';
import { upgrade } from '../../../src/config/upgrade/index.ts';
import { apiVersions, versionIndex } from '../../../src/config/versions.ts';
import type { YamlMapping } from '../../../src/core/yaml-node.ts';
import { parseYaml } from '../../../src/yaml/parse.ts';
import { toValue } from '../../../src/yaml/value.ts';
import { upgradableConfig, write } from './full-config.ts';

/** Expectations are what Skaffold v2.24.0 makes of the same text, but where a test says otherwise. */

const withVersion = (version: string, text: string): string => `apiVersion: skaffold/${version}\nkind: Config\n${text}`;

async function read(version: string, text: string) {
  return parseConfiguration('skaffold.yaml', Buffer.from(withVersion(version, text)));
}

async function upgraded(version: string, text: string): Promise<unknown> {
  const { documents, findings } = await read(version, text);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { apiVersion, kind, ...rest } = toValue(documents[0]!.root) as unknown as SkaffoldConfig;
  expect([apiVersion, kind]).toEqual(['skaffold/v4beta14', 'Config']);
  return JSON.parse(JSON.stringify(rest));
}

async function findings(version: string, text: string): Promise<readonly string[]> {
  return (await read(version, text)).findings.map(
    ({ severity, code, at }) => `${severity} ${code} ${at?.line}:${at?.column}`,
  );
}

/** One artifact of an older version and what becomes of it. */
const artifacts: readonly (readonly [version: string, before: string, after: unknown])[] = [
  ['v1alpha1', 'imageName: a, workspace: w', { image: 'a', context: 'w' }],
  ['v1alpha1', 'imageName: a, dockerfilePath: D', { image: 'a', docker: { dockerfile: 'D' } }],
  ['v1alpha1', 'imageName: a, buildArgs: {k: v}', { image: 'a', docker: { buildArgs: { k: 'v' } } }],
  ['v1alpha1', "imageName: a, dockerfilePath: '', buildArgs: {}", { image: 'a' }],
  ['v1alpha3', 'imageName: a, docker: {dockerfilePath: D}', { image: 'a', docker: { dockerfile: 'D' } }],
  ['v1beta8', 'image: a, plugin: {name: docker, properties: {target: t}}', { image: 'a', docker: { target: 't' } }],
  ['v1beta8', 'image: a, plugin: {name: bazel, properties: {target: t}}', { image: 'a', bazel: { target: 't' } }],
  ['v1beta8', 'image: a, plugin: {name: docker}', { image: 'a', docker: {} }],
  [
    'v1beta13',
    'image: a, jibMaven: {module: m, args: [x], profile: p}',
    { image: 'a', jib: { project: 'm', args: ['x', '--activate-profiles', 'p'], type: 'maven' } },
  ],
  ['v1beta13', 'image: a, jibMaven: {}', { image: 'a', jib: { type: 'maven' } }],
  [
    'v1beta13',
    'image: a, jibGradle: {project: p, args: [x]}',
    { image: 'a', jib: { project: 'p', args: ['x'], type: 'gradle' } },
  ],
  [
    'v2alpha1',
    'image: a, kaniko: {buildContext: {localDir: {initImage: i}}}',
    { image: 'a', kaniko: { initImage: 'i' } },
  ],
  ['v2alpha1', 'image: a, kaniko: {buildContext: {gcsBucket: b}}', { image: 'a', kaniko: {} }],
  ['v2alpha2', 'image: a, buildpack: {builder: b, forcePull: true}', { image: 'a', buildpacks: { builder: 'b' } }],
  ['v2beta8', 'image: a, sync: {auto: {}}', { image: 'a', sync: { auto: true } }],
  ['v2beta8', 'image: a, sync: {auto: null}', { image: 'a', sync: { auto: null } }],
  ['v2beta8', 'image: a, kaniko: {flags: [x]}', { image: 'a', kaniko: {} }],
  [
    'v2beta22',
    'image: a, docker: {secret: {id: i, src: s}}',
    { image: 'a', docker: { secrets: [{ id: 'i', src: 's' }] } },
  ],
  ['v2beta27', 'image: a, ko: {platforms: [p]}', { image: 'a', platforms: ['p'], ko: {} }],
  ['v2beta27', 'image: a, platforms: [q], ko: {platforms: []}', { image: 'a', platforms: ['q'], ko: {} }],
  ['v4beta4', 'image: a, kaniko: {noPush: true}', { image: 'a', kaniko: {} }],
  ['v4beta10', 'image: a, kaniko: {destination: [x]}', { image: 'a', kaniko: {} }],
];

test.each(artifacts)('an artifact of %s: %s', async (version, before, after) => {
  const build = `build: {artifacts: [{${before}}]}`;
  expect(await upgraded(version, build)).toEqual({ build: { artifacts: [after] } });
  if (version !== 'v1alpha1')
    expect(await upgraded(version, `profiles: [{name: p, ${build}}]`)).toEqual({
      profiles: [{ name: 'p', build: { artifacts: [after] } }],
    });
});

/** Patterns of the old `sync`, where they go, and the rule they become. */
test.each([
  ['a.html', 'x', { src: 'a.html', dest: 'x' }],
  ['src/*.js', 'x', { src: 'src/*.js', dest: 'x', strip: 'src/' }],
  ['src/*.js', 'app/src', { src: 'src/*.js', dest: 'app/' }],
  ['src/*.js', 'src', { src: 'src/*.js', dest: '.' }],
  ['a/***/b', 'x', { src: 'a/**/b', dest: 'x', strip: 'a/' }],
])('files %s to %s are a rule', async (pattern, target, rule) => {
  const text = `build: {artifacts: [{image: a, sync: {'${pattern}': ${target}}}]}`;
  expect(await upgraded('v1beta9', text)).toEqual({ build: { artifacts: [{ image: 'a', sync: { manual: [rule] } }] } });
  expect(await findings('v1beta9', text)).toEqual([]);
});

test('files that used to be flattened are told', async () => {
  const text = 'build: {artifacts: [{image: a, sync: {src/**/b: x}}]}';
  expect(await findings('v1beta9', text)).toEqual(['warning CONFIG_UPGRADE_ERR 3:39']);
});

/** The rest of `build`. */
test.each([
  ['v1alpha1', 'tagPolicy: sha256', { tagPolicy: { sha256: {} } }],
  ['v1alpha1', 'local: {skipPush: true}', { local: { push: false, useBuildkit: false } }],
  ['v1alpha3', 'local: {skipPush: false}', { local: { push: true, useBuildkit: false } }],
  ['v1beta4', 'local: {useBuildkit: true}', { local: { useBuildkit: true } }],
  ['v1beta4', 'local: {}', { local: { useBuildkit: false } }],
  ['v1beta5', 'local: {}', { local: {} }],
  ['v1alpha2', 'kaniko: {gcsBucket: b, namespace: n}', { cluster: { namespace: 'n' } }],
  [
    'v1beta6',
    'kaniko: {pullSecret: p, timeout: t, image: i, flags: [f]}, artifacts: [{image: a, docker: {}}]',
    { artifacts: [{ image: 'a', docker: {}, kaniko: { image: 'i' } }], cluster: { pullSecretPath: 'p', timeout: 't' } },
  ],
  ['v1beta8', 'executionEnvironment: {name: local, properties: {push: true}}', { local: { push: true } }],
])('build of %s: %s', async (version, before, after) => {
  expect(await upgraded(version, `build: {${before}}`)).toEqual({ build: after });
});

/** `deploy`, and what becomes `manifests`. */
test.each([
  [
    'v1alpha1',
    'name: d, kubectl: {manifests: [{paths: [a, b]}, {paths: [c]}]}',
    { rawYaml: ['a', 'b', 'c'] },
    { kubectl: {} },
  ],
  ['v1alpha2', 'kustomize: {kustomizePath: k}', { kustomize: { paths: ['k'] } }, { kubectl: {} }],
  ['v2beta29', 'kubectl: {}', undefined, { kubectl: {} }],
  ['v2beta29', 'kustomize: {buildArgs: [x]}', { kustomize: { paths: ['.'], buildArgs: ['x'] } }, { kubectl: {} }],
  [
    'v2beta29',
    'kubectl: {manifests: [m], flags: {apply: [x]}}, kustomize: {flags: {apply: [y], global: [z]}, defaultNamespace: n}',
    { rawYaml: ['m'], kustomize: { paths: ['.'] } },
    { kubectl: { flags: { apply: ['x', 'y'], global: ['z'] }, defaultNamespace: 'n' } },
  ],
  [
    'v3',
    'kubeContext: c, kubectl: {remoteManifests: [ns:pod/x]}',
    { remoteManifests: [{ manifest: 'ns:pod/x', kubeContext: 'c' }] },
    { kubeContext: 'c', kubectl: {} },
  ],
  ['v4beta7', 'kpt: {false: true}', undefined, { kpt: { force: true } }],
])('deploy of %s: %s', async (version, before, manifests, deploy) => {
  const expected = manifests === undefined ? { deploy } : { deploy, manifests };
  expect(await upgraded(version, `deploy: {${before}}`)).toEqual(expected);
});

/** Releases are rendered and deployed alike. */
test.each([
  ['v1alpha2', 'valuesFilePath: f', { valuesFiles: ['f'] }],
  ['v2beta12', 'chartPath: c, remote: true', { remoteChart: 'c' }],
  ['v2beta12', 'chartPath: c, remote: false', { chartPath: 'c' }],
  [
    'v2beta5',
    'setValues: {a: 1.50, b: null, c: 2020-01-02}',
    { setValues: { a: '1.5', b: '', c: '2020-01-02T00:00:00Z' } },
  ],
  ['v2beta3', 'values: {image: r/a-b.c}', { setValueTemplates: { image: '{{.IMAGE_FULLY_QUALIFIED_r_a_b_c}}' } }],
  [
    'v2beta29',
    'artifactOverrides: {x: {y: a}}, setValueTemplates: {z: t}',
    { setValueTemplates: { z: 't', 'x.y': '{{.IMAGE_FULLY_QUALIFIED_a}}' } },
  ],
  [
    'v2beta29',
    'artifactOverrides: {i: a}, imageStrategy: {helm: {}}',
    { setValueTemplates: { 'i.tag': '{{.IMAGE_TAG_a}}@{{.IMAGE_DIGEST_a}}', 'i.repository': '{{.IMAGE_REPO_a}}' } },
  ],
  [
    'v2beta29',
    'artifactOverrides: {i: a}, imageStrategy: {helm: {explicitRegistry: true}}',
    {
      setValueTemplates: {
        'i.tag': '{{.IMAGE_TAG_a}}@{{.IMAGE_DIGEST_a}}',
        'i.registry': '{{.IMAGE_DOMAIN_a}}',
        'i.repository': '{{.IMAGE_REPO_NO_DOMAIN_a}}',
      },
    },
  ],
  ['v2beta29', 'artifactOverrides: {}, imageStrategy: {fqn: {property: p}}', {}],
])('a release of %s: %s', async (version, before, after) => {
  const helm = { releases: [{ name: 'r', ...after }] };
  expect(await upgraded(version, `deploy: {helm: {releases: [{name: r, ${before}}]}}`)).toEqual({
    manifests: { helm },
    deploy: { helm },
  });
});

describe('patches of profiles', () => {
  const pathsOf = async (patches: string, deploy = 'helm: {releases: [{name: r}]}'): Promise<readonly unknown[]> => {
    const config = await upgraded('v2beta29', `deploy: {${deploy}}\nprofiles: [{name: p, patches: [${patches}]}]`);
    const { profiles } = config as { readonly profiles: readonly [{ readonly patches: readonly unknown[] }] };
    return profiles[0].patches;
  };

  test.each([
    ['/deploy/kubectl/manifests/0', ['/manifests/rawYaml/0']],
    ['/deploy/kustomize/paths', ['/manifests/kustomize/paths']],
    ['/deploy/kustomize/buildArgs/0', ['/manifests/kustomize/buildArgs/0']],
    ['/deploy/kustomize/flags/global', ['/deploy/kustomize/flags/global']],
    ['/deploy/helm/releases/0/name', ['/manifests/helm/releases/0/name', '/deploy/helm/releases/0/name']],
    ['/deploy/helm/hooks/before', ['/deploy/helm/hooks/before']],
    ['/build/artifacts/0', ['/build/artifacts/0']],
  ])('%s', async (path, moved) => {
    expect(await pathsOf(`{op: add, path: ${path}, value: v}`)).toEqual(
      moved.map((to) => ({ op: 'add', path: to, value: 'v' })),
    );
  });

  test('of the image of a release set the template', async () => {
    const path = '/deploy/helm/releases/0/artifactOverrides/image';
    expect(await pathsOf(`{path: ${path}, value: b/c}, {path: /x}`)).toEqual([
      { path: '/manifests/helm/releases/0/setValueTemplates/image', value: '{{.IMAGE_FULLY_QUALIFIED_b_c}}' },
      { path: '/x' },
    ]);
    expect(
      await pathsOf(`{path: ${path}, value: b}`, 'helm: {releases: [{name: r, imageStrategy: {helm: {}}}]}'),
    ).toEqual([
      { path: '/manifests/helm/releases/0/setValueTemplates/image.tag', value: '{{.IMAGE_TAG_b}}@{{.IMAGE_DIGEST_b}}' },
      { path: '/manifests/helm/releases/0/setValueTemplates/image.repository', value: '{{.IMAGE_REPO_b}}' },
    ]);
  });

  test('of the image of a release may take it away, which Skaffold stops at', async () => {
    expect(await pathsOf('{op: remove, path: /deploy/helm/releases/0/artifactOverrides/image}')).toEqual([
      { op: 'remove', path: '/manifests/helm/releases/0/setValueTemplates/image' },
    ]);
  });

  test('of a release that is not there are pointed at', async () => {
    const text = 'deploy: {helm: {releases: []}}\nprofiles:\n- name: p\n  patches:\n  - path: ';
    expect(await findings('v2beta29', `${text}/deploy/helm/releases/3/artifactOverrides/image\n`)).toEqual([
      'error CONFIG_UPGRADE_ERR 7:11',
    ]);
  });

  test('of v1beta4 keep their values, which Skaffold stops at', async () => {
    const text = 'profiles: [{name: p, patches: [{op: add, path: /build/tagPolicy, value: {sha256: {}}}]}]';
    expect(await upgraded('v1beta4', text)).toEqual({
      profiles: [{ name: 'p', patches: [{ op: 'add', path: '/build/tagPolicy', value: { sha256: {} } }] }],
    });
  });
});

/** What no later version has an equal for. */
test.each([
  ['v1alpha5', 'build: {acr: {}}', 'error CONFIG_UPGRADE_ERR 3:14'],
  ['v2beta29', 'deploy: {kpt: {dir: d}}', 'error CONFIG_UPGRADE_ERR 3:15'],
  ['v2beta29', 'profiles: [{name: p, deploy: {kpt: {}}}]', 'error CONFIG_UPGRADE_ERR 3:36'],
  [
    'v2beta29',
    'deploy: {kubectl: {defaultNamespace: a}, kustomize: {defaultNamespace: b}}',
    'error CONFIG_UPGRADE_ERR 3:72',
  ],
  ['v2beta29', 'deploy: {kubectl: {}, kustomize: {flags: {disableValidation: true}}}', 'error CONFIG_UPGRADE_ERR 3:62'],
  [
    'v1beta8',
    'build: {executionEnvironment: {name: local, properties: {push: 5}}}',
    'error CONFIG_FILE_PARSING_ERR 3:64',
  ],
  ['v1beta8', 'build: {artifacts: [{image: a, plugin: {name: x}}]}', 'warning CONFIG_UPGRADE_ERR 3:47'],
  ['v1alpha1', 'build: {tagPolicy: x}', 'warning CONFIG_UPGRADE_ERR 3:20'],
  ['v1alpha1', 'deploy: {kubectl: {manifests: [{paths: [a], parameters: {b: c}}]}}', 'warning CONFIG_UPGRADE_ERR 3:57'],
  [
    'v2beta16',
    'build: {artifacts: [{image: a, docker: {secret: {id: i, dst: d}}}]}',
    'warning CONFIG_UPGRADE_ERR 3:62',
  ],
])('of %s is told: %s', async (version, text, finding) => {
  expect(await findings(version, text)).toEqual([finding]);
});

test('what moved keeps its place in the text', async () => {
  const text = 'deploy:\n  kubectl:\n    manifests:\n    - k8s/*.yaml\n';
  const { documents } = await read('v1beta10', text);
  const { root, source } = documents[0]!;
  const node = nodeAt(root, ['manifests', 'rawYaml', 0])!;
  expect(source.text.slice(node.start, node.end)).toBe('k8s/*.yaml');
});

test('documents can be brought to any later version', async () => {
  const text = withVersion('v1', 'build: {artifacts: [{image: a, buildpack: {builder: b, forcePull: true}}]}');
  const { documents } = await parseYaml(text);
  const root = await upgrade(documents[0]!.root as YamlMapping, versionIndex('v1'), fail, versionIndex('v2beta5'));
  expect(toValue(root)).toEqual({
    apiVersion: 'skaffold/v2beta5',
    kind: 'Config',
    build: { artifacts: [{ image: 'a', buildpacks: { builder: 'b' } }] },
  });
});

function fail(_: unknown, message: string): never {
  throw new Error(message);
}

test.each(apiVersions)('every field of %s is upgraded to fields there are', async (version) => {
  for (let member = 0; member < 7; member += 1) {
    const { text } = write(upgradableConfig(versionIndex(version), member), []);
    const first = await parseConfiguration('skaffold.yaml', Buffer.from(text));
    expect(first.findings).toEqual([]);
    const again = JSON.stringify(toValue(first.documents[0]!.root), (_, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    const second = await parseConfiguration('skaffold.yaml', Buffer.from(again));
    expect(second.findings).toEqual([]);
  }
});
