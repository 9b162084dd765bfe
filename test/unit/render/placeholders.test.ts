import { describe, expect, test } from 'vitest';
import type { BuiltArtifact } from '../../../src/core/artifact.ts';
import type { ImageName } from '../../../src/core/names.ts';
import { rawYaml, render } from './harness.ts';

const builds: readonly BuiltArtifact[] = [
  { imageName: 'web' as ImageName, tag: 'r.io/web:v1@sha256:aa' },
  { imageName: 'gcr.io/p/job' as ImageName, tag: 'r.io/job:v1@sha256:bb' },
];

/** The warnings, the text with `--pin=all`, and the text without. */
async function renderBoth(manifest: string): Promise<{ warnings: readonly string[]; all: string; rules: string }> {
  const files = { '/work/a.yaml': manifest };
  const rules = await render([rawYaml('a.yaml')], { files }, {}, {}, builds);
  const all = await render([rawYaml('a.yaml')], { files }, { pin: 'all' }, {}, builds);
  expect(all.warnings).toEqual([]);
  return { warnings: rules.warnings, all: all.text, rules: rules.text };
}

const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n${spec}`;

describe('images that no rule names', () => {
  test('in a custom resource are told with place and selector, and replaced on demand', async () => {
    const manifest =
      'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: web\nspec:\n  image: web\n  runner:\n    ref: gcr.io/p/job:old\n';
    const { warnings, all, rules } = await renderBoth(manifest);
    expect(rules).toBe(manifest);
    expect(all).toBe(
      manifest
        .replace('image: web', 'image: r.io/web:v1@sha256:aa')
        .replace('gcr.io/p/job:old', 'r.io/job:v1@sha256:bb'),
    );
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(
      /^a\.yaml:6:10: .*resourceSelector: \{allow: \[\{groupKind: "Widget\.example\.com", image: \["\.spec\.image"\]\}\]\}$/,
    );
    expect(warnings[1]).toMatch(/^a\.yaml:8:10: .*"\.spec\.runner\.ref"/);
  });

  test('in a manifest inside a text are told with their lines, and replaced on demand', async () => {
    const manifest = [
      'apiVersion: v1',
      'data:',
      '  pod.yaml: |',
      '    # image: web is built elsewhere',
      '    kind: Pod # image: web',
      '    image: web',
      '    containers:',
      '      - image: "gcr.io/p/job:old" # words',
      '        x: image',
      '      - image: {{ .web }}',
      '    sidecar:',
      '      image: website',
      'kind: ConfigMap',
      '',
    ].join('\n');
    const { warnings, all, rules } = await renderBoth(manifest);
    expect(rules).toBe(manifest);
    expect(all).toBe(
      manifest
        .replace('    image: web\n', '    image: r.io/web:v1@sha256:aa\n')
        .replace('gcr.io/p/job:old', 'r.io/job:v1@sha256:bb'),
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^a\.yaml:6:12: .* web .*\.data\.pod\.yaml of ConfigMap,.*--pin=all/),
      expect.stringMatching(/^a\.yaml:8:17: .* gcr\.io\/p\/job:old /),
    ]);
  });

  test('in a text of several lines behind escapes are told with the place of the text', async () => {
    const { warnings, all } = await renderBoth(
      'apiVersion: v1\ndata:\n  x: "kind: Pod\\nimage: web\\n"\nkind: ConfigMap\n',
    );
    expect(warnings).toEqual([expect.stringMatching(/^a\.yaml:3:6: /)]);
    expect(all).toContain('  x: |\n    kind: Pod\n    image: r.io/web:v1@sha256:aa\n');
  });

  test('the selector in the message does what it says', async () => {
    const files = { '/work/a.yaml': 'apiVersion: example.com/v1\nkind: Widget\nspec:\n  image: web\n' };
    const { warnings } = await render([rawYaml('a.yaml')], { files }, {}, {}, builds);
    const rules = /resourceSelector: (.*)$/.exec(warnings[0] ?? '')?.[1] ?? '';
    const done = await render(
      [rawYaml('a.yaml')],
      { files: { ...files, '/work/rules.yaml': rules } },
      { resourceSelectorRulesFile: 'rules.yaml' },
      {},
      builds,
    );
    expect(done.text).toContain('image: r.io/web:v1@sha256:aa');
    expect(done.warnings).toEqual([]);
  });

  test.each([
    ['a variable that speaks of images', '  env:\n    - name: RUN_IMAGE\n      value: web\n', 'r.io/web:v1@sha256:aa'],
    ['a variable with a full name', '  env:\n    - name: X\n      value: gcr.io/p/job\n', 'r.io/job:v1@sha256:bb'],
    ['a tagged name', '  x: web:latest\n', 'r.io/web:v1@sha256:aa'],
    ['a flag', '  args:\n    - --image=web\n', '--image=r.io/web:v1@sha256:aa'],
    ['a flag and its value', '  args:\n    - --image\n    - web\n', 'r.io/web:v1@sha256:aa'],
    ['an escaped name', '  sideImage: "\\x77eb"\n', 'r.io/web:v1@sha256:aa'],
    ['a name in flow style', '  x: {sideImage: ko://gcr.io/p/job}\n', 'r.io/job:v1@sha256:bb'],
  ])('are found as %s', async (_case, spec, pinned) => {
    const { warnings, all, rules } = await renderBoth(pod(spec));
    expect(warnings).toHaveLength(1);
    expect(rules).not.toContain(pinned);
    expect(all).toContain(pinned);
    expect(all).toContain('app: web\n');
  });

  test.each([
    ['a name of one word', '  env:\n    - name: SERVICE\n      value: web\n  command: [web]\n'],
    ['a host and its port', '  x: web:8080\n'],
    ['a digest', '  sideImage: web@sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\n'],
    ['a longer name', '  sideImage: web-x\n  y: gcr.io/p/job/z\n'],
    ['labels', '  selector: {image: web}\n  matchLabels: {image: web}\n'],
    ['a place that a rule names', '  containers:\n    - image: web\n'],
  ])('do not include %s', async (_case, spec) => {
    const { warnings, all, rules } = await renderBoth(pod(spec));
    expect(warnings).toEqual([]);
    expect(all).toBe(rules);
  });

  test('in a list beside other objects are found, and kinds the user takes out are left alone', async () => {
    const list =
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    image: web\n---\nkind: X\n';
    expect((await renderBoth(list)).warnings).toHaveLength(1);
    const files = { '/work/a.yaml': list, '/work/rules.yaml': 'deny:\n- groupKind: List\n' };
    const options = { resourceSelectorRulesFile: 'rules.yaml', pin: 'all' } as const;
    expect((await render([rawYaml('a.yaml')], { files }, options, {}, builds)).text).toContain('image: web\n');
  });
});

describe('--annotate-source', () => {
  test('names the source above each document', async () => {
    const files = { '/work/a.yaml': 'kind: A\n---\nkind: B\n', '/work/b.yaml': 'kind: C\n' };
    const { text } = await render([rawYaml('a.yaml', 'b.yaml')], { files }, { annotateSource: true });
    expect(text).toBe('# Source: a.yaml\nkind: A\n---\n# Source: a.yaml\nkind: B\n---\n# Source: b.yaml\nkind: C\n');
  });
});
