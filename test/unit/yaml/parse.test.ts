import { describe, expect, test } from 'vitest';
import type { YamlMapping, YamlNode, YamlScalar } from '../../../src/core/yaml-node.ts';
import { parseYaml } from '../../../src/yaml/parse.ts';
import { toValue } from '../../../src/yaml/value.ts';

async function values(text: string): Promise<unknown[]> {
  const { documents, errors } = await parseYaml(text);
  expect(errors).toEqual([]);
  return documents.map(({ root }) => (root === undefined ? undefined : toValue(root)));
}

async function rootOf(text: string): Promise<YamlNode> {
  const { documents, errors } = await parseYaml(text);
  expect(errors).toEqual([]);
  return documents[0]!.root!;
}

describe('documents', () => {
  test.each<[string, unknown[]]>([
    ['', []],
    ['\n  \n# c\n', []],
    ['a: 1', [{ a: 1 }]],
    ['\ufeffa: 1\n', [{ a: 1 }]],
    ['---\na: 1\n', [{ a: 1 }]],
    ['--- # c\na: 1\n', [{ a: 1 }]],
    ['--- {a: 1}\n', [{ a: 1 }]],
    ['--- text\n', ['text']],
    ['a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a: 1\n--- \t\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a: 1\r\n---\r\nb: 2\r\n', [{ a: 1 }, { b: 2 }]],
    ['a: 1\n---\n---\n# c\n---', [{ a: 1 }, undefined, undefined, undefined]],
    ['a: 1\n...\n', [{ a: 1 }]],
    ['a: 1\n...\n# c\n---\nb: 2', [{ a: 1 }, { b: 2 }]],
    ['a: 1\n...\nb: 2', [{ a: 1 }, { b: 2 }]],
    ['%YAML 1.2\n---\na: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['%TAG !e! tag:example.com,2000:\n---\na: !e!x 1\n', [{ a: '1' }]],
    ['a: ----\nb: -- -\n', [{ a: '----', b: '-- -' }]],
    ['a: "x\n\n  y"\n---\nb: 1', [{ a: 'x\ny' }, { b: 1 }]],
    ['a\r---\rb\r', ['a', 'b']],
  ])('%j', async (text, expected) => {
    expect(await values(text)).toEqual(expected);
  });

  test('start behind their marker and end at the next', async () => {
    const { documents } = await parseYaml('a: 1\n---\n\n---\nb: &x 2\n...\n');
    expect(documents.map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [8, 10],
      [13, 22],
    ]);
  });
});

describe('nodes', () => {
  test('know their place, whichever parser read them', async () => {
    const text = 'x: 1\n---\nkey: [a, "b"] # words\n---\nkey: [a, &n "b"] # words\n';
    const { documents } = await parseYaml(text);
    for (const { root } of documents.slice(1)) {
      const [{ key, value }] = (root as YamlMapping).pairs as [YamlMapping['pairs'][0]];
      expect(text.slice(key.start, key.end)).toBe('key');
      expect(text.slice(value.start, value.end)).toMatch(/^\[a, (&n )?"b"\]$/);
      expect(value).toMatchObject({ kind: 'sequence', flow: true, lineComment: 'words' });
      const last = (value as Extract<YamlNode, { kind: 'sequence' }>).items[1]!;
      expect(text.slice(last.start, last.end)).toBe('"b"');
    }
  });

  test('keep style, tag and anchor', async () => {
    const { pairs } = (await rootOf(
      "a: &x !!str 1\nb: *x\nc: 'q'\nd: |\n  l\ne: >\n  f\ng: !mine {}\n",
    )) as YamlMapping;
    const nodes = pairs.map(({ value }) => value);
    expect(nodes[0]).toMatchObject({
      kind: 'scalar',
      style: 'plain',
      anchor: 'x',
      tag: 'tag:yaml.org,2002:str',
      text: '1',
    });
    expect(nodes[1]).toMatchObject({ kind: 'alias', name: 'x', target: nodes[0] });
    expect(nodes.slice(2, 5).map((node) => (node as YamlScalar).style)).toEqual(['single-quoted', 'literal', 'folded']);
    expect(nodes[5]).toMatchObject({ kind: 'mapping', flow: true, tag: '!mine' });
  });

  test.each([
    'k: v # words\n',
    'k: v   #   words  \n',
    'k: "v" # words\n',
    "k: 'v' # words\n",
    'k: &a v # words\n',
    'k: | # words\n  v\n',
    'k: # words\n  - v\n',
    'k: # words\n- v\n',
    'k: [v] # words\n',
    'k: {v: w} # words\n',
    'k: v # words',
    'k: v # words\r\n',
  ])('carry the comment on their line: %j', async (text) => {
    const { key, value } = ((await rootOf(text)) as YamlMapping).pairs[0]!;
    expect([key, value].map((node) => (node as YamlScalar).lineComment).filter(Boolean)).toEqual(['words']);
  });

  test.each(['k: v#words\n', 'k: v\n# words\n', '# words\nk: v\n', 'k: "a # b"\n', 'k: |\n  # words\n'])(
    'carry no other comment: %j',
    async (text) => {
      const { key, value } = ((await rootOf(text)) as YamlMapping).pairs[0]!;
      expect([key, value].some((node) => 'lineComment' in node)).toBe(false);
    },
  );

  test('keep duplicate keys and merge keys as written', async () => {
    const { pairs } = (await rootOf('a: 1\n<<: {b: 2}\na: 3\n')) as YamlMapping;
    expect(pairs.map(({ key }) => (key as YamlScalar).text)).toEqual(['a', '<<', 'a']);
  });
});

describe('scalars', () => {
  test.each<[string, unknown]>([
    ['a: b c\n d\n\n  e\nf: g\n', { a: 'b c d\ne', f: 'g' }],
    ['- a\n  b\n-\n  c\n', ['a b', 'c']],
    ['a: "b\\n\\t\\u00e9\\x41\\"\\/"\n', { a: 'b\n\té\x41"/' }],
    ['a: "\\U0001F680 \\uD83D\\uDE80"\n', { a: '🚀 🚀' }],
    ["a: 'it''s'\n", { a: "it's" }],
    ['a: "b\n  c\n\n  d"\n', { a: 'b c\nd' }],
    ['"a b": 1\n\'c\': 2\n', { 'a b': 1, c: 2 }],
    ['a: |\n  b\n   c\n\n  d\n\n\ne: 1\n', { a: 'b\n c\n\nd\n', e: 1 }],
    ['a: |-\n  b\n\nc: |+\n  d\n\n\ne: 1\n', { a: 'b', c: 'd\n\n\n', e: 1 }],
    ['a: |2\n    b\n  c\n', { a: '  b\nc\n' }],
    ['- |1\n  b\n c\n', [' b\nc\n']],
    ['a: >\n  b\n  c\n\n  d\n   e\n  f\n', { a: 'b c\nd\n e\nf\n' }],
    ['a: >-\n\n  b\n  c\n', { a: '\nb c' }],
    ['a: |\r\n  b\r\n  c\r\n', { a: 'b\nc\n' }],
    ['a: |\n  b', { a: 'b' }],
    ['a: &x |\n  b', { a: 'b' }],
    ['a: |\n  b\n    \nc: 1\n', { a: 'b\n  \n', c: 1 }],
    ['a: &x |\n  b\n    \nc: 1\n', { a: 'b\n  \n', c: 1 }],
    ['a:\n  b:\nc: ~\n', { a: { b: null }, c: null }],
    ['a: http://x:80/y#z\nb: c:d\n', { a: 'http://x:80/y#z', b: 'c:d' }],
    ['a: [b c, "d", \'e\', -1, {f: g, "h":i}, []]\n', { a: ['b c', 'd', 'e', -1, { f: 'g', h: 'i' }, []] }],
    ['a: [\n  b, # c\n  d,\n]\n', { a: ['b', 'd'] }],
    ['{"a": {"b": [1, 2.5, null, true]},\n "c": "d"}\n', { a: { b: [1, 2.5, null, true] }, c: 'd' }],
    ['- - - a\n    - b\n  - c\n- d: e\n  f:\n  - g\n', [[['a', 'b'], 'c'], { d: 'e', f: ['g'] }]],
    ['? a\n: b\n? [c]\n: d\n', { a: 'b' }],
  ])('%j', async (text, expected) => {
    expect(await values(text)).toEqual([expected]);
  });
});

describe('what is not YAML', () => {
  test.each([
    ['a: b: c\n', 3],
    ['a: [b\n', 4],
    ['a: "b\n', 4],
    ['a: b\n  c: d\n', 3],
    ['a: *nobody\n', 3],
    ['a: &x [*x]\n', 7],
    ['a:\n\t- b\n', 3],
    ['a: "\\q"\n', 4],
    ['x: 1\n---\na: b: c\n', 12],
    ['a: \x07\n', 3],
  ])('%j is refused at offset %i', async (text, start) => {
    const { errors } = await parseYaml(text);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]!.start).toBe(start);
  });

  test.each(['['.repeat(100_000), '{a: '.repeat(5_000), '- '.repeat(50_000), `${'a: {'.repeat(2_000)}`])(
    'nesting without end is an error, not a crash: %.8s',
    async (text) => {
      const { errors } = await parseYaml(text);
      expect(errors.length).toBeGreaterThan(0);
    },
  );

  test('400 levels are fine', async () => {
    expect(await values(`${'['.repeat(400)}1${']'.repeat(400)}`)).toHaveLength(1);
    expect(await values(`${'- '.repeat(400)}1`)).toHaveLength(1);
  });

  test('a few lines of aliases must not become gigabytes', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    const { errors } = await parseYaml(lines.join('\n'));
    expect(errors).toHaveLength(1);
    expect((await parseYaml(lines.slice(0, 4).join('\n'))).errors).toEqual([]);
  });

  test('aliases must not nest without end either', async () => {
    const lines = ['a0: &a0 [x]'];
    for (let level = 1; level < 3_000; level++) lines.push(`a${level}: &a${level} [*a${level - 1}]`);
    expect((await parseYaml(lines.join('\n'))).errors).toHaveLength(1);
  });
});
