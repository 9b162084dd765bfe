import { afterEach, expect, test } from 'vitest';
import { type Workbench, workbench } from '../support/cli.ts';

let bench: Workbench | undefined;
afterEach(() => bench?.remove());

const kptfile = 'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\n';
const local = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  annotations:\n    config.kubernetes.io/local-config: "true"\n`;
const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: c\n    image: app\n';

const config =
  'apiVersion: skaffold/v4beta13\nkind: Config\nbuild: {artifacts: [{image: app}]}\nmanifests:\n  kpt: [pkg]\n';
const builds = JSON.stringify({ builds: [{ imageName: 'app', tag: 'r.example.com/app:v1' }] });
const flags = ['render', '-a', 'artifacts.json', '--digest-source=tag', '-o', 'out.yaml', '-l', 'team=x'];

test('the real kpt renders a package, whose images are then replaced and whose local parts are left out', async () => {
  bench = workbench({
    'skaffold.yaml': config,
    'artifacts.json': builds,
    'pkg/Kptfile': kptfile,
    'pkg/web.yaml': `${pod}---\n${local('settings')}`,
    'pkg/sub/Kptfile': kptfile.replace('name: pkg', 'name: sub'),
    'pkg/sub/other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\ndata: {a: b}\n',
  });
  const { code, stderr } = await bench.run(flags);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const text = bench.read('out.yaml');
  expect(text).toContain('image: r.example.com/app:v1\n');
  expect(text).toContain('team: x\n');
  expect(text.match(/^kind: .*/gm)?.sort()).toEqual(['kind: ConfigMap', 'kind: Pod']);
  expect(text).not.toContain('kubernetes.io/');
});

test('a package that kpt refuses is an error in its words', async () => {
  bench = workbench({
    'skaffold.yaml': config,
    'artifacts.json': builds,
    'pkg/Kptfile': kptfile,
    'pkg/web.yaml': 'a: [\n',
    'out.yaml': 'before\n',
  });
  const { code, stderr } = await bench.run(flags);
  expect(code).toBe(1);
  expect(stderr).toContain('kpt fn render pkg');
  expect(stderr).toContain('web.yaml');
  expect(bench.read('out.yaml')).toBe('before\n');
});
