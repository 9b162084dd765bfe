import { describe, expect, test } from 'vitest';
import { apiVersions } from '../../../src/config/versions.ts';
import { errorsOf, failure, head, load, loadOnly, warningsOf } from './harness.ts';

async function suggestionsOf(text: string): Promise<readonly (string | undefined)[]> {
  return (await failure(text)).diagnostics.map(({ suggestion }) => suggestion);
}

describe('where a configuration is read from', () => {
  test('skaffold.yml stands in for a missing skaffold.yaml', async () => {
    expect((await load(undefined, { files: { '/work/skaffold.yml': head } })).modules[0]?.file).toBe('skaffold.yml');
  });

  test('no other name has such a stand-in', async () => {
    const error = await failure(undefined, { filename: 'other.yaml', files: { '/work/other.yml': head } });
    expect(error.code).toBe('CONFIG_FILE_NOT_FOUND_ERR');
    expect(error.message).toContain('other.yaml');
  });

  test('standard input', async () => {
    const project = await load(undefined, { filename: '-', stdin: Buffer.from(`${head}metadata: {name: piped}\n`) });
    expect(project.modules[0]).toMatchObject({ name: 'piped', file: '-' });
  });

  test('a URL, also after a redirect that fails', async () => {
    const web = { 'https://x.y/s.yaml': `${head}metadata: {name: far}\n` };
    expect((await load(undefined, { filename: 'https://x.y/s.yaml', web })).modules[0]?.name).toBe('far');
    const error = await failure(undefined, { filename: 'https://x.y/none.yaml', web });
    expect(error.code).toBe('CONFIG_FILE_PARSING_ERR');
    expect(error.message).toContain('404');
  });

  test('a directory is refused', async () => {
    const error = await failure(undefined, { filename: 'd', files: { '/work/d/skaffold.yaml': head } });
    expect(error.code).toBe('CONFIG_FILE_PARSING_ERR');
    expect(error.message).toContain('directory');
  });

  test('an empty name is refused', async () => {
    expect((await failure(undefined, { filename: '' })).code).toBe('CONFIG_FILE_PARSING_ERR');
  });
});

describe('apiVersion', () => {
  test.each(['', '# hi\n', 'kind: Config\n', '\u0000\u0001\n'])('missing in %j', async (text) => {
    const error = await failure(text);
    expect(error.message).toContain('missing apiVersion');
  });

  test('only mentioned in a comment', async () => {
    expect((await failure('# apiVersion\n')).message).toContain('missing apiVersion');
  });

  test.each([
    ['skaffold/v4beta15', 'newest that is known, skaffold/v4beta14'],
    ['skaffold/v9', 'newest that is known, skaffold/v4beta14'],
    ['skaffold/v2beta99', 'perhaps skaffold/v2beta29'],
    ['Skaffold/v4beta14', 'perhaps skaffold/v4beta14'],
    ['v4beta13', 'perhaps skaffold/v4beta13'],
    ['"skaffold/v4beta14 "', 'perhaps skaffold/v4beta14'],
    ['5', 'such as skaffold/v4beta14'],
  ])('unknown: %s', async (version, hint) => {
    const error = await failure(`apiVersion: ${version}\nkind: Config\n`);
    expect(error.code).toBe('CONFIG_UNKNOWN_API_VERSION_ERR');
    expect(error.diagnostics.map(({ at }) => [at?.line, at?.column])).toEqual([[1, 13]]);
    expect(error.diagnostics[0]?.suggestion).toContain(hint);
  });

  test.each(apiVersions)('%s is read', async (version) => {
    const { modules } = await load(`apiVersion: skaffold/${version}\nkind: Config\n`);
    expect(modules).toHaveLength(1);
  });

  test('documents may have different ones', async () => {
    const text = 'apiVersion: skaffold/v4beta1\nkind: Config\n---\napiVersion: skaffold/v4beta14\nkind: Config\n';
    expect((await load(text)).modules).toHaveLength(2);
  });

  test('a document without one is pointed at', async () => {
    expect(await errorsOf(`${head}---\nkind: Config\n`)).toEqual(['CONFIG_UNKNOWN_API_VERSION_ERR 4:1']);
  });
});

describe('YAML', () => {
  test.each([
    ['bad indentation', 'build:\n  artifacts:\n  - image: a\n   context: b\n'],
    ['a colon in a plain text', 'metadata:\n  name: a: b\n'],
    ['an open list', 'build: {artifacts: [\n'],
    ['an open quote', 'metadata:\n  name: "abc\n'],
    ['an unknown alias', 'build: *nope\n'],
  ])('%s is a finding with a place', async (_, text) => {
    const { code, diagnostics } = await failure(head + text);
    expect(code).toBe('CONFIG_FILE_PARSING_ERR');
    expect(diagnostics[0]?.at?.line).toBeGreaterThanOrEqual(3);
    expect(diagnostics[0]?.message).toMatch(/^yaml: /);
  });

  test('bytes that are no UTF-8 are pointed at', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${head}metadata: {name: "`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}\n'),
    ]);
    const { diagnostics } = await failure(undefined, { files: { '/work/skaffold.yaml': bytes } });
    expect(diagnostics.map(({ at }) => [at?.line, at?.column])).toEqual([[3, 19]]);
    expect(diagnostics[0]?.message).toContain('UTF-8');
  });

  test.each([
    ['top level', 'build: {}\ndeploy: {}\nbuild: {}\n', '5:1'],
    ['deeper', 'build:\n  artifacts:\n  - image: a\n    image: b\n', '6:5'],
  ])('a duplicate key at the %s names both places', async (_, text, place) => {
    const { diagnostics } = await failure(head + text);
    expect(diagnostics.map(({ at }) => `${at?.line}:${at?.column}`)).toEqual([place]);
    expect(diagnostics[0]?.related?.[0]?.at.line).toBeLessThan(diagnostics[0]?.at?.line ?? 0);
  });

  test('a list instead of a mapping', async () => {
    expect(await errorsOf('- apiVersion: x\n')).toEqual(['CONFIG_FILE_PARSING_ERR 1:1']);
  });

  test('a merge of something else than a mapping', async () => {
    expect(await errorsOf(`${head}.x: &x [1]\nbuild:\n  <<: *x\n`)).toEqual(['CONFIG_FILE_PARSING_ERR 5:7']);
  });

  test('empty documents are left out', async () => {
    expect((await load(`---\n${head}---\n---\n# nothing\n---\n`)).modules).toHaveLength(1);
  });

  test('keys with a dot hold anchors', async () => {
    const text = `${head}.common: &c\n  context: svc\nbuild:\n  artifacts:\n  - image: a\n    <<: *c\n`;
    expect((await load(text)).modules[0]?.artifacts[0]?.workspace).toBe('/work/svc');
  });

  test('deeper keys with a dot are unknown', async () => {
    expect(await errorsOf(`${head}build:\n  .x: 1\n`)).toEqual(['CONFIG_FILE_PARSING_ERR 4:3']);
  });

  test('findings inside an anchor are told once, where it is written', async () => {
    const text = `${head}.c: &c {nope: 1}\nbuild:\n  artifacts:\n  - {image: a, docker: *c}\n  - {image: b, docker: *c}\n`;
    expect(await errorsOf(text)).toEqual(['CONFIG_FILE_PARSING_ERR 3:9']);
  });
});

describe('unknown fields', () => {
  test.each([
    ['a typo', 'build:\n  artifact: []\n', '4:3', 'Did you mean "artifacts"?'],
    ['capitals', 'Build: {}\n', '3:1', 'Did you mean "build"?'],
    ['rawYAML', 'manifests:\n  rawYAML: []\n', '4:3', 'Did you mean "rawYaml"?'],
    [
      'a field of an object below',
      'build:\n  artifacts:\n  - image: a\n    buildArgs: {}\n',
      '6:5',
      '"buildArgs" belongs under build.artifacts[0].docker',
    ],
    [
      'a field of the object around',
      'build:\n  artifacts:\n  - image: a\n    tagPolicy: {}\n',
      '6:5',
      '"tagPolicy" belongs in build',
    ],
    ['a field of a sibling', 'deploy:\n  kustomize: {}\n', '4:3', '"kustomize" belongs under manifests'],
    ['a section in a section', 'build:\n  portForward: []\n', '4:3', '"portForward" belongs at the top level'],
  ])('%s', async (_, text, place, suggestion) => {
    expect(await errorsOf(head + text)).toEqual([`CONFIG_FILE_PARSING_ERR ${place}`]);
    expect(await suggestionsOf(head + text)).toEqual([suggestion]);
  });

  test('a field of a later version says which', async () => {
    const text = 'apiVersion: skaffold/v4beta4\nkind: Config\ncustomActions: []\n';
    expect(await errorsOf(text)).toEqual(['CONFIG_FILE_PARSING_ERR 3:1']);
    expect((await suggestionsOf(text))[0]).toContain('skaffold/v4beta5 or later');
  });

  test('a field that is gone says since when', async () => {
    const text = `${head}build:\n  artifacts:\n  - image: a\n    kaniko: {noPush: true}\n`;
    const [warning] = (await loadOnly(text)).findings;
    expect(warning).toMatchObject({ severity: 'warning' });
    expect(warning?.suggestion).toContain('skaffold/v4beta4');
  });

  test('kaniko and cluster ignore them, and say so', async () => {
    const text = `${head}build:\n  cluster: {nope: 1}\n  artifacts:\n  - image: a\n    kaniko: {nope: 1}\n`;
    expect((await warningsOf(text)).map(({ at, severity }) => [severity, at?.line])).toEqual([
      ['warning', 4],
      ['warning', 7],
    ]);
  });

  test('several come at once', async () => {
    expect(await errorsOf(`${head}a: 1\nbuild: {b: 1}\nc: 1\n`)).toHaveLength(3);
  });
});

describe('types, with the conversions of Go', () => {
  test.each([
    ['build: []', '3:8'],
    ['build: {artifacts: x}', '3:20'],
    ['build: {artifacts: [x]}', '3:21'],
    ['build: {artifacts: [null]}', '3:21'],
    ['build: {artifacts: [{image: [a]}]}', '3:29'],
    ['build: {local: {push: "true"}}', '3:23'],
    ['build: {local: {concurrency: ten}}', '3:30'],
    ['build: {local: {concurrency: "1"}}', '3:30'],
    ['metadata: {labels: [a]}', '3:20'],
    ['metadata: {labels: {a: [b]}}', '3:24'],
    ['manifests: {rawYaml: x}', '3:22'],
    ['manifests: {rawYaml: [[x]]}', '3:23'],
    ['portForward: [{port: [1]}]', '3:22'],
    ['manifests: {helm: {releases: [{setValues: x}]}}', '3:43'],
    ['deploy: {statusCheckDeadlineSeconds: 99999999999999999999}', '3:38'],
    ['metadata: {name: !!int x}', '3:24'],
  ])('%s', async (text, place) => {
    expect(await errorsOf(`${head}${text}\n`)).toEqual([`CONFIG_FILE_PARSING_ERR ${place}`]);
  });

  test.each([
    ['1', '1'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['0x10', '16'],
    ['010', '8'],
    ['True', 'true'],
    ['"010"', '010'],
    ['yes', 'yes'],
    ['2020-01-02', '2020-01-02T00:00:00Z'],
    ['~', undefined],
    ['!!str 1.50', '1.50'],
  ])('%s as a text is %s', async (written, text) => {
    const { configs } = await loadOnly(`${head}metadata: {name: ${written}}\n`);
    expect(configs[0]?.config.metadata?.name).toBe(text);
  });

  test.each([
    ['yes', true],
    ['"on"', true],
    ['"no"', false],
    ['off', false],
    ['True', true],
  ])('%s as a boolean is %s', async (written, value) => {
    expect((await load(`${head}build: {local: {push: ${written}}}\n`)).modules[0]?.build.push).toBe(value);
  });

  test.each([
    ['3', 3],
    ['3.0', 3],
    ['0x10', 16],
  ])('%s as a number is %s', async (written, value) => {
    expect(
      (await load(`${head}build: {artifacts: [], local: {concurrency: ${written}}}\n`)).modules[0]?.build.concurrency,
    ).toBe(value);
  });

  test('a fraction is cut off with a warning', async () => {
    const [warning] = await warningsOf(`${head}deploy: {statusCheckDeadlineSeconds: 1.5}\n`);
    expect(warning).toMatchObject({ severity: 'warning', at: { line: 3, column: 38 } });
  });

  test('numbers of build arguments are texts, null stays', async () => {
    const text = `${head}build: {artifacts: [{image: a, docker: {buildArgs: {A: 1, B: null, C: true, __proto__: x}}}]}\n`;
    const [artifact] = (await load(text)).modules[0]?.artifacts ?? [];
    const spec = artifact?.spec as { readonly buildArgs: Record<string, string | null> } | undefined;
    expect(Object.entries(spec?.buildArgs ?? {})).toEqual([
      ['A', '1'],
      ['B', null],
      ['C', 'true'],
      ['__proto__', 'x'],
    ]);
  });

  test.each([
    ['80', 80],
    ['"80"', 80],
    ['http', 'http'],
    ['8.5', '8.5'],
  ])('port %s is %s', async (written, port) => {
    const { configs } = await loadOnly(`${head}portForward: [{resourceType: pod, port: ${written}}]\n`);
    expect(configs[0]?.config.portForward?.[0]?.port).toBe(port);
  });

  test('setValues is flattened', async () => {
    const values = '{image: {tag: a, list: [x, 1.0]}, n: null, t: 1e3, e: {}, d: 2020-01-02}';
    const { configs } = await loadOnly(`${head}manifests: {helm: {releases: [{name: r, setValues: ${values}}]}}\n`);
    expect({ ...configs[0]?.config.manifests?.helm?.releases?.[0]?.setValues }).toEqual({
      'image.tag': 'a',
      'image.list[0]': 'x',
      'image.list[1]': '1',
      n: '<nil>',
      t: '1000',
      d: '2020-01-02 00:00:00 +0000 UTC',
    });
  });
});
