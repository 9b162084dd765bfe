import { describe, expect, test } from 'vitest';
import type { FakeSystemOptions } from '../../support/fake-system.ts';
import { moduleOf, pod, rawYaml, render } from './harness.ts';

const names = (text: string): string[] => [...text.matchAll(/^ {2}name: (.*)$/gm)].map((match) => match[1]!);

describe('what is no manifest', () => {
  test('is told about where an entry names it, and passed over where a pattern finds it', async () => {
    const files = { '/work/k/a.yaml': pod('a'), '/work/k/notes.txt': 'x', '/work/app.tmpl': pod('t') };
    const { text, warnings } = await render([rawYaml('k', 'app.tmpl', 'k/*')], { files });
    expect(names(text)).toEqual(['a']);
    expect(warnings).toEqual([
      expect.stringMatching(/^k is not .* k\/\*\.yaml/),
      expect.stringMatching(/^app\.tmpl is not/),
    ]);
  });
});

describe('a render', () => {
  test('prints all manifests with their images, in the order of the configuration', async () => {
    const files = { '/work/b.yaml': pod('b'), '/work/a.yaml': `${pod('a1')}---\n${pod('a2')}` };
    const { text, sources } = await render([rawYaml('b.yaml', 'a.yaml'), rawYaml('b.yaml')], { files });
    expect(text).toBe(
      ['b', 'a1', 'a2', 'b']
        .map((name) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  image: r.io/app:v1\n`)
        .join('---\n'),
    );
    expect(sources).toEqual(['b.yaml', 'a.yaml', 'a.yaml', 'b.yaml']);
  });

  test('of nothing is an empty line', async () => {
    expect((await render([moduleOf({})], {})).text).toBe('\n');
    expect((await render([rawYaml('a.yaml')], { files: { '/work/a.yaml': '# words\n---\n{}\n' } })).text).toBe('\n');
  });

  test('keeps the last lines of block scalars, which Skaffold loses', async () => {
    const files = { '/work/a.yaml': 'a: |\n  x\n---\nb: |+\n  y\n\n---\nc: |+\n  z\n\n\n' };
    expect((await render([rawYaml('a.yaml')], { files })).text).toBe(
      'a: |\n  x\n---\nb: |+\n  y\n\n---\nc: |+\n  z\n\n\n',
    );
  });

  test('ends every file but the last with a line break', async () => {
    const files = { '/work/a.yaml': 'a: |\n  x', '/work/b.yaml': 'b: |\n  y' };
    expect((await render([rawYaml('a.yaml', 'b.yaml')], { files })).text).toBe('a: |\n  x\n---\nb: "y"\n');
  });

  test('sets labels and the namespace', async () => {
    const { text, warnings } = await render(
      [rawYaml('a.yaml')],
      { files: { '/work/a.yaml': `${pod('a')}---\n${pod('b').replace('{name: b}', '{name: b, namespace: own}')}` } },
      { labels: ['team=x=y', 'alone'], namespace: 'prod' },
    );
    expect(text.match(/alone: ""\n {4}team: x=y\n/g)).toHaveLength(2);
    expect(text.match(/namespace: .*/g)).toEqual(['namespace: prod', 'namespace: own']);
    expect(warnings).toHaveLength(1);
  });

  test('sets no namespace when offline', async () => {
    const files = { '/work/a.yaml': pod('a') };
    expect((await render([rawYaml('a.yaml')], { files }, { namespace: 'prod', offline: true })).text).not.toContain(
      'prod',
    );
  });

  test('fills in parameters, the command line over the file', async () => {
    const text = 'a: 1 # from-param: $' + '{a}\nb: 2 # from-param: $' + '{b}\nc: 3 # from-param: $' + '{c}\n';
    const files = { '/work/m.yaml': text, '/work/values.env': 'a=file\nb=file\n' };
    const options = { setValueFile: 'values.env', setValues: ['b=line', 'nonsense'] };
    const result = await render([rawYaml('m.yaml')], { files }, options);
    expect(result.text).toBe('a: file\nb: line\nc: 3\n');
    expect(result.warnings).toHaveLength(1);
  });

  test('takes selector rules of all modules and of a file', async () => {
    const widget = 'apiVersion: x.io/v1\nkind: Widget\nspec: {ref: app, image: app}\n';
    const allow = [{ groupKind: 'Widget.x.io', image: ['.spec.ref'], labels: [], podSpec: [] }];
    const modules = [rawYaml('w.yaml'), moduleOf({ resourceSelector: { allow, deny: [] } })];
    const files = {
      '/work/w.yaml': widget,
      '/work/rules.yaml': 'allow:\n- groupKind: Widget.x.io\n  image: [".*"]\nother: 1\n',
    };
    expect((await render(modules, { files })).text).toContain('image: app\n  ref: r.io/app:v1\n');
    const ruled = await render(modules, { files }, { resourceSelectorRulesFile: 'rules.yaml' });
    expect(ruled.text).toContain('image: r.io/app:v1\n  ref: app\n');
  });

  test.each(['- a\n', 'a: b: c\n'])('refuses a rules file that holds no rules: %j', async (rules) => {
    const files = { '/work/rules.yaml': rules };
    await expect(render([], { files }, { resourceSelectorRulesFile: 'rules.yaml' })).rejects.toMatchObject({
      code: 'CONFIG_FILE_PARSING_ERR',
    });
  });

  test('names all mistakes of all files at once', async () => {
    const files = { '/work/a.yaml': 'a: 1\na: 2\n', '/work/b.yaml': pod('b'), '/work/c.yaml': 'x: [\n' };
    const error = render([rawYaml('a.yaml', 'b.yaml', 'c.yaml')], { files });
    await expect(error).rejects.toMatchObject({
      code: 'MANIFEST_PARSE_ERR',
      diagnostics: [{ at: { file: 'a.yaml', line: 2, column: 1 } }, { at: { file: 'c.yaml' } }],
    });
  });

  test.each([
    [moduleOf({ manifests: [{ type: 'ytt', spec: {} }] }), 'manifests.ytt'],
    [rawYaml('gs://bucket/a.yaml'), 'gs://bucket/a.yaml'],
  ])('refuses what it cannot do, by name (%#)', async (module, field) => {
    await expect(render([module], {})).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining(field),
    });
  });
});

describe('rawYaml', () => {
  const files = Object.fromEntries(
    [
      'k8s/b.yml',
      'k8s/a.yaml',
      'k8s/c.json',
      'k8s/e.YAML',
      'k8s/notes.txt',
      'k8s/sub/d.yaml',
      'k8s/sub/deep/f.yaml',
      '.h.yaml',
    ].map((path) => [`/work/${path}`, path.endsWith('.txt') ? 'words' : pod(path.replaceAll('/', '-'))]),
  );

  test.each([
    [
      ['k8s/a.yaml', 'k8s/b.yml', 'k8s/a.yaml'],
      ['k8s-a.yaml', 'k8s-b.yml'],
    ],
    [['k8s/*.yaml'], ['k8s-a.yaml']],
    [
      ['k8s/*.y*ml', 'k8s/a.yaml'],
      ['k8s-a.yaml', 'k8s-b.yml'],
    ],
    [['k8s/*'], ['k8s-a.yaml', 'k8s-b.yml', 'k8s-c.json', 'k8s-sub-d.yaml', 'k8s-sub-deep-f.yaml']],
    [['k8s/**/*.yaml'], ['k8s-sub-d.yaml']],
    [['k8s/[ab].*'], ['k8s-a.yaml', 'k8s-b.yml']],
    [['*.yaml'], ['.h.yaml']],
    [['k8s'], []],
    [['k8s/notes.txt'], []],
    [['k8s/e.YAML'], []],
    [['/work/k8s/a.yaml'], ['k8s-a.yaml']],
    [['{{.DIR}}/a.yaml'], ['k8s-a.yaml']],
  ])('%j', async (entries, expected) => {
    const { text } = await render([rawYaml(...entries)], { files, env: { DIR: 'k8s' } });
    expect(names(text)).toEqual(expected);
  });

  test('reads an absolute entry whatever it is called', async () => {
    const { text } = await render([rawYaml('/other/app.tmpl')], { files: { '/other/app.tmpl': pod('t') } });
    expect(names(text)).toEqual(['t']);
    await expect(render([rawYaml('/work/k8s')], { files })).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
  });

  test('warns about a pattern that matches nothing', async () => {
    expect((await render([rawYaml('none/*.yaml')], { files })).warnings).toEqual([
      'none/*.yaml did not match any file',
    ]);
  });

  test('unwraps a List only when it is all there is', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${pod('i').trimEnd().replaceAll('\n', '\n  ')}\n`;
    const { text } = await render([rawYaml('l.yaml')], { files: { '/work/l.yaml': list } });
    expect(text).toBe('apiVersion: v1\nkind: Pod\nmetadata:\n  name: i\nspec:\n  image: r.io/app:v1\n');
    const two = await render([rawYaml('l.yaml', 'p.yaml')], {
      files: { '/work/l.yaml': list, '/work/p.yaml': pod('p') },
    });
    expect(two.text).toContain('kind: List');
    expect(two.text.match(/image: .*/g)).toEqual(['image: app', 'image: r.io/app:v1']);
  });

  test.each<[string, Uint8Array, string]>([
    ['a byte order mark', Buffer.from('\ufeffa: 1\r\n'), 'a: 1\n'],
    ['UTF-16, little end first', Buffer.from('\ufeffa: é\n', 'utf16le'), 'a: é\n'],
    ['UTF-16, big end first', Buffer.from('\ufeffa: é\n', 'utf16le').swap16(), 'a: é\n'],
  ])('reads %s', async (_what, content, expected) => {
    expect((await render([rawYaml('m.yaml')], { files: { '/work/m.yaml': content } })).text).toBe(expected);
  });

  test('refuses bytes that are no text', async () => {
    const files = { '/work/m.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]) };
    await expect(render([rawYaml('m.yaml')], { files })).rejects.toMatchObject({
      code: 'MANIFEST_PARSE_ERR',
      message: expect.stringContaining('m.yaml'),
    });
  });

  test('fetches URLs after the files, redirects followed', async () => {
    const body = Buffer.from(pod('remote'));
    const servers: FakeSystemOptions['servers'] = {
      'https://a.example': ({ url }) =>
        url === '/m.yaml'
          ? { status: 302, headers: { location: 'https://b.example/n.yaml' } }
          : { status: 404, headers: {} },
      'https://b.example': () => ({ status: 200, headers: {}, body }),
    };
    const { text, sources } = await render([rawYaml('https://a.example/m.yaml', 'k8s/a.yaml')], { files, servers });
    expect(names(text)).toEqual(['k8s-a.yaml', 'remote']);
    expect(sources).toEqual(['k8s/a.yaml', 'https://a.example/m.yaml']);
    await expect(render([rawYaml('https://a.example/none')], { servers })).rejects.toMatchObject({
      code: 'FILE_READ_ERR',
      message: expect.stringContaining('404'),
    });
  });

  test('gives up on redirects without end', async () => {
    const servers: FakeSystemOptions['servers'] = {
      'https://a.example': () => ({ status: 302, headers: { location: '/m.yaml' } }),
    };
    await expect(render([rawYaml('https://a.example/m.yaml')], { servers })).rejects.toMatchObject({
      code: 'FILE_READ_ERR',
    });
  });
});
