import { describe, expect, test } from 'vitest';
import { type Attempt, failure, head, load, loadOnly, placeOf } from './harness.ts';

const named = (name: string, rest = ''): string => `${head}metadata: {name: ${name}}\n${rest}`;

const files = {
  '/work/a/skaffold.yaml': named('a', 'requires: [{path: ../b}]\nbuild: {artifacts: [{image: ia, context: src}]}\n'),
  '/work/b/skaffold.yml': `${named('b1')}---\n${named('b2', 'build: {artifacts: [{image: ib}]}\n')}`,
};
const root = named('root', 'requires: [{path: a}]\nbuild: {artifacts: [{image: ir, context: src}]}\n');

async function names(text: string, attempt: Attempt = {}): Promise<readonly (string | undefined)[]> {
  return (await load(text, { files, ...attempt })).modules.map(({ name }) => name);
}

/** Codes and places of everything that is wrong. */
async function problems(text: string, attempt: Attempt = {}): Promise<readonly string[]> {
  return (await failure(text, attempt)).diagnostics.map((finding) => `${finding.at?.file} ${placeOf(finding)}`);
}

describe('order and paths', () => {
  test('dependencies come first, in file order', async () => {
    expect(await names(root)).toEqual(['b1', 'b2', 'a', 'root']);
  });

  test('paths of required files are absolute, those of the first are as written', async () => {
    const { modules } = await load(root, { files });
    const artifacts = modules.flatMap((module) => module.artifacts);
    expect(artifacts.map(({ image, context, workspace }) => [image, context, workspace])).toEqual([
      ['ib', '/work/b', '/work/b'],
      ['ia', '/work/a/src', '/work/a/src'],
      ['ir', 'src', '/work/src'],
    ]);
    expect(modules.map(({ file, directory }) => [file, directory])).toEqual([
      ['b/skaffold.yml', '/work/b'],
      ['b/skaffold.yml', '/work/b'],
      ['a/skaffold.yaml', '/work/a'],
      ['skaffold.yaml', '/work'],
    ]);
  });

  test('every path field of a required file is made absolute, URLs and templates too', async () => {
    const dependency = named(
      'd',
      `build: {artifacts: [{image: i, hooks: {before: [{command: [x], dir: h}]}, buildpacks: {volumes: [{host: v, target: /t}]}}]}
test: [{image: i, structureTests: [s, /abs]}]
manifests: {rawYaml: [m/*.yaml, "https://x.y/z", "{{.F}}/x"], kustomize: {paths: [k/..]}, helm: {releases: [{name: r, chartPath: c, valuesFiles: [f], setFiles: {a: g}}]}}
`,
    );
    const { configs } = await loadOnly(`${head}requires: [{path: d}]\n`, {
      files: { '/work/d/skaffold.yaml': dependency },
    });
    const config = configs[0]?.config;
    expect(config?.build?.artifacts?.[0]).toMatchObject({
      context: '/work/d',
      hooks: { before: [{ dir: '/work/d/h' }] },
      buildpacks: { volumes: [{ host: '/work/d/v', target: '/t' }], projectDescriptor: 'project.toml' },
    });
    expect(config?.test?.[0]).toMatchObject({ context: '/work/d', structureTests: ['/work/d/s', '/abs'] });
    expect(config?.manifests).toMatchObject({
      rawYaml: ['/work/d/m/*.yaml', '/work/d/https:/x.y/z', '/work/d/{{.F}}/x'],
      kustomize: { paths: ['/work/d'] },
      helm: { releases: [{ chartPath: '/work/d/c', valuesFiles: ['/work/d/f'], setFiles: { a: '/work/d/g' } }] },
    });
  });

  test('a file required twice comes once', async () => {
    const twice = named('root', 'requires: [{path: a}, {path: b}, {path: a}]\n');
    expect(await names(twice)).toEqual(['b1', 'b2', 'a', 'root']);
  });

  test('requires that run in a circle end', async () => {
    const circle = { '/work/c/skaffold.yaml': named('c', 'requires: [{path: ..}]\n') };
    expect(await names(named('root', 'requires: [{path: c}]\n'), { files: circle })).toEqual(['c', 'root']);
  });

  test('requires that run in a circle are told with the way around', async () => {
    const files = { '/work/c/skaffold.yaml': named('c', 'requires: [{path: ..}]\n') };
    const { findings } = await loadOnly(named('root', 'requires: [{path: c}]\n'), { files });
    expect(findings.map(({ severity, at }) => [severity, at?.file, at?.line, at?.column])).toEqual([
      ['warning', 'c/skaffold.yaml', 4, 12],
    ]);
    expect(findings[0]?.message).toContain('root -> c -> root');
  });

  test('a module that takes in its own file is no circle', async () => {
    const { findings } = await loadOnly(`${named('one', 'requires: [{configs: [one, two]}]\n')}---\n${named('two')}`);
    expect(findings).toEqual([]);
  });

  test('findings name their module where there are several', async () => {
    const bad = 'build: {artifacts: [{image: "a:b"}]}\n';
    const messages = async (text: string): Promise<readonly string[]> =>
      (await failure(text)).diagnostics.map(({ message }) => message);
    expect(await messages(`${named('one')}---\n${named('two', bad)}`)).toEqual([
      expect.stringMatching(/ in module "two"$/),
    ]);
    expect(await messages(named('one', bad))).toEqual([expect.not.stringContaining('module')]);
  });

  test('modules of the same file', async () => {
    const text = `${named('one')}---\n${named('two', 'requires: [{configs: [one]}]\n')}`;
    expect(await names(text)).toEqual(['one', 'two']);
  });

  test('configs picks modules, names nobody has pick none', async () => {
    expect(await names(named('root', 'requires: [{path: b, configs: [b2]}]\n'))).toEqual(['b2', 'root']);
    expect(await names(named('root', 'requires: [{path: b, configs: [zzz]}]\n'))).toEqual(['root']);
  });
});

describe('-m', () => {
  test.each([
    [['a'], ['b1', 'b2', 'a']],
    [['b2'], ['b2']],
    [['root'], ['b1', 'b2', 'a', 'root']],
  ])('%j', async (modules, expected) => {
    expect(await names(root, { modules })).toEqual(expected);
  });

  test('a name nobody has', async () => {
    const error = await failure(root, { files, modules: ['x', 'y'] });
    expect(error.code).toBe('CONFIG_BAD_FILTER_ERR');
    expect(error.message).toContain('[x y]');
    expect(error.suggestions[0]?.action).toMatch(/The names are \S+/);
  });
});

describe('profiles of required modules', () => {
  const dependency = named('d', 'profiles: [{name: p, deploy: {kubeContext: c}}]\n');
  const withProfiles = (requires: string): string =>
    named('root', `requires: [${requires}]\nprofiles: [{name: on}, {name: p}]\n`);

  async function context(requires: string, attempt: Attempt): Promise<string | undefined> {
    const { configs } = await loadOnly(withProfiles(requires), {
      files: { '/work/d/skaffold.yaml': dependency },
      ...attempt,
    });
    return configs[0]?.config.deploy?.kubeContext;
  }

  test.each<[string, Attempt, string | undefined]>([
    ['{path: d}', { profiles: ['p'] }, 'c'],
    ['{path: d}', { profiles: ['p'], propagateProfiles: false }, undefined],
    ['{path: d, activeProfiles: [{name: p}]}', { propagateProfiles: false }, 'c'],
    ['{path: d, activeProfiles: [{name: p, activatedBy: [on]}]}', {}, undefined],
    ['{path: d, activeProfiles: [{name: p, activatedBy: [on]}]}', { profiles: ['on'], propagateProfiles: false }, 'c'],
  ])('%s with %j', async (requires, attempt, expected) => {
    expect(await context(requires, attempt)).toBe(expected);
  });

  test('a module wanted with and without a profile is refused', async () => {
    const text = withProfiles('{path: d}, {path: d, activeProfiles: [{name: p}]}');
    const found = await problems(text, { files: { '/work/d/skaffold.yaml': dependency } });
    expect(found).toEqual(['d/skaffold.yaml CONFIG_APPLY_PROFILES_ERR 3:18']);
  });
});

describe('what cannot be required', () => {
  test.each([
    ['a missing file', 'requires: [{path: nope.yaml}]', 'CONFIG_DEPENDENCY_NOT_FOUND_ERR 3:19'],
    ['a directory without configuration', 'requires: [{path: src}]', 'CONFIG_DEPENDENCY_NOT_FOUND_ERR 3:19'],
    ['Cloud Storage', 'requires: [{googleCloudStorage: {source: x}}]', 'NOT_SUPPORTED 3:33'],
    [
      'Cloud Build',
      'requires: [{googleCloudBuildRepoV2: {projectID: p, region: r, connection: c, repo: x}}]',
      'NOT_SUPPORTED 3:37',
    ],
  ])('%s', async (_, text, place) => {
    const found = await problems(`${head}${text}\n`, { files: { '/work/src/x': '' } });
    expect(found).toEqual([`skaffold.yaml ${place}`]);
  });

  test('errors of all files come together', async () => {
    const broken = { '/work/a/skaffold.yaml': `${head}nope: 1\n`, '/work/b/skaffold.yaml': `${head}build: []\n` };
    expect(await problems(`${head}requires: [{path: a}, {path: b}]\n`, { files: broken })).toEqual([
      'a/skaffold.yaml CONFIG_FILE_PARSING_ERR 3:1',
      'b/skaffold.yaml CONFIG_FILE_PARSING_ERR 3:8',
    ]);
  });
});

describe('names', () => {
  test('twice in a file', async () => {
    const found = await problems(`${named('x')}---\n${named('x')}`);
    expect(found).toEqual(['skaffold.yaml CONFIG_DUPLICATE_NAMES_SAME_FILE_ERR 7:18']);
  });

  test('in two files', async () => {
    const found = await problems(named('x', 'requires: [{path: d}]\n'), {
      files: { '/work/d/skaffold.yaml': named('x') },
    });
    expect(found).toEqual(['d/skaffold.yaml CONFIG_DUPLICATE_NAMES_ACROSS_FILES_ERR 3:18']);
  });
});

test('an image built in two modules names both files', async () => {
  const text = named('root', 'requires: [{path: d}]\nbuild: {artifacts: [{image: i}]}\n');
  const error = await failure(text, {
    files: { '/work/d/skaffold.yaml': named('d', 'build: {artifacts: [{image: i}]}\n') },
  });
  expect(error.diagnostics.map((finding) => [placeOf(finding), finding.related?.[0]?.at.file])).toEqual([
    ['CONFIG_VALIDATION_ERR 5:29', 'd/skaffold.yaml'],
  ]);
});
