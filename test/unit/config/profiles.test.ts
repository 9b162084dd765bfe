import { describe, expect, test } from 'vitest';
import { type Attempt, errorsOf, failure, head, load, loadOnly, warningsOf } from './harness.ts';

const base = `${head}metadata: {name: app}
build:
  artifacts:
  - image: a
  - image: b
    context: bdir
  local: {push: true}
  tagPolicy: {sha256: {}}
manifests:
  rawYaml: [base.yaml]
  helm: {releases: [{name: r}]}
deploy:
  kubectl: {defaultNamespace: ns}
  tolerateFailuresUntilDeadline: true
  statusCheck: true
`;

const profile = (text: string): string => `${base}profiles:\n- name: p\n${text}`;

async function effective(text: string, attempt: Attempt = {}) {
  const { configs } = await loadOnly(text, { profiles: ['p'], ...attempt });
  return configs[0]?.config;
}

async function activated(conditions: string, attempt: Attempt = {}): Promise<boolean> {
  const { configs } = await loadOnly(`${head}profiles:\n- name: p\n  ${conditions}\n`, attempt);
  return configs[0]?.activeProfiles.includes('p') ?? false;
}

describe('activation', () => {
  test.each([
    ['activation: [{command: build}]', true],
    ['activation: [{command: dev}]', false],
    ['activation: [{command: "!dev"}]', true],
    ['activation: [{command: "!build"}]', false],
    ['activation: [{command: b}]', true],
    ['activation: [{command: "(b|c)uild"}]', true],
    ['activation: [{command: "^uild"}]', false],
    ['activation: [{command: "("}]', false],
    ['activation: [{command: "!("}]', true],
    ['activation: [{}]', true],
    ['activation: []', false],
    ['activation: [{command: dev}, {command: build}]', true],
    ['requiresAllActivations: true\n  activation: [{command: dev}, {command: build}]', false],
    ['requiresAllActivations: true\n  activation: [{command: build}, {command: b}]', true],
    ['requiresAllActivations: true\n  activation: []', false],
    ['activation: [{env: FOO=bar}]', true],
    ['activation: [{env: FOO=oba}]', true],
    ['activation: [{env: FOO=^oba}]', false],
    ['activation: [{env: "FOO=!bar"}]', false],
    ['activation: [{env: "FOO=!^$"}]', true],
    ['activation: [{env: "UNSET=!^$"}]', false],
    ['activation: [{env: UNSET=}]', true],
    ['activation: [{env: FOO=}]', false],
    ['activation: [{env: EQ=a=b}]', true],
    ['activation: [{env: FOO=bar, command: dev}]', false],
    ['activation: [{env: FOO=bar, command: build}]', true],
  ])('%s: %s', async (conditions, active) => {
    expect(await activated(conditions, { env: { FOO: 'foobar', EQ: 'a=b' } })).toBe(active);
  });

  test.each([
    ['minikube', true],
    ['mini', true],
    ['"!minikube"', false],
    ['^kube', false],
  ])('kubeContext %s: %s', async (pattern, active) => {
    const files = { '/home/me/.kube/config': 'current-context: minikube\n' };
    expect(await activated(`activation: [{kubeContext: ${pattern}}]`, { files })).toBe(active);
  });

  test('--kube-context is the context', async () => {
    expect(await activated('activation: [{kubeContext: other}]', { kubeContext: 'other' })).toBe(true);
  });

  test('can be switched off', async () => {
    expect(await activated('activation: [{}]', { profileAutoActivation: false })).toBe(false);
  });

  test('a variable without pattern is an error', async () => {
    expect(await errorsOf(`${head}profiles:\n- name: p\n  activation: [{env: FOO}]\n`)).toEqual([
      'CONFIG_FILE_PARSING_ERR 5:22',
    ]);
  });

  test('a context that brings a profile in must be the one deployed to', async () => {
    const text = `${head}deploy: {kubeContext: other}\nprofiles: [{name: p, activation: [{kubeContext: mini}]}]\n`;
    const files = { '/home/me/.kube/config': 'current-context: minikube\n' };
    expect(await errorsOf(text, { files })).toEqual(['CONFIG_APPLY_PROFILES_ERR 3:23']);
    expect((await load(text, { files, kubeContext: 'minikube' })).activeProfiles).toEqual(['p']);
  });
});

describe('which profiles apply, in which order', () => {
  const text = `${head}profiles:\n- {name: a, activation: [{}]}\n- {name: b}\n- {name: c, activation: [{}]}\n`;

  test.each([
    [[], ['a', 'c']],
    [['b'], ['a', 'c', 'b']],
    [
      ['b', 'a'],
      ['a', 'c', 'b'],
    ],
    [['-a'], ['c']],
    [
      ['b', '-b'],
      ['a', 'c'],
    ],
    [
      ['-b', 'b'],
      ['a', 'c', 'b'],
    ],
  ])('-p %j: %j', async (profiles, active) => {
    expect((await load(text, { profiles })).activeProfiles).toEqual(active);
  });

  test('a name nobody has is refused', async () => {
    const error = await failure(text, { profiles: ['x', '-z', 'a'] });
    expect(error.code).toBe('CONFIG_PROFILES_NOT_FOUND_ERR');
    expect(error.message).toContain('["x" "-z"]');
  });

  test('of two with one name the last counts', async () => {
    const twice = `${head}profiles:\n- {name: p, deploy: {kubeContext: one}}\n- {name: p, deploy: {kubeContext: two}}\n`;
    expect((await effective(twice))?.deploy?.kubeContext).toBe('two');
  });
});

describe('overlay', () => {
  test('lists replace, empty ones do not', async () => {
    const config = await effective(
      profile('  build: {artifacts: [{image: c}], platforms: []}\n  manifests: {rawYaml: []}\n'),
    );
    expect(config?.build?.artifacts?.map(({ image }) => image)).toEqual(['c']);
    expect(config?.manifests?.rawYaml).toEqual(['base.yaml']);
  });

  test('objects replace as a whole, their neighbours stay', async () => {
    const config = await effective(profile('  deploy: {kubectl: {flags: {apply: [x]}}, helm: {}}\n'));
    expect(config?.deploy?.kubectl).toEqual({ flags: { apply: ['x'] } });
    expect(config?.deploy?.helm).toEqual({ concurrency: 1 });
    expect(config?.manifests?.helm?.releases).toHaveLength(1);
  });

  test('an empty object replaces, a null does not', async () => {
    expect((await effective(profile('  deploy: {kubectl: {}}\n')))?.deploy?.kubectl).toEqual({});
    expect((await effective(profile('  deploy: {kubectl: }\n')))?.deploy?.kubectl).toEqual({ defaultNamespace: 'ns' });
  });

  test('false overrides only where it says something else than nothing', async () => {
    const config = await effective(profile('  deploy: {statusCheck: false, tolerateFailuresUntilDeadline: false}\n'));
    expect(config?.deploy).toMatchObject({ statusCheck: false, tolerateFailuresUntilDeadline: true });
  });

  test('one of a group replaces the other', async () => {
    const config = await effective(
      profile('  build: {googleCloudBuild: {}, tagPolicy: {gitCommit: {variant: Tags}}}\n'),
    );
    expect(config?.build?.local).toBeUndefined();
    expect(config?.build?.googleCloudBuild).toBeDefined();
    expect(config?.build?.tagPolicy).toEqual({ gitCommit: { variant: 'Tags' } });
  });

  test('hooks of the build merge list by list', async () => {
    const text = `${head}build: {hooks: {before: [{command: [a]}], after: [{command: [b]}]}}
profiles: [{name: p, build: {hooks: {after: [{command: [c]}]}}}]\n`;
    expect((await effective(text))?.build?.hooks).toEqual({
      before: [{ command: ['a'] }],
      after: [{ command: ['c'] }],
    });
  });
});

describe('patches', () => {
  const patch = (...patches: string[]): string => profile(`  patches:\n${patches.map((it) => `  - ${it}\n`).join('')}`);

  test.each<[string, string, (config: NonNullable<Awaited<ReturnType<typeof effective>>>) => unknown, unknown]>([
    ['replace', '{op: replace, path: /build/artifacts/0/image, value: z}', (c) => c.build?.artifacts?.[0]?.image, 'z'],
    ['replace without op', '{path: /build/artifacts/0/image, value: z}', (c) => c.build?.artifacts?.[0]?.image, 'z'],
    ['replace without value', '{path: /build/artifacts/1/context}', (c) => c.build?.artifacts?.[1]?.context, '.'],
    [
      'add a field',
      '{op: add, path: /build/artifacts/0/context, value: x}',
      (c) => c.build?.artifacts?.[0]?.context,
      'x',
    ],
    ['add into a list', '{op: add, path: /build/artifacts/1, value: {image: n}}', images, ['a', 'n', 'b']],
    ['add at the end', '{op: add, path: /build/artifacts/-, value: {image: n}}', images, ['a', 'b', 'n']],
    ['add at the length', '{op: add, path: /build/artifacts/2, value: {image: n}}', images, ['a', 'b', 'n']],
    ['remove', '{op: remove, path: /build/artifacts/0}', images, ['b']],
    ['move', '{op: move, from: /build/artifacts/0, path: /build/artifacts/1}', images, ['b', 'a']],
    ['copy sets', '{op: copy, from: /build/artifacts/0, path: /build/artifacts/1}', images, ['a', 'a']],
    ['test', '{op: test, path: /build/artifacts/0/image, value: a}', images, ['a', 'b']],
    ['test of a list', '{op: test, path: /manifests/rawYaml, value: [base.yaml]}', images, ['a', 'b']],
    ['search', '{path: /build/artifacts/image=b/context, value: x}', (c) => c.build?.artifacts?.[1]?.context, 'x'],
    ['search deep', '{path: /build/image=b/context, value: x}', (c) => c.build?.artifacts?.[1]?.context, 'x'],
    ['escapes', '{op: add, path: /metadata/labels, value: {}}', (c) => c.metadata?.labels, {}],
    ['a number as text', '{path: /build/artifacts/0/image, value: 1.50}', (c) => c.build?.artifacts?.[0]?.image, '1.5'],
  ])('%s', async (_, text, read, expected) => {
    const config = await effective(patch(text));
    expect(config === undefined ? undefined : read(config)).toEqual(expected);
  });

  test('move in a list of three sets rather than inserts', async () => {
    const text = `${head}manifests: {rawYaml: [a, b, c]}\nprofiles: [{name: p, patches: [{op: move, from: /manifests/rawYaml/0, path: /manifests/rawYaml/1}]}]\n`;
    expect((await effective(text))?.manifests?.rawYaml).toEqual(['b', 'a']);
  });

  test('a key with a slash', async () => {
    const text = `${head}metadata: {labels: {a/b: c}}\nprofiles: [{name: p, patches: [{path: /metadata/labels/a~1b, value: z}]}]\n`;
    expect({ ...(await effective(text))?.metadata?.labels }).toEqual({ 'a/b': 'z' });
  });

  test('patches see what the overlay brought', async () => {
    const text = profile(
      '  build: {artifacts: [{image: c}]}\n  patches: [{path: /build/artifacts/0/image, value: d}]\n',
    );
    expect((await effective(text))?.build?.artifacts?.map(({ image }) => image)).toEqual(['d']);
  });

  test('setValues is addressed by its dotted keys', async () => {
    const text = `${head}manifests: {helm: {releases: [{name: r, setValues: {image: {tag: a}}}]}}
profiles: [{name: p, patches: [{path: /manifests/helm/releases/0/setValues/image.tag, value: b}]}]\n`;
    expect({ ...(await effective(text))?.manifests?.helm?.releases?.[0]?.setValues }).toEqual({ 'image.tag': 'b' });
  });

  test.each([
    ['a field nobody set', '{op: replace, path: /build/artifacts/0/context, value: x}'],
    ['a field that is empty', '{op: replace, path: /metadata/annotations, value: {}}'],
    ['a path without slash', '{path: build, value: {}}'],
    ['an index beyond', '{op: add, path: /build/artifacts/3, value: {image: n}}'],
    ['a negative index', '{op: add, path: /build/artifacts/-1, value: {image: n}}'],
    ['an unknown operation', '{op: Replace, path: /build/artifacts/0/image, value: x}'],
    ['a failed test', '{op: test, path: /build/artifacts/0/image, value: b}'],
    ['a test of an object', '{op: test, path: /build/local, value: {push: true}}'],
    ['no match', '{path: /build/artifacts/image=zzz/context, value: x}'],
    ['copy from nowhere', '{op: copy, from: /build/artifacts/9, path: /build/artifacts/0}'],
    ['copy without from', '{op: copy, path: /build/artifacts/0}'],
    ['copy to the end', '{op: copy, from: /build/artifacts/0, path: /build/artifacts/-}'],
    ['remove of what is not there', '{op: remove, path: /deploy/helm}'],
    ['remove with -', '{op: remove, path: /build/artifacts/-}'],
  ])('%s is an error at the path', async (_, text) => {
    const { diagnostics, code } = await failure(patch(text), { profiles: ['p'] });
    expect(code).toBe('CONFIG_APPLY_PROFILES_ERR');
    expect(diagnostics.map(({ at }) => at?.line)).toEqual([21]);
    expect(diagnostics[0]?.message).toContain('"p"');
    expect(diagnostics[0]?.suggestion).toBeTruthy();
  });

  test('all bad patches are told at once', async () => {
    const text = patch('{path: /x, value: 1}', '{path: /y, value: 1}');
    expect(await errorsOf(text, { profiles: ['p'] })).toHaveLength(2);
  });

  test('a value of the wrong type is an error where it is written', async () => {
    const text = patch('{path: /build/artifacts, value: nope}');
    expect(await errorsOf(text, { profiles: ['p'] })).toEqual(['CONFIG_APPLY_PROFILES_ERR 21:37']);
  });

  test('an unknown field of a value is a warning', async () => {
    const text = patch('{op: add, path: /build/artifacts/0/zebra, value: 1}');
    expect((await warningsOf(text, { profiles: ['p'] })).map(({ code }) => code)).toEqual([
      'CONFIG_APPLY_PROFILES_ERR',
    ]);
  });

  test('a rule broken by a patch is told where the patch is', async () => {
    const text = patch('{path: /build/artifacts/0/image, value: "a b"}');
    expect(await errorsOf(text, { profiles: ['p'] })).toEqual(['CONFIG_VALIDATION_ERR 21:45']);
  });

  function images(config: NonNullable<Awaited<ReturnType<typeof effective>>>): unknown {
    return config.build?.artifacts?.map(({ image }) => image);
  }
});
