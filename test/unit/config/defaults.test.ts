import { describe, expect, test } from 'vitest';
import { errorsOf, head, load, loadOnly } from './harness.ts';

async function configOf(text: string) {
  return (await loadOnly(head + text)).configs[0]?.config;
}

async function artifactOf(text: string) {
  return (await configOf(`build: {artifacts: [{image: a, ${text}}]}\n`))?.build?.artifacts?.[0];
}

describe('of every configuration', () => {
  test('an empty one builds locally, tags by commit and prefixes logs', async () => {
    expect(await configOf('')).toMatchObject({
      build: { local: {}, tagPolicy: { gitCommit: {} } },
      deploy: { logs: { prefix: 'container' } },
    });
  });

  test('one build at a time, when there is something to build', async () => {
    expect((await configOf(''))?.build?.local).toEqual({});
    expect((await configOf('build: {artifacts: [{image: a}]}\n'))?.build?.local).toEqual({ concurrency: 1 });
    expect(
      (await configOf('build: {artifacts: [{image: a}], local: {concurrency: 0}}\n'))?.build?.local?.concurrency,
    ).toBe(0);
  });

  test.each([
    ['', { context: '.', docker: { dockerfile: 'Dockerfile' } }],
    ['docker: {dockerfile: ""}', { docker: { dockerfile: 'Dockerfile' } }],
    ['custom: {buildCommand: x}', { custom: { dependencies: { paths: ['.'] } } }],
    ['custom: {dependencies: {command: c}}', { custom: { dependencies: { command: 'c' } } }],
    [
      'buildpacks: {}',
      {
        sync: { auto: true },
        buildpacks: {
          builder: 'gcr.io/buildpacks/builder:v1',
          trustBuilder: true,
          projectDescriptor: 'project.toml',
          dependencies: { paths: ['.'] },
        },
      },
    ],
    ['buildpacks: {builder: b}', { buildpacks: { builder: 'b' } }],
    ['jib: {}, sync: {}', { sync: { auto: true } }],
    ['sync: {}', { sync: { infer: ['**/*'] } }],
    ['sync: {infer: [x]}', { sync: { infer: ['x'] } }],
    ['sync: {auto: false}', { sync: { auto: false } }],
    ['requires: [{image: b}]', { requires: [{ image: 'b', alias: 'b' }] }],
    [
      'kaniko: {cache: {}}',
      {
        kaniko: {
          image: 'gcr.io/kaniko-project/executor:latest',
          initImage: 'gcr.io/k8s-skaffold/skaffold-helpers/busybox',
          dockerfile: 'Dockerfile',
          digestFile: '/dev/termination-log',
          copyMaxRetries: 3,
          copyTimeout: '5m',
          buildContextCompressionLevel: 1,
          cache: { cacheRunLayers: true },
        },
      },
    ],
  ])('artifact {%s}', async (text, expected) => {
    expect(await artifactOf(text)).toMatchObject(expected);
  });

  test('a builder that is given is the only one', async () => {
    expect(Object.keys((await artifactOf('bazel: {target: x}')) ?? {})).not.toContain('docker');
  });

  test('the cluster builds with kaniko, in the namespace of the context', async () => {
    const kubeconfig = 'current-context: c\ncontexts: [{name: c, context: {namespace: n}}]\n';
    const { configs } = await loadOnly(
      `${head}build: {cluster: {pullSecretPath: p, randomPullSecret: true}, artifacts: [{image: a}]}\n`,
      {
        files: { '/home/me/.kube/config': kubeconfig },
      },
    );
    const { build } = configs[0]?.config ?? {};
    expect(build?.cluster).toMatchObject({
      namespace: 'n',
      timeout: '20m',
      pullSecretMountPath: '/secret',
      pullSecretName: `kaniko-secret${'ab'.repeat(16)}`,
    });
    expect(build?.artifacts?.[0]?.kaniko?.dockerfile).toBe('Dockerfile');
    expect(build?.local).toBeUndefined();
  });

  test('a docker artifact in the cluster is two builders', async () => {
    expect(await errorsOf(`${head}build: {cluster: {}, artifacts: [{image: a, docker: {}}]}\n`)).toEqual([
      'CONFIG_VALIDATION_ERR 3:34',
    ]);
  });

  test('images of Cloud Build', async () => {
    expect((await configOf('build: {googleCloudBuild: {packImage: p}}\n'))?.build?.googleCloudBuild).toMatchObject({
      dockerImage: 'gcr.io/cloud-builders/docker',
      kanikoImage: 'gcr.io/kaniko-project/executor:latest',
      packImage: 'p',
    });
  });

  test.each([
    ['port: 80', { localPort: 80, address: '127.0.0.1' }],
    ['port: 80, localPort: 9', { localPort: 9 }],
    ['port: "81"', { localPort: 81 }],
    ['port: http, address: 0.0.0.0', { address: '0.0.0.0' }],
  ])('port forward {%s}', async (text, expected) => {
    expect((await configOf(`portForward: [{resourceType: pod, ${text}}]\n`))?.portForward?.[0]).toMatchObject(expected);
  });

  test.each([
    ['names twice', '{name: a}, {name: a}', '3:46'],
    ['unknown', '{name: a, dependsOn: [z]}, {name: b}', '3:49'],
    ['in a circle', '{name: a, dependsOn: [b]}, {name: b, dependsOn: [a]}', '3:49'],
  ])('helm releases: %s', async (_, releases, place) => {
    const text = `${head}deploy: {helm: {releases: [${releases}]}}\n`;
    expect(await errorsOf(text)).toEqual([`CONFIG_DEFAULT_VALUES_ERR ${place}`]);
  });
});

describe('of a single configuration', () => {
  async function entries(text: string): Promise<readonly (readonly string[])[]> {
    const [module] = (await load(head + text)).modules;
    return [module?.manifests.map(({ type }) => type) ?? [], module?.deploy.map(({ type }) => type) ?? []];
  }

  test.each([
    ['', ['rawYaml'], ['kubectl']],
    ['manifests: {rawYaml: []}', ['rawYaml'], ['kubectl']],
    ['manifests: {rawYaml: [x]}\ndeploy: {helm: {}}', ['rawYaml'], ['helm', 'kubectl']],
    ['manifests: {rawYaml: [x]}\ndeploy: {cloudrun: {}}', ['rawYaml'], ['cloudrun']],
    ['manifests: {kustomize: {}}', ['kustomize'], ['kubectl']],
    ['manifests: {helm: {releases: []}}', ['helm'], ['kubectl']],
    ['manifests: {kpt: [x]}', ['kpt'], ['kubectl']],
    ['manifests: {remoteManifests: [{manifest: x}]}', ['rawYaml', 'remoteManifests'], ['kubectl']],
    ['deploy: {helm: {}}', [], ['helm']],
    ['deploy: {docker: {images: [x]}}', [], ['docker']],
  ])('%j', async (text, manifests, deploy) => {
    expect(await entries(`${text}\n`)).toEqual([manifests, deploy]);
  });

  test('two have none', async () => {
    const { modules } = await load(`${head}---\n${head}`);
    expect(modules.map(({ manifests, deploy }) => [manifests, deploy])).toEqual([
      [[], []],
      [[], []],
    ]);
  });
});

test('a module as everything later sees it', async () => {
  const text = `${head}metadata: {name: m}
build:
  artifacts:
  - image: app
    context: src
    platforms: [linux/arm64]
    runtimeType: go
    requires: [{image: base, alias: BASE}]
    hooks: {before: [{command: [a], dir: d, os: [linux]}], after: [{command: [b]}]}
    docker: {target: t, buildArgs: {A: "1"}, network: host, addHost: [h], cacheFrom: [c], cliFlags: [f], pullParent: true, noCache: true, squash: true, ssh: s, secrets: [{id: i, env: E}]}
  - image: base
  insecureRegistries: [r:5000]
  platforms: [linux/amd64]
  local: {push: false, concurrency: 4, useBuildkit: true}
  tagPolicy: {envTemplate: {template: "{{.X}}"}}
manifests:
  kustomize: {paths: [k]}
  rawYaml: [m.yaml]
  transform: [{name: set-labels}]
deploy: {kubectl: {}, kubeContext: kc}
resourceSelector: {allow: [{groupKind: K, image: [i]}]}
`;
  const { modules, activeProfiles } = await load(text);
  expect(activeProfiles).toEqual([]);
  expect(modules).toEqual([
    {
      name: 'm',
      file: 'skaffold.yaml',
      directory: '/work',
      artifacts: [
        {
          image: 'app',
          workspace: '/work/src',
          context: 'src',
          type: 'docker',
          spec: {
            dockerfile: 'Dockerfile',
            target: 't',
            buildArgs: expect.objectContaining({ A: '1' }),
            network: 'host',
            addHost: ['h'],
            cacheFrom: ['c'],
            cliFlags: ['f'],
            pullParent: true,
            noCache: true,
            squash: true,
            ssh: 's',
            secrets: [{ id: 'i', env: 'E' }],
          },
          requires: [{ image: 'base', alias: 'BASE' }],
          platforms: ['linux/arm64'],
          runtimeType: 'go',
          hooks: { before: [{ command: ['a'], dir: 'd', os: ['linux'] }], after: [{ command: ['b'] }] },
          at: expect.objectContaining({ file: 'skaffold.yaml', line: 6, column: 5 }),
        },
        expect.objectContaining({ image: 'base', workspace: '/work', context: '.', requires: [], platforms: [] }),
      ],
      tests: [],
      build: {
        environment: 'local',
        environmentSpec: { push: false, concurrency: 4, useBuildkit: true },
        concurrency: 4,
        push: false,
        tagPolicy: { type: 'envTemplate', spec: { template: '{{.X}}' } },
        insecureRegistries: ['r:5000'],
        platforms: ['linux/amd64'],
        hooks: { before: [], after: [] },
      },
      manifests: [
        { type: 'rawYaml', spec: ['m.yaml'] },
        { type: 'kustomize', spec: { paths: ['k'] } },
      ],
      manifestTransforms: { transform: [{ name: 'set-labels' }], validate: [], hooks: {} },
      deploy: [{ type: 'kubectl', spec: {} }],
      deployKubeContext: 'kc',
      resourceSelector: { allow: [{ groupKind: 'K', image: ['i'], labels: [], podSpec: [] }], deny: [] },
    },
  ]);
});

test('tests of images tell where their files are', async () => {
  const text = `apiVersion: skaffold/v4beta14
kind: Config
test:
- image: app
  context: checks
  structureTests: [a.yaml]
  custom: [{command: x}]
- image: app
  custom: [{command: x, dependencies: {paths: [p]}}]
`;
  const { modules } = await load(text);
  expect(modules[0]?.tests).toEqual([
    {
      image: 'app',
      directory: '/work/checks',
      structureTests: ['a.yaml'],
      structureTestsArgs: [],
      custom: [{ command: 'x', timeoutSeconds: 0 }],
      namesDependencies: false,
    },
    {
      image: 'app',
      directory: '/work',
      structureTests: [],
      structureTestsArgs: [],
      custom: [{ command: 'x', timeoutSeconds: 0 }],
      namesDependencies: true,
    },
  ]);
});

describe('what older v4 versions say differently', () => {
  const old = (version: string, text: string): string => `apiVersion: skaffold/${version}\nkind: Config\n${text}`;
  const only = async (text: string) => (await loadOnly(text)).configs[0]?.config;

  test('noPush of kaniko is dropped, in profiles too', async () => {
    const artifacts = '{artifacts: [{image: a, kaniko: {noPush: true, force: true}}]}';
    const text = old('v4beta4', `build: ${artifacts}\nprofiles: [{name: p, build: ${artifacts}}]\n`);
    const config = await only(text);
    expect(config?.build?.artifacts?.[0]?.kaniko).not.toHaveProperty('noPush');
    expect(config?.profiles?.[0]?.build?.artifacts?.[0]?.kaniko).toEqual({ force: true });
  });

  test('kpt force was called false', async () => {
    expect((await only(old('v4beta7', 'deploy: {kpt: {false: true}}\n')))?.deploy?.kpt).toEqual({ force: true });
  });

  test('verify containers keep what is used', async () => {
    const container = '{name: c, image: i, workingdir: /, env: [{name: A, value: b, valuefrom: {}}]}';
    const config = await only(old('v4beta3', `verify: [{name: v, container: ${container}}]\n`));
    expect(config?.verify?.[0]?.container).toEqual({ name: 'c', image: 'i', env: [{ name: 'A', value: 'b' }] });
  });
});
