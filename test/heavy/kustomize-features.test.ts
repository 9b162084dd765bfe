import { afterEach, expect, test } from 'vitest';
import { type Workbench, workbench } from '../support/cli.ts';

const pod = (name: string, comment = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}${comment}\nspec:\n  containers:\n  - name: c\n    image: app\n`;

let bench: Workbench | undefined;
afterEach(() => bench?.remove());

const parameter = (name: string): string => ` # from-param: $\{${name}}`;

const config = (spec: string): string =>
  `apiVersion: skaffold/v4beta13\nkind: Config\nbuild: {artifacts: [{image: app}]}\nmanifests:\n  kustomize: ${spec}\n`;
const builds = JSON.stringify({ builds: [{ imageName: 'app', tag: 'r.example.com/app:v1' }] });
const flags = ['render', '-a', 'artifacts.json', '--digest-source=tag'];

test('parameters reach resources, patches and bases before kustomize drops their comments', async () => {
  bench = workbench({
    'skaffold.yaml': config('{paths: [over]}'),
    'artifacts.json': builds,
    'base/kustomization.yaml':
      'resources: [pod.yaml]\nconfigMapGenerator: [{name: g, envs: [g.env], files: [k=data.txt]}]\n',
    'base/pod.yaml': pod('web', parameter('name')),
    'base/g.env': 'A=1\n',
    'base/data.txt': `text ${parameter('name')}\n`,
    'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: x-\npatches: [{path: p.yaml, target: {kind: Pod}}]\n',
    'over/p.yaml': `${pod('any').slice(0, -'  containers:\n  - name: c\n    image: app\n'.length)}  hostname: none${parameter('host')}\n`,
  });
  const { code, stdout, stderr } = await bench.run([...flags, '--set', 'name=api', '--set', 'host=h1']);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(stdout).toContain('name: x-api\n');
  expect(stdout).toContain('hostname: h1\n');
  expect(stdout).toContain('image: r.example.com/app:v1\n');
  expect(stdout).toContain('text  # from-param: ${name}');
  expect(stdout).toContain('A: "1"\n');
});

test('several paths keep their order, however many, and arguments of the build are split at blanks', async () => {
  const names = ['p9', 'p1', 'p5', 'p3', 'p7', 'p2'];
  bench = workbench({
    'skaffold.yaml': config(`{paths: [${names.join(', ')}], buildArgs: ["--load-restrictor LoadRestrictionsNone"]}`),
    'artifacts.json': builds,
    'shared.yaml': pod('shared'),
    ...Object.fromEntries(
      names.map((name) => [`${name}/kustomization.yaml`, `resources: [../shared.yaml]\nnameSuffix: -${name}\n`]),
    ),
  });
  const { stdout } = await bench.run(flags);
  expect(stdout.match(/shared-p\d/g)).toEqual(names.map((name) => `shared-${name}`));
});

test('what kustomize refuses is named, and the output file stays', async () => {
  bench = workbench({
    'skaffold.yaml': config('{paths: [k]}'),
    'artifacts.json': builds,
    'k/kustomization.yaml': 'resources: [lost.yaml]\n',
    'out.yaml': 'before\n',
  });
  const plain = await bench.run([...flags, '-o', 'out.yaml']);
  expect(plain.code).toBe(1);
  expect(plain.stderr).toContain('lost.yaml');
  const copied = await bench.run([...flags, '-o', 'out.yaml', '--set', 'a=b']);
  expect(copied.code).toBe(1);
  expect(copied.stderr).toContain(bench.path('k/lost.yaml'));
  expect(copied.stderr).not.toContain('slipway-kustomize-');
  expect(bench.read('out.yaml')).toBe('before\n');
});
