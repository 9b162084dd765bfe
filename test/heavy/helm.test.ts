import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { startRegistry, type Workbench, workbench } from '../support/cli.ts';

let bench: Workbench;
afterEach(() => bench.remove());

const pod = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${more}spec:\n  containers:\n  - name: c\n    image: {{ .Values.image }}\n`;
const hook = '  annotations: {helm.sh/hook: pre-install}\n';
const chart = (name: string, more = ''): string => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;
const digest = `sha256:${'a'.repeat(64)}`;

const config = (helm: string, more = ''): string =>
  `apiVersion: skaffold/v4beta13\nkind: Config\nbuild: {artifacts: [{image: app}]}\nmanifests:\n  helm:\n${helm}${more}`;

const files = {
  'web/Chart.yaml': chart('web', 'dependencies: [{name: lib, version: 0.1.0, repository: "file://../lib"}]\n'),
  'web/values.yaml': 'image: app\n',
  'web/templates/pod.yaml': pod('{{ .Release.Name }}'),
  'web/templates/job.yaml': pod('migrate', hook),
  'lib/Chart.yaml': chart('lib'),
  'lib/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-lib"}\ndata:\n  text: |\n    {{ .Values.text }}\n',
  'lib/values.yaml': 'text: none\n',
  'artifacts.json': JSON.stringify({ builds: [{ imageName: 'app', tag: `r.example.com/app:v1@${digest}` }] }),
};

const flags = ['render', '-a', 'artifacts.json', '--digest-source=none', '--offline=true'];

/** Renders, and demands that it works. */
async function render(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, stderr } = await bench.run([...flags, ...args], { env });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

test('charts with dependencies get their images, but for those of hooks', async () => {
  const releases =
    '    releases:\n    - {name: one, chartPath: web}\n    - {name: two, chartPath: web, overrides: {lib: {text: "a: b"}}}\n';
  bench = workbench({ ...files, 'skaffold.yaml': config(releases) });
  const text = await render(['-l', 'team=x']);
  expect(text.match(/(?<=^ {2}name: ).*/gm)).toEqual(['one-lib', 'one', 'migrate', 'two-lib', 'two', 'migrate']);
  expect(text.match(/(?<=image: ).*/g)).toEqual([
    `r.example.com/app:v1@${digest}`,
    'app',
    `r.example.com/app:v1@${digest}`,
    'app',
  ]);
  expect(text).toContain('  text: |\n    a: b\n');
  expect(text.match(/team: x/g)).toHaveLength(4);
  expect(existsSync(bench.path('skaffold-overrides.yaml'))).toBe(false);
  expect(await render(['-l', 'team=x'])).toBe(text);
  expect(await render(['--pin=all'])).not.toContain('image: app\n');
});

test('the rules of a profile say where images are, whatever module the environment chooses', async () => {
  const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {image: app}\n';
  const rules = 'resourceSelector: {allow: [{groupKind: Widget.example.com, image: [".*"]}]}';
  bench = workbench({
    'web/Chart.yaml': chart('web'),
    'web/templates/w.yaml': widget,
    'artifacts.json': files['artifacts.json'],
    'skaffold.yaml': config(
      '    releases: [{name: web, chartPath: web}]\n',
      `metadata: {name: m}\nprofiles: [{name: p, ${rules}}]\n`,
    ),
  });
  expect(await render()).toContain('image: app\n');
  expect(await render(['-p', 'p'], { SKAFFOLD_MODULE: 'm' })).toContain(`image: r.example.com/app:v1@${digest}\n`);
});

test('the post-renderer of the user comes first', async () => {
  const helm =
    '    flags: {template: ["--post-renderer", "./mine.sh"]}\n    releases: [{name: web, chartPath: web, skipBuildDependencies: true}]\n';
  const { 'web/Chart.yaml': _, ...rest } = files;
  bench = workbench({
    ...rest,
    'web/Chart.yaml': chart('web'),
    'mine.sh': '#!/bin/sh\nsed s/name:.web/name:\\ mine/\n',
    'skaffold.yaml': config(helm),
  });
  execFileSync('chmod', ['755', bench.path('mine.sh')]);
  const text = await render();
  expect(text).toContain('name: mine\n');
  expect(text).toContain(`image: r.example.com/app:v1@${digest}\n`);
});

test('a chart can come from an OCI registry', async () => {
  const release = (address: string): string =>
    `    flags: {template: ["--plain-http"]}\n    releases: [{name: far, remoteChart: "oci://${address}/charts/lib", version: 0.1.0}]\n`;
  bench = workbench(files);
  const registry = await startRegistry(bench);
  try {
    const helm = (...args: string[]): Buffer => execFileSync('helm', args, { cwd: bench.directory, stdio: 'pipe' });
    helm('package', 'lib');
    helm('push', 'lib-0.1.0.tgz', `oci://${registry.address}/charts`, '--plain-http');
    bench.write({ 'skaffold.yaml': config(release(registry.address)) });
    expect(await render(['--set', 'text=hello'])).toContain('text: |\n    hello\n');
  } finally {
    await registry.stop();
  }
});

test('a chart that cannot be rendered is named in the words of helm, and nothing is left behind', async () => {
  bench = workbench({
    ...files,
    'lib/templates/cm.yaml': '{{ required "who is required" .Values.who }}\n',
    'skaffold.yaml': config(
      '    releases: [{name: web, chartPath: web, setValues: {password: hunter2}, overrides: {a: 1}}]\n',
    ),
    'out.yaml': 'before\n',
    'tmp/.keep': '',
  });
  const { code, stderr } = await bench.run([...flags, '-o', 'out.yaml'], { env: { TMPDIR: bench.path('tmp') } });
  expect(code).toBe(1);
  expect(stderr).toContain('web');
  expect(stderr).toContain('who is required');
  expect(stderr).not.toContain('hunter2');
  expect(bench.read('out.yaml')).toBe('before\n');
  expect(readdirSync(bench.path('tmp'))).toEqual(['.keep']);
  expect(existsSync(bench.path('skaffold-overrides.yaml'))).toBe(false);
});
