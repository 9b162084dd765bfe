import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Workbench, workbench } from '../support/cli.ts';

let bench: Workbench;
afterEach(() => bench.remove());

/**
 * The objects of a file as kubectl reads them, or undefined where it does not. `label --local` is the one verb that decodes
 * without asking a server; even a dry run of `create` asks one which kinds there are.
 */
function objectsIn(text: string): readonly unknown[] | undefined {
  bench.write({ 'read.yaml': text });
  try {
    const args = ['label', '--local', '-o', 'json', '-f', bench.path('read.yaml'), 'read=yes', '--overwrite'];
    const env = { PATH: process.env['PATH'], HOME: bench.home, KUBECONFIG: '/nonexistent' };
    const printed = execFileSync('kubectl', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return printed
      .split(/^(?=\{)/m)
      .filter((part) => part.trim() !== '')
      .map((part) => JSON.parse(part) as unknown);
  } catch {
    return undefined;
  }
}

/** What the program renders of one file; undefined where it refuses it. */
async function render(manifest: string): Promise<string | undefined> {
  bench.write({
    'skaffold.yaml':
      'apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: artifact-of-the-test}]}\nmanifests: {rawYaml: [m.yaml]}\n',
    'artifacts.json': JSON.stringify({
      builds: [{ imageName: 'artifact-of-the-test', tag: `r.example.com/x:v1@sha256:${'a'.repeat(64)}` }],
    }),
    'm.yaml': manifest,
  });
  const { code, stdout } = await bench.run([
    'render',
    '-a',
    'artifacts.json',
    '--digest-source=none',
    '--offline=true',
  ]);
  return code === 0 ? stdout : undefined;
}

const replaced = /artifact-of-the-test(?::old)?/g;

const sample = `apiVersion: apps/v1
kind: Deployment
metadata: {name: "010", labels: {a: "true", b: "1e3"}, annotations: {c: "", d: " x ", e: "2020-01-02", f: "null"}}
spec:
  replicas: 3
  selector: {matchLabels: {a: "true"}}
  template:
    metadata: {labels: {a: "true"}}
    spec:
      containers:
      - name: c
        image: artifact-of-the-test:old
        args: ["yes", 'no', "0x1F", "1_000", "~", "é 🚀", "tab\\t", "line\\nline\\n", "#", "- a", "a: b"]
        resources: {limits: {cpu: 500m, memory: 128Mi}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data:
  literal: |
    a
      b

  kept: |+
    a

  folded: >-
    a
    b
  base: &base text
  again: *base
---
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {k: aGVsbG8=}
`;

test('kubectl reads the same objects from the output, apart from the images', async () => {
  bench = workbench();
  const rendered = await render(sample);
  const expected = objectsIn(sample.replace(replaced, `r.example.com/x:v1@sha256:${'a'.repeat(64)}`));
  expect(expected).toHaveLength(3);
  expect(objectsIn(rendered ?? '')).toEqual(expected);
});

const corpus = fileURLToPath(new URL('../../../shared/golden/skaffold/render', import.meta.url));
test.runIf(existsSync(corpus))(
  'kubectl reads the same objects from every rendered file of the recorded corpus',
  async () => {
    bench = workbench();
    const files = readdirSync(corpus)
      .filter((name) => name.startsWith('real-'))
      .map((name) => join(corpus, name, 'input', 'm.yaml'))
      .filter((file) => existsSync(file));
    let compared = 0;
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      const [expected, rendered] = [objectsIn(text), await render(text)];
      if (expected === undefined || rendered === undefined) continue;
      compared++;
      expect({ file, objects: objectsIn(rendered) }).toEqual({ file, objects: expected });
    }
    expect(compared).toBeGreaterThan(files.length / 2);
  },
  600_000,
);
