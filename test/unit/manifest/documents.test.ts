import { describe, expect, test } from 'vitest';
import { readManifests, unwrapLoneList } from '../../../src/manifest/documents.ts';
import { print, read } from './read.ts';

async function findings(text: string): Promise<string[]> {
  const { diagnostics } = await readManifests({ module: 'm', source: 'dir/m.yaml', text });
  return diagnostics.map(({ at, code, message }) => `${at?.file}:${at?.line}:${at?.column} ${code} ${message}`);
}

describe('readManifests', () => {
  test('gives one manifest per document with content', async () => {
    const manifests = await read('# words\n---\na: 1\n---\n---\n{}\n--- # more\nb: 2\n...\n');
    expect(print(manifests)).toBe('a: 1\n---\nb: 2\n');
    expect(manifests[0]!.origin.source).toBe('m.yaml');
  });

  test('tells objects without separator apart where a key comes again', async () => {
    const text = 'apiVersion: v1\nkind: Pod\nspec: {}\napiVersion: v1\nkind: ConfigMap\nmetadata: {}\ndata: {}\n';
    const manifests = await read(text);
    expect(print(manifests)).toBe(
      'apiVersion: v1\nkind: Pod\nspec: {}\n---\napiVersion: v1\ndata: {}\nkind: ConfigMap\nmetadata: {}\n',
    );
    expect(text.slice(manifests[1]!.root.start)).toMatch(/^apiVersion: v1\nkind: ConfigMap/);
  });

  test('takes JSON, also with escaped slashes, and many lines of it', async () => {
    expect(print(await read('{"a": "x\\/y",\n "b": [1]}\n'))).toBe('a: x/y\nb:\n  - 1\n');
  });

  test.each<[string, RegExp[]]>([
    [
      'a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n',
      [/^dir\/m.yaml:5:3 MANIFEST_PARSE_ERR .*"c" on line 5 is already defined on line 3$/],
    ],
    [
      'x: 1\n---\n\na: 1\na: 2\n',
      [/^dir\/m.yaml:5:1 .*"a" on line 5 \(line 2 of the object\) is already defined on line 4$/],
    ],
    ['a: 1\n"a": 2\n---\nb: 1\nb: 2\nb: 3\n', [/:2:1 .*"a"/, /:5:1 .*"b"/, /:6:1 .*"b"/]],
    [`${Array.from({ length: 20 }, (_, index) => `k${index}: 1\n`).join('')}k7: 2\n`, [/:21:1 .*"k7"/]],
    ['- a\n', [/:1:1 .*must be a mapping/]],
    ['words\n', [/:1:1 .*must be a mapping/]],
    ['a: 1\n---\nwords\n', [/:3:1 .*must be a mapping/]],
    ['? [a]\n: 1\n', [/:1:3 .*key must be a scalar/]],
    ['a: !!int x\n', [/:1:10 .*"x" is not a YAML integer/]],
    ['a: {<<: 1}\n', [/:1:9 .*Only mappings can be merged/]],
    ['a: b: c\n', [/:1:4 MANIFEST_PARSE_ERR/]],
    ['a: "b\nc: d\n', [/MANIFEST_PARSE_ERR/]],
    ['%YAML 1.1\n---\na: 1\n', [/:1:1 .*"%YAML 1.1"/]],
  ])('%j is refused with its place', async (text, expected) => {
    const found = await findings(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  test('says what stands there', async () => {
    const { diagnostics } = await readManifests({ module: undefined, source: 'm', text: 'a: 1\nbb: 2\nbb: 3\n' });
    expect(diagnostics).toMatchObject([{ severity: 'error', excerpt: 'bb: 3', at: { column: 1, endColumn: 3 } }]);
  });

  test('merged keys are no duplicates, nor is a line that looks like a directive', async () => {
    expect(print(await read('a: &a {b: 1}\nc: {b: 2, <<: *a}\nd: |\n  x\n  %YAML 1\n'))).toBe(
      'a:\n  b: 1\nc:\n  b: 2\nd: |\n  x\n  %YAML 1\n',
    );
  });
});

describe('unwrapLoneList', () => {
  const list = 'apiVersion: v1\nkind: List\nitems:\n- {kind: A}\n- {}\n- {kind: B}\n';

  test('takes the items out of a List that is alone', async () => {
    expect(print(unwrapLoneList(await read(list)))).toBe('kind: A\n---\nkind: B\n');
    expect(print(unwrapLoneList(await read(list.replace('List', 'ResourceList'))))).toBe('kind: A\n---\nkind: B\n');
  });

  test.each([
    `${list}---\na: 1\n`,
    'apiVersion: v1\nkind: PodList\nitems: [{kind: A}]\n',
    'apiVersion: v1\nkind: List\n',
    'apiVersion: v1\nkind: List\nitems: x\n',
  ])('leaves everything else: %j', async (text) => {
    const manifests = await read(text);
    expect(unwrapLoneList(manifests)).toEqual(manifests);
  });
});

describe('what kubectl reads and others trip over', () => {
  test.each<[string, string, string]>([
    ['JSON values in a row', '{"a": 1}\n{"a": "}{\\""}{"b": [{}]}\n', "a: 1\n---\na: '}{\"'\n---\nb:\n  - {}\n"],
    ['JSON values behind a marker', 'x: y\n---\n{"a": {"b": 1}}\n\n{"c": 2}', 'x: "y"\n---\na:\n  b: 1\n---\nc: 2\n'],
    ['a mark in front of a document', 'a: 1\n---\n\ufeffb: 2\n', 'a: 1\n---\nb: 2\n'],
    ['a mark in front of a marker', 'a: 1\n\ufeff---\nb: 2\n', 'a: 1\n---\nb: 2\n'],
    ['a mark in front of words', 'a: 1\n---\n\ufeff# words\nb: 2\n', 'a: 1\n---\nb: 2\n'],
    ['a mark in front of JSON', 'a: 1\n---\n\ufeff{"b": 2}\n', 'a: 1\n---\nb: 2\n'],
    ['a mark inside a text', 'a: "x \ufeffb: 2"\n', 'a: "x \\uFEFFb: 2"\n'],
    ['the end of a document', 'a: 1\n...\n', 'a: 1\n'],
    ['the end of a document and a marker', 'a: 1\n...\n---\nb: 2\n...\n', 'a: 1\n---\nb: 2\n'],
    ['the end of a document alone', 'a: 1\n...\nb: 2\n', 'a: 1\n---\nb: 2\n'],
  ])('%s', async (_name, text, printed) => {
    const { diagnostics, manifests } = await readManifests({ module: 'm', source: 'm.yaml', text });
    expect(diagnostics).toEqual([]);
    expect(print(manifests)).toBe(printed);
  });

  test('a mark between objects without a marker is no part of a key', async () => {
    const object = 'apiVersion: v1\nkind: Pod\n';
    expect(print(await read(`${object}\ufeff${object}`))).toBe(`${object}---\n${object}`);
  });

  test.each([
    ['{"a": 1}\n{"a": 1, "a": 2}\n', /^dir\/m\.yaml:2:10 .*"a"/],
    ['{"a": 1}\n{"a": [}\n', /^dir\/m\.yaml:2:/],
    ['{"a": 1}\nb: 2\n', /^dir\/m\.yaml:2:/],
    ['{"a": 1}}\n', /^dir\/m\.yaml:1:/],
    ['{"a": 1}\n{"b": "x\n', /^dir\/m\.yaml:2:/],
  ])('%j: the mistake is told in its place', async (text, place) => {
    expect((await findings(text))[0]).toMatch(place);
  });
});

describe('hostile texts', () => {
  const lines = (line: string, size = 300_000): string => `a:\n${`${line}\n`.repeat(size / (line.length + 1))}`;

  test.each<[string, string]>([
    ['quotes', lines('"')],
    ['keys with open quotes', lines('  k: "')],
    ['properties given twice', lines('  &a')],
    ['many times the same key', lines('  k: v')],
    ['many documents with mistakes', lines('---\na: "')],
  ])('%s: no more is read and told than helps', async (_name, text) => {
    const { diagnostics } = await readManifests({ module: 'm', source: 'm.yaml', text });
    expect(diagnostics.length).toBeGreaterThanOrEqual(100);
    expect(diagnostics.length).toBeLessThanOrEqual(1000);
    for (const { code, at } of diagnostics) expect([code, at?.file]).toEqual(['MANIFEST_PARSE_ERR', 'm.yaml']);
  });

  test('refuses endless documents of unusual YAML where they go too far, and takes long ones', async () => {
    const [finding, ...others] = await findings(`a:\n${'- ? b\n  : c\n'.repeat(40_000)}`);
    expect(others).toEqual([]);
    expect(finding).toMatch(/^dir\/m\.yaml:\d{5}:\d+ MANIFEST_PARSE_ERR .*250000 tokens/);
    expect(await findings(`a:\n${'- ? b\n  : c\n'.repeat(5000)}`)).toEqual([]);
  }, 30_000);

  test('a mistake far behind the start, and one that only the end of a part would be, are told as they are', async () => {
    const long = `a: [\n${'  ? b,\n'.repeat(20_000)}]\n`;
    expect(await findings(long)).toEqual([]);
    expect(await findings(`${long}b: "\n`)).toEqual([expect.stringMatching(/^dir\/m\.yaml:20003:4 /)]);
  }, 30_000);
});
