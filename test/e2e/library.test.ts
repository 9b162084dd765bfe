import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRegistry, type Workbench, workbench } from '../support/cli.ts';

type Library = typeof import('../../src/index.ts');

let bench: Workbench;
beforeEach(() => {
  bench = workbench({
    'skaffold.yaml':
      'apiVersion: skaffold/v4beta14\nkind: Config\nbuild:\n  tagPolicy: {sha256: {}}\n  artifacts:\n  - image: app\nmanifests:\n  rawYaml: [k8s.yaml]\n',
    Dockerfile: 'FROM scratch\nCOPY k8s.yaml /\n',
    'k8s.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: c, image: app}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n',
  });
});
afterEach(() => bench.remove());

/** The bundled library, as a program that has it installed imports it. */
async function open(): Promise<Awaited<ReturnType<Library['createSlipway']>>> {
  const { createSlipway } = (await import(new URL('../../dist/library/index.js', import.meta.url).href)) as Library;
  const env = {
    PATH: process.env['PATH'],
    HOME: bench.home,
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    KUBECONFIG: '/nonexistent',
  };
  return createSlipway({ cwd: bench.directory, env });
}

test('builds, pushes and renders in process, each document with where it came from', async () => {
  const registry = await startRegistry(bench);
  try {
    const slipway = await open();
    const builds = await slipway.build({ defaultRepo: `${registry.address}/lib` });
    expect(builds).toEqual([
      { imageName: 'app', tag: expect.stringMatching(/\/lib\/app:latest@sha256:[0-9a-f]{64}$/) },
    ]);
    const { text, documents } = await slipway.render({ buildArtifacts: builds, digestSource: 'none', offline: true });
    expect(documents.map(({ source, module }) => ({ source, module }))).toEqual([
      { source: 'k8s.yaml', module: undefined },
      { source: 'k8s.yaml', module: undefined },
    ]);
    expect(documents.map((document) => document.text).join('---\n')).toBe(text);
    expect(text).toContain(builds[0]?.tag);
  } finally {
    await registry.stop();
  }
});

test.each([
  [{ nope: 1 }, /"nope"/],
  [{ defaultRepo: 5 }, /"defaultRepo"/],
  [{ engine: 'podman' }, /"engine"/],
  [{ profiles: 'a' }, /"profiles"/],
])('an option that means nothing is refused: %j', async (options, named) => {
  const slipway = await open();
  await expect(slipway.build(options as never)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(named),
  });
});

test('renders with everything the command can be told, document by document', async () => {
  bench.write({
    'k8s.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  priority: 1 # from-param: ${priority}\n---\napiVersion: x/v1\nkind: Own\nspec: {image: app}\n',
    'rules.yaml': 'allow: []\n',
  });
  const tag = `r.example.com/app:v1@sha256:${'a'.repeat(64)}`;
  const slipway = await open();
  const { text, documents } = await slipway.render({
    buildArtifacts: [{ imageName: 'app' as never, tag }],
    digestSource: 'none',
    namespace: 'n',
    labels: ['l=1'],
    set: { priority: '7' },
    resourceSelectorRulesFile: 'rules.yaml',
    pin: 'all',
    annotateSource: true,
  });
  expect(documents.map((document) => document.text)).toEqual([
    '# Source: k8s.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    l: "1"\n  name: p\n  namespace: "n"\nspec:\n  priority: 7\n',
    `# Source: k8s.yaml\napiVersion: x/v1\nkind: Own\nspec:\n  image: ${tag}\n`,
  ]);
  expect(text).toBe(documents.map((document) => document.text).join('---\n'));
});

test('the example in the README does what it says', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /^## As a library\n[\s\S]*?^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const registry = await startRegistry(bench);
  try {
    const library = new URL('../../dist/library/index.js', import.meta.url).href;
    const placed = example
      .replace("from 'slipway'", `from '${library}'`)
      .replace('/path/of/project', bench.directory)
      .replace('registry.example.com', registry.address);
    bench.write({ 'example.mjs': placed });
    const env = { PATH: process.env['PATH'], HOME: bench.home, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const { stdout } = await promisify(execFile)(process.execPath, [bench.path('example.mjs')], { env });
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^k8s\.yaml undefined \d+$/),
      expect.stringMatching(/^k8s\.yaml undefined \d+$/),
    ]);
  } finally {
    await registry.stop();
  }
});
