import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeYaml } from '../../../src/yaml/compose.ts';
import { cutDocuments } from '../../../src/yaml/pieces.ts';
import { scanDocument } from '../../../src/yaml/scan.ts';

/** Scans every document of a text, and holds what the scanner takes against what the complete parser says. */
function compare(written: string): { readonly documents: number; readonly scanned: number } {
  // As `parseYaml` does before it scans.
  const text = written.replace(/\r(?!\n)/g, '\n');
  const pieces = text.includes('\ufeff', 1) ? [] : (cutDocuments(text) ?? []);
  let scanned = 0;
  for (const piece of pieces) {
    const own = scanDocument(text, piece);
    if (own === undefined) continue;
    scanned++;
    const { documents, errors } = composeYaml(text.slice(piece.start, piece.end), piece.start);
    expect(errors).toEqual([]);
    expect(own.root).toEqual(documents[0]?.root);
  }
  return { documents: pieces.length, scanned };
}

const samples = [
  'apiVersion: apps/v1 # words\nkind: Deployment\nmetadata: {name: w, labels: {"a": \'b\'}}\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: c\n        image: app:old\n        args: ["--x", "y z", -v]\n        env:\n        - {name: A, value: "1"}\n        - name: B\n          value:\n        ports: []\n',
  'a: |\n  x\n   y\n\n z: 1\n',
  'a: |\n  x\n   y\n\n  z\n\nb: |-\n    q\nc: >-\n  x\n  y\n\n  z\nd: |+\n  e\n\n\nf: |2\n    g\n  h\n',
  '- a: b\n  c:\n  - d\n  -\n  - - e\n    - f\n- "g": h\n  ? i\n  : j\n',
  'a:\n  b: c\n   d\n\n   e\nf: http://x:80/y#z # c\n',
  'k: {\n  a: b,\n  c: [d, # words\n    e]\n}\nl: [\n  m\n]\n',
  '{"a": {"b": [1, 2.5, null, true]},\n\t"c": "d\\n\\u00e9"\n}\n',
  'a: \'it\'\'s\'\n"b c": "x\\ty"\nd: &e f\ng: *e\nh: !i j\n',
  "a: \"b\n  c\n\n  d \\n \n  e\"\nf: 'g  \n   h''s\n\n\n  i' # words\nj: [\"j\n    k\", 'l\n  m']\n",
  'a:\n  - "b\n    c"\n  - \'d\n\n    e\'\n  - ["f\n    g", h]\n',
  '# words\n---\n# words\na: # words\n  b: # words\n  - e # words\n\n---\nx: y\r\nz: |\r\n  a\r\n  b\r\n',
];

const bits = [
  ...[
    ' ',
    '  ',
    '\n',
    '\n\n',
    ':',
    ': ',
    '- ',
    '#',
    ' #',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '|',
    '>',
    '&a ',
    '*a',
    '!x ',
    '%',
    '@',
  ],
  ...[
    '\t',
    '---\n',
    '\n---\n',
    '...',
    '?',
    '? ',
    '\\',
    '\r\n',
    '-',
    '|-\n',
    '|+\n',
    '>\n',
    'a',
    'a: b\n',
    'é',
    '🚀',
    '<<',
    '1',
    '  \n',
    '   \n',
  ],
];

describe('the scanner and the complete parser', () => {
  test('agree on the samples, most of which the scanner takes', () => {
    expect(samples.map(compare).map(({ scanned }) => scanned)).toEqual([1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 3]);
  });

  test('agree on damaged samples', () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(4),
      added: fc.constantFrom('', ...bits),
    });
    let scanned = 0;
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(damage, { minLength: 1, maxLength: 3 }), (sample, damages) => {
        let text = sample;
        for (const { at, removed, added } of damages) {
          const start = Math.floor(at * text.length);
          text = text.slice(0, start) + added + text.slice(start + removed);
        }
        scanned += compare(text).scanned;
      }),
      { numRuns: 3_000, seed: 20_240_506 },
    );
    expect(scanned).toBeGreaterThan(500);
  });

  test('agree on generated documents', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9 ./:-]{0,8}[a-z0-9]$/);
    const scalar = fc.oneof(
      word,
      word.map((text) => JSON.stringify(text)),
      word.map((text) => `'${text}'`),
      fc.constantFrom('', '~', '-1', '"\\u00e9\\n"'),
    );
    const { block } = fc.letrec<{ block: (indent: number) => string }>((tie) => ({
      block: fc.oneof(
        { depthSize: 'medium' },
        scalar.map((text) => () => ` ${text}\n`),
        fc.tuple(word, fc.constantFrom('|', '|-', '>', '|+')).map(
          ([text, head]) =>
            (indent: number) =>
              ` ${head}\n${' '.repeat(indent)}${text}\n\n`,
        ),
        fc
          .array(
            scalar.filter((text) => text !== ''),
            { maxLength: 3 },
          )
          .map((items) => () => ` [${items.join(', ')}] # words\n`),
        fc
          .array(fc.tuple(word, tie('block')), { minLength: 1, maxLength: 3 })
          .map(
            (pairs) => (indent: number) =>
              `\n${pairs.map(([key, value]) => `${' '.repeat(indent)}${key.replaceAll(':', '.')}:${value(indent + 2)}`).join('')}`,
          ),
        fc
          .array(tie('block'), { minLength: 1, maxLength: 3 })
          .map(
            (items) => (indent: number) =>
              `\n${items.map((item) => `${' '.repeat(indent)}-${item(indent + 3)}`).join('')}`,
          ),
      ),
    }));
    let [documents, scanned] = [0, 0];
    fc.assert(
      fc.property(block, (make) => {
        const result = compare(`root:${make(1)}`);
        documents += result.documents;
        scanned += result.scanned;
      }),
      { numRuns: 500, seed: 20_240_506 },
    );
    expect(scanned).toBeGreaterThan(documents * 0.7);
  });

  test('agree on the recorded corpus, where it is present', () => {
    const corpus = fileURLToPath(new URL('../../../../shared/golden/skaffold/render', import.meta.url));
    const files = existsSync(corpus) ? (readdirSync(corpus, { recursive: true }) as string[]) : [];
    const manifests = files.filter((file) => /\.(?:ya?ml|json)$/.test(file)).sort();
    let [documents, scanned] = [0, 0];
    for (const file of manifests.filter((_, index) => index % 5 === 0)) {
      const result = compare(readFileSync(join(corpus, file), 'utf8'));
      documents += result.documents;
      scanned += result.scanned;
    }
    expect(scanned).toBeGreaterThanOrEqual(documents * 0.9);
  });
});

test('scanning takes time in proportion to the text', () => {
  const time = (count: number): number => {
    const text = Array.from({ length: count }, () => samples[0]).join('---\n');
    const start = performance.now();
    expect(compareOnlyScan(text)).toBe(count);
    return performance.now() - start;
  };
  time(2_000);
  // Generous, for machines that do other things: quadratic growth would be 16-fold.
  expect(time(8_000)).toBeLessThan(10 * Math.max(time(2_000), 20));
});

function compareOnlyScan(text: string): number {
  return (cutDocuments(text) ?? []).filter((piece) => scanDocument(text, piece) !== undefined).length;
}
