import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingsIn } from '../../../src/manifest/check.ts';
import { parseYaml } from '../../../src/yaml/parse.ts';
import { cutDocuments } from '../../../src/yaml/pieces.ts';
import { printNode } from '../../../src/yaml/print.ts';
import { createReprinter } from '../../../src/yaml/reprint.ts';
import { scanDocument } from '../../../src/yaml/scan.ts';

/** Reprints every document of a text, and holds it against what parsing and printing give. */
async function compare(written: string): Promise<readonly boolean[]> {
  const text = written.replace(/\r(?!\n)/g, '\n');
  const pieces = text.includes('\ufeff', 1) ? [] : (cutDocuments(text) ?? []);
  const { reprint } = createReprinter('image');
  const taken: boolean[] = [];
  for (const piece of pieces) {
    const { content, end, marked } = piece;
    const lines = text.slice(content, end).split('\n');
    // Content beside a `---` is kept from the reprinter.
    if (marked && !/^ *(?: #.*)?\r?$/.test(lines[0] ?? '')) continue;
    const own = reprint(lines);
    taken.push(own !== undefined);
    if (own === undefined) continue;
    // Whoever needs nodes after all gets them from the scanner, at once.
    expect(scanDocument(text, piece)).toBeDefined();
    const { documents, errors } = await parseYaml(`${marked ? '---' : ''}${text.slice(content, end)}`);
    expect(errors).toEqual([]);
    const root = documents[0]?.root;
    expect(root === undefined ? [] : findingsIn(root, () => 0)).toEqual([]);
    expect(own.pieces.join('')).toBe(root === undefined ? '' : printNode(root));
  }
  return taken;
}

const samples = [
  'kind: Deployment\napiVersion: apps/v1 # words\nmetadata: {name: w, labels: {"a": \'b\'}}\nspec:\n  replicas: 0644\n  template:\n    spec:\n      containers:\n      - name: c\n        image: app:old\n        args: ["--x", "y z", -v]\n        env:\n        - {name: A, value: "1"}\n        - name: B\n          value:\n        ports: []\n      - image: z\n',
  'a: |\n  x\n   y\n\n  z\n\nb: |-\n    q\nc: >-\n  x\n  y\n\n  z\nd: |+\n  e\n\n\nf: |2\n    g\n  h\n',
  'a:\n  b: c\n   d\n\n   e\nf: http://x:80/y#z # c\n"true": yes\n',
  'k: {\n  a: b,\n  c: [d, # words\n    e]\n}\nl: [\n  m\n]\n',
  "a: \"b\n  c\n\n  d \\n \n  e\"\nf: 'g  \n   h''s\n\n\n  i' # words\nj: [\"j\n    k\", 'l\n  m']\n",
  '# words\n# words\na: # words\n  b: # words\n  - e # words\n  -\n  -\n    q: 1\n    p: ~\n  - |\n    r\n  - s\n    t\n  - []\n',
  'x: y\r\nz: |\r\n  a\r\n  b\r\nl:\r\n- 1.0\r\n- 2020-01-02\r\n- "on"',
  '  a2: 1\n  a10: 2\n  b: "x\\ny"\n  c:\n  - "x\\n"\n',
];

const left = [
  'a: 1\na: 2\n',
  'b: 1\na: 2\nb: 3\n',
  'a: {b: 1, b: 2}\n',
  '1: a\n',
  'a: &x b\nc: *x\n',
  '<<: {a: b}\n',
  '? a\n: b\n',
  'a: !!str 1\n',
  '- a\n',
  'a\n',
  '{}\n',
  'a: b\n c: d\n',
  '- a: b\n c\n',
  'a:\n\tb: c\n',
];

const bits = [
  'a',
  'b: ',
  'c:',
  '\n',
  '\n  ',
  '\n    ',
  '- ',
  '"x"',
  "'y'",
  '#',
  ' # z',
  '|',
  '>-',
  '[1]',
  '{a: b}',
  ':',
  ' ',
  '1',
  '~',
  'yes',
  '\\n',
  '\n\n',
  '"',
  '[',
  ']',
  '\r\n',
  'é',
  'true',
  '&a ',
  '---',
];

describe('printing line by line', () => {
  test('cuts the text at the strings under a key, and says what they are', () => {
    const { reprint } = createReprinter('image');
    const lines = ['image: a:1', 'b: [c]', 'z:', "- image: '@x'", '- image: {a: b}', '- image:', '    image: 1'];
    const { pieces, textOf } = reprint(lines) ?? { pieces: [], textOf: String };
    expect(pieces.filter((_, index) => index % 2 === 1)).toEqual(['a:1', "'@x'"]);
    expect(textOf("'@x'")).toBe('@x');
    expect(pieces.join('')).toBe(
      "b:\n  - c\nimage: a:1\nz:\n  - image: '@x'\n  - image:\n      a: b\n  - image:\n      image: 1\n",
    );
    expect(reprint(['a: {image: b}'])).toBeUndefined();
    expect(reprint(['image: |', '  b'])).toBeUndefined();
  });

  test.each(samples)('takes %j', async (sample) => {
    expect(await compare(sample)).toEqual([true]);
  });

  test.each(left)('leaves %j', async (sample) => {
    expect(await compare(sample)).toEqual([false]);
  });

  test('gives what parsing and printing give, for damaged samples', async () => {
    const damage = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.nat(300),
      remove: fc.nat(6),
      insert: fc.constantFrom(...bits),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ sample, at, remove, insert }) => {
        const place = at % sample.length;
        await compare(sample.slice(0, place) + insert + sample.slice(place + remove));
      }),
      { numRuns: 3000 },
    );
  });

  test('gives what parsing and printing give, for generated texts', async () => {
    const text = fc.array(fc.constantFrom(...bits), { maxLength: 25 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (generated) => void (await compare(generated))),
      { numRuns: 3000 },
    );
  });

  const corpus = fileURLToPath(new URL('../../../../shared/golden/skaffold/render', import.meta.url));
  test.runIf(existsSync(corpus))('takes nearly all of the recorded corpus', async () => {
    const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\/input\/.*\.ya?ml$/.test(name),
    );
    const taken = (await Promise.all(files.map((name) => compare(readFileSync(join(corpus, name), 'utf8'))))).flat();
    expect(taken.length).toBeGreaterThan(1000);
    expect(taken.filter(Boolean).length / taken.length).toBeGreaterThan(0.9);
  });
});
