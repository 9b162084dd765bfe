import { describe, expect, test } from 'vitest';
import { durationText, reportText } from '../../../../src/cli/commands/diagnose-report.ts';
import type { ImageName } from '../../../../src/core/names.ts';
import { runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';

async function effective(
  body: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<string> {
  const result = await runCommandLine(['diagnose', '--yaml-only', ...args], {
    files: { 'skaffold.yaml': header + body },
    env,
  });
  expect(result).toMatchObject({ code: 0 });
  return result.stdout;
}

describe('diagnose --yaml-only', () => {
  test('warnings go to standard error', async () => {
    const requiring = (name: string, path: string): string =>
      `${header}metadata: {name: ${name}}\nrequires: [{path: ${path}}]\n`;
    const files = { 'skaffold.yaml': requiring('a', 'b'), 'b/skaffold.yaml': requiring('b', '../skaffold.yaml') };
    const { code, stdout, stderr } = await runCommandLine(['diagnose', '--yaml-only'], { files });
    expect(code).toBe(0);
    expect(stderr).toMatch(/level=warning msg=".*a -> b -> a/);
    expect(stdout).not.toContain('->');
  });

  test('prints defaults and absolute paths, fields in the order of the schema', async () => {
    const yaml =
      'build:\n  artifacts:\n  - docker: {noCache: true, buildArgs: {B: 1, A: , a10: x, a2: y}}\n    image: app\n';
    expect(await effective(yaml)).toBe(
      `${header}build:
  artifacts:
    - image: app
      context: /work
      docker:
        dockerfile: Dockerfile
        buildArgs:
          A: null
          B: "1"
          a2: "y"
          a10: x
        noCache: true
  tagPolicy:
    gitCommit: {}
  local:
    concurrency: 1
deploy:
  logs:
    prefix: container
`,
    );
  });

  test('leaves out what is empty, keeps zeroes that say something', async () => {
    const yaml = `metadata: {}
build: {local: {push: false, concurrency: 0, useDockerCLI: false}, insecureRegistries: []}
manifests: {transform: [], rawYaml: []}
deploy: {statusCheck: false, statusCheckDeadlineSeconds: 0, kubectl: {}}
`;
    expect(await effective(yaml)).toBe(
      `${header}build:
  tagPolicy:
    gitCommit: {}
  local:
    push: false
    concurrency: 0
manifests:
  transform: []
deploy:
  kubectl: {}
  statusCheck: false
  logs:
    prefix: container
`,
    );
  });

  test('sorts the keys of kaniko and cluster, and of untyped values', async () => {
    const yaml = `build:
  cluster: {namespace: n, volumes: [{name: v, emptyDir: {}}], timeout: 1m, resources: {requests: {memory: 1, cpu: 2}}}
  artifacts: [{image: a, kaniko: {image: i, cache: {ttl: 1h, hostPath: /h}}}]
`;
    expect(await effective(yaml)).toContain(
      `      kaniko:
        buildContextCompressionLevel: 1
        cache:
          cacheRunLayers: true
          hostPath: /h
          ttl: 1h
        copyMaxRetries: 3
        copyTimeout: 5m
        digestFile: /dev/termination-log
        dockerfile: Dockerfile
        image: i
        initImage: gcr.io/k8s-skaffold/skaffold-helpers/busybox
  tagPolicy:
    gitCommit: {}
  cluster:
    namespace: "n"
    pullSecretMountPath: /secret
    resources:
      requests:
        cpu: "2"
        memory: "1"
    timeout: 1m
    volumes:
      - emptyDir: {}
        name: v
`,
    );
  });

  test('works profiles and required configurations in, one document each', async () => {
    const result = await runCommandLine(['diagnose', '--yaml-only', '-p', 'p'], {
      files: {
        'skaffold.yaml': `${header}requires: [{path: sub}]\nprofiles: [{name: p, deploy: {kubeContext: k}}]\n`,
        'sub/skaffold.yaml': `${header}metadata: {name: sub}\nmanifests: {rawYaml: [k8s/*.yaml]}\n`,
      },
    });
    expect(result.code).toBe(0);
    const [first = '', second = ''] = result.stdout.split('---\n');
    expect(first).toContain('metadata:\n  name: sub\n');
    expect(first).toContain('    - /work/sub/k8s/*.yaml\n');
    expect(second).toContain('  kubeContext: k\n');
    expect(result.stdout).not.toMatch(/^(?:requires|profiles):/m);
  });

  test('validates nothing beyond names and types', async () => {
    const yaml = 'build: {artifacts: [{image: a}, {image: a}]}\n';
    expect(await effective(yaml)).toContain('image: a');
    const wrong = await runCommandLine(['diagnose', '--yaml-only'], {
      files: { 'skaffold.yaml': `${header}nope: 1\n` },
    });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('skaffold.yaml:3:1');
  });

  test('--output writes the configuration to a file', async () => {
    const result = await runCommandLine(['diagnose', '--yaml-only', '-o', 'out.yaml'], {
      files: { 'skaffold.yaml': header },
    });
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.files['/work/out.yaml']).toContain('tagPolicy:\n    gitCommit: {}\n');
  });

  test('--enable-templating expands templated fields where the variables are set', async () => {
    const yaml = `build:
  artifacts:
  - image: '{{.V}}'
    docker: {target: '{{.V}}', buildArgs: {A: '{{.V}}-x', B: '{{.NONE}}', '{{.V}}': }}
manifests: {rawYaml: ['k8s/{{.V}}.yaml']}
deploy:
  helm: {releases: [{name: 'r-{{.V}}', chartPath: c, setValueTemplates: {'{{.V}}': '{{.V}}'}, setValues: {k: '{{.V}}'}}]}
`;
    const text = await effective(yaml, ['--enable-templating'], { V: 'v1' });
    for (const kept of ["image: '{{.V}}'", "target: '{{.V}}'", "B: '{{.NONE}}'", "'{{.V}}': null", "k: '{{.V}}'"])
      expect(text).toContain(kept);
    for (const expanded of ['A: v1-x', '- /work/k8s/v1.yaml', 'name: r-v1', 'v1: v1']) expect(text).toContain(expanded);
  });

  test('--enable-templating expands only the values of kaniko variables', async () => {
    const yaml = "build: {cluster: {}, artifacts: [{image: a, kaniko: {env: [{name: '{{.V}}', value: '{{.V}}'}]}}]}\n";
    const text = await effective(yaml, ['--enable-templating'], { V: 'v1' });
    expect(text).toContain("          - name: '{{.V}}'\n            value: v1\n");
  });
});

describe('diagnose', () => {
  test('reports each artifact before the configuration', async () => {
    const result = await runCommandLine(['diagnose'], {
      files: {
        'skaffold.yaml': `${header}build: {tagPolicy: {sha256: {}}, artifacts: [{image: app}]}\n`,
        Dockerfile: 'FROM scratch\nCOPY f /f\n',
        f: 'x'.repeat(513),
        ignored: 'x',
      },
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('Generating tags...\n - app -> app:latest\n');
    expect(result.stdout).toMatch(
      /\nNumber of artifacts: 1\n\nDocker artifact: app\n - Size of the context: 3584bytes\n - Dependencies: 2 files\n/,
    );
    expect(result.stdout).toContain('\n\nConfiguration\napiVersion: skaffold/v4beta14\n');
  });

  test('a Dockerfile that is not there is named with the field for it', async () => {
    const result = await runCommandLine(['diagnose'], {
      files: {
        'skaffold.yaml': `${header}build: {tagPolicy: {sha256: {}}, cluster: {}, artifacts: [{image: app, kaniko: {}}]}\n`,
      },
    });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('build.artifacts.kaniko.dockerfile');
  });
});

describe('the report', () => {
  test('of another builder has no context', () => {
    const image = 'b' as ImageName;
    const timing = { first: 0.0025, second: 1.5 };
    const report = {
      image,
      type: 'buildpacks',
      inputs: 3,
      contextBytes: undefined,
      listing: timing,
      modificationTimes: timing,
    };
    expect(reportText([report])).toContain(
      '\nBuildpack artifact: b\n - Dependencies: 3 files\n - Time to list dependencies: 2.5µs (2nd time: 1.5ms)\n',
    );
  });

  test.each([
    [0, '0s'],
    [0.000_5, '500ns'],
    [0.116998, '116.998µs'],
    [69.135756, '69.135756ms'],
    [1000, '1 second'],
    [2345, '2.345 seconds'],
    [62_345, '1 minute 2.345 seconds'],
    [7_320_000, '2 hours 2 minutes'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});
