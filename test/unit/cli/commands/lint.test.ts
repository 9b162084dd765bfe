import { describe, expect, test } from 'vitest';
import { runCommandLine } from './support.ts';

const header = 'apiVersion: skaffold/v4beta14\nkind: Config\n';
const pod = (name: string, ports: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, image: i, ports: ${ports}}]}\n`;
const deployment = (name: string, ports: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [{name: c, ports: ${ports}}]}}}\n`;

type Files = Readonly<Record<string, string>>;

interface Finding {
  readonly Rule: { readonly RuleID: number; readonly RuleType: number };
  readonly RelFilePath: string;
  readonly AbsFilePath: string;
  readonly Explanation: string;
  readonly StartLine: number;
  readonly StartColumn: number;
}

async function lint(files: Files, args: readonly string[] = []): Promise<readonly Finding[]> {
  const result = await runCommandLine(['lint', '--format=json', ...args], { files });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(result.stdout) as readonly Finding[];
}

const places = (findings: readonly Finding[]): unknown =>
  findings.map(({ Rule, RelFilePath, StartLine, StartColumn }) => [Rule.RuleID, RelFilePath, StartLine, StartColumn]);

describe('lint', () => {
  test('says nothing where there is nothing to say', async () => {
    const files = { 'skaffold.yaml': header };
    expect(await runCommandLine(['lint'], { files })).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await runCommandLine(['lint', '--format=json'], { files })).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  test('prints place, rule, line and caret', async () => {
    const files = { 'skaffold.yaml': '# ours\napiVersion:  skaffold/v4beta1\nkind: Config\n' };
    const { code, stdout } = await runCommandLine(['lint'], { files });
    const [head, line, caret, ...rest] = stdout.split('\n');
    expect(code).toBe(0);
    expect(head).toMatch(/^\/skaffold\.yaml:2:14: ID000001: YamlFieldLintRule: .*skaffold\/v4beta14/);
    expect([line, caret, rest]).toEqual(['apiVersion:  skaffold/v4beta1', `${' '.repeat(13)}^`, ['']]);
  });

  test('takes any other format for JSON', async () => {
    const { stdout } = await runCommandLine(['lint', '--format=xml'], { files: { 'skaffold.yaml': header } });
    expect(stdout).toBe('[]\n');
  });

  test('refuses a configuration that is not valid', async () => {
    const result = await runCommandLine(['lint'], { files: { 'skaffold.yaml': `${header}buil: {}\n` } });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('skaffold.yaml:3:1');
  });

  test('names a Dockerfile that is missing', async () => {
    const result = await runCommandLine(['lint'], {
      files: { 'skaffold.yaml': `${header}build: {artifacts: [{image: app}]}\n` },
    });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('/work/Dockerfile');
  });
});

describe('the apiVersion', () => {
  test('is told for each document that has an older one, at its value', async () => {
    const old = 'apiVersion: skaffold/v4beta9\nkind: Config\n';
    expect(
      places(await lint({ 'skaffold.yaml': `${old}---\n${header}---\n---\nkind: Config\n${old.split('\n')[0]}\n` })),
    ).toEqual([
      [1, '/skaffold.yaml', 1, 13],
      [1, '/skaffold.yaml', 9, 13],
    ]);
  });

  test('is told for required modules too, those first', async () => {
    const files = {
      'skaffold.yaml': `${header.replace('14', '13')}requires: [{path: sub}]\n`,
      'sub/skaffold.yaml': header.replace('14', '12'),
    };
    expect(places(await lint(files))).toEqual([
      [1, '/sub/skaffold.yaml', 1, 13],
      [1, '/skaffold.yaml', 1, 13],
    ]);
  });
});

describe('static ports', () => {
  const manifests = 'manifests: {rawYaml: [k/*.yaml]}\n';

  test('are suggested for all ports of Pods and Deployments, behind the end of the document', async () => {
    const [finding, ...more] = await lint({
      'skaffold.yaml': header + manifests,
      'k/a.yaml': `${pod('p', '[{containerPort: 80}, {containerPort: 81}]')}---\n${deployment('d', '[{containerPort: 8080}]')}`,
    });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ Rule: { RuleID: 2 }, StartLine: 4, StartColumn: 1, EndLine: 5, EndColumn: 0 });
    expect(finding?.Explanation.split('\n').slice(1)).toEqual([
      'portForward:',
      ...[
        ['pod', 'p', 80, 32581],
        ['pod', 'p', 81, 32582],
        ['deployment', 'd', 8080, 32583],
      ].flatMap(([type, name, port, local]) => [
        `- resourceType: ${type}`,
        `  resourceName: ${name}`,
        `  port: ${port}`,
        `  localPort: ${local}`,
      ]),
    ]);
  });

  test.each([
    ['there is a portForward', `${header}${manifests}portForward: []\n`, pod('p', '[{containerPort: 80}]')],
    ['there are no manifests', header, pod('p', '[{containerPort: 80}]')],
    ['no container has a port', header + manifests, pod('p', '[]')],
    [
      'only other objects have ports',
      header + manifests,
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n',
    ],
  ])('are not suggested where %s', async (_, config, manifest) => {
    expect(await lint({ 'skaffold.yaml': config, 'k/a.yaml': manifest })).toEqual([]);
  });

  test('of two modules do not collide', async () => {
    const module = (name: string): string =>
      `${header}metadata: {name: ${name}}\nmanifests: {rawYaml: [${name}.yaml]}\n`;
    const found = await lint({
      'skaffold.yaml': `${module('a')}---\n${module('b')}`,
      'a.yaml': pod('a', '[{containerPort: 80}]'),
      'b.yaml': pod('b', '[{containerPort: 80}]'),
    });
    expect(found.map(({ Explanation }) => /localPort: (\d+)/.exec(Explanation)?.[1])).toEqual(['32581', '32582']);
    expect(places(found)).toEqual([
      [2, '/skaffold.yaml', 5, 1],
      [2, '/skaffold.yaml', 10, 1],
    ]);
  });
});

describe('manifests', () => {
  test('that set the managed-by label are told at the label, in every document', async () => {
    const labelled =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  labels:\n    a: b\n    app.kubernetes.io/managed-by: me\n';
    const found = await lint({
      'skaffold.yaml': `${header}manifests: {rawYaml: [k/m.yaml]}\n`,
      'k/m.yaml': `${labelled}---\n${labelled}`,
    });
    expect(places(found)).toEqual([
      [6, 'k/m.yaml', 7, 5],
      [6, 'k/m.yaml', 15, 5],
    ]);
    expect(found[0]).toMatchObject({ AbsFilePath: '/work/k/m.yaml', Rule: { RuleType: 0 } });
  });

  test('that are not YAML are refused with their place', async () => {
    const result = await runCommandLine(['lint'], {
      files: { 'skaffold.yaml': `${header}manifests: {rawYaml: [m.yaml]}\n`, 'm.yaml': 'a: [\n' },
    });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('m.yaml:');
  });
});

describe('Dockerfiles', () => {
  const config = `${header}build: {artifacts: [{image: app, context: src}]}\n`;
  const many = (count: number): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/d/f${index}`, '']));

  test('that copy more than 1000 files are told at the instruction', async () => {
    const dockerfile = 'FROM scratch\nCOPY Dockerfile /\nADD d /data\n';
    const found = await lint({ 'skaffold.yaml': config, 'src/Dockerfile': dockerfile, ...many(1001) });
    expect(places(found)).toEqual([[4, 'src/Dockerfile', 3, 1]]);
    expect(found[0]).toMatchObject({ AbsFilePath: '/work/src/Dockerfile', Rule: { RuleType: 1 } });
    expect(found[0]?.Explanation).toMatch(/"d".*"\/data"/);
  });

  test('that copy 1000 are not', async () => {
    const files = { 'skaffold.yaml': config, 'src/Dockerfile': 'FROM scratch\nCOPY d /\n', ...many(1000) };
    expect(await lint(files)).toEqual([]);
  });

  test('that leave the rest out with an ignore file are not', async () => {
    const files = { 'skaffold.yaml': config, 'src/Dockerfile': 'FROM scratch\nCOPY . /\n', ...many(1001) };
    expect(await lint({ ...files, 'src/.dockerignore': 'd/f1*\n' })).toEqual([]);
    expect(places(await lint(files))).toEqual([[4, 'src/Dockerfile', 2, 1]]);
  });

  test('that copy a git directory are told where it is', async () => {
    const files = { 'skaffold.yaml': config, 'src/Dockerfile': 'FROM scratch\nCOPY . /\n', 'src/lib/.git/HEAD': '' };
    const found = await lint(files);
    expect(places(found)).toEqual([[5, 'src/Dockerfile', 2, 1]]);
    expect(found[0]?.Explanation).toContain('/work/src/lib/.git ');
    expect(await lint({ ...files, 'src/.dockerignore': '**/.git\n' })).toEqual([]);
    expect(await lint({ ...files, 'src/Dockerfile': 'FROM scratch\nCOPY Dockerfile /\n' })).toEqual([]);
  });

  test('are looked at once, however many images are built of them', async () => {
    const artifacts = '[{image: app, context: src}, {image: other, context: src}]';
    const found = await lint({
      'skaffold.yaml': `${header}build: {artifacts: ${artifacts}}\n`,
      'src/Dockerfile': 'FROM base\nCOPY . /\n',
      'src/.git/HEAD': '',
    });
    expect(places(found)).toEqual([[5, 'src/Dockerfile', 2, 1]]);
  });
});
