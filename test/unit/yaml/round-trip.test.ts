import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYaml } from '../../../src/yaml/parse.ts';
import { printNode } from '../../../src/yaml/print.ts';
import { parseTimestamp } from '../../../src/yaml/timestamp.ts';
import { toValue } from '../../../src/yaml/value.ts';

/** Values as they mean the same: instants are written in one form, there is one zero, and a missing key is null. */
function normal(value: unknown): unknown {
  if (typeof value === 'string') return parseTimestamp(value) ?? value;
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, item]) => [key === '' ? 'null' : normal(key), normal(item)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

/** Parses, prints and parses again: the same values, and then the same text. Says whether the text was YAML at all. */
async function roundTrip(text: string): Promise<boolean> {
  const { documents, errors } = await parseYaml(text);
  if (errors.length > 0) return false;
  for (const { root } of documents) {
    if (root === undefined) continue;
    const printed = printNode(root);
    const again = await parseYaml(printed);
    expect(again.errors).toEqual([]);
    const [reread] = again.documents;
    expect(normal(reread?.root === undefined ? null : toValue(reread.root))).toEqual(normal(toValue(root)));
    expect(reread?.root === undefined ? 'null\n' : printNode(reread.root)).toBe(printed);
  }
  return true;
}

/** Words that one version of YAML or one reader takes for something else. */
const words = [
  ...[
    'yes',
    'No',
    'on',
    'OFF',
    'y',
    'N',
    'true',
    'TRUE',
    'tRue',
    'null',
    '~',
    'Null',
    'nan',
    '.nan',
    '.inf',
    '-.INF',
    '+.inf',
  ],
  ...[
    '010',
    '0o17',
    '0x1F',
    '0b11',
    '1_000',
    '1e3',
    '1.0',
    '-0',
    '0',
    '.5',
    '5.',
    '1:30',
    '12:30:45',
    '18446744073709551616',
    '-9223372036854775809',
  ],
  ...[
    '2020-01-02',
    '2020-1-2 3:4:5',
    '2001-12-14t21:59:43.10-05:00',
    '=',
    '-a',
    '?a',
    ':a',
    'a:b',
    'a#b',
    'é',
    '日本',
    '<',
    'a b',
    '0888',
    '1e',
    '.',
    '-',
  ],
] as const;

const character = fc.constantFrom(
  'a',
  'Z',
  ' ',
  ' ',
  ':',
  '#',
  '-',
  "'",
  '"',
  '\\',
  '{',
  ']',
  ',',
  '&',
  '*',
  '!',
  '%',
  '@',
  '`',
  '1',
  'é',
  '🚀',
  '\u2028',
  '\u00a0',
);
const line = fc.string({ unit: character, maxLength: 12 });
const lines = fc.array(line, { minLength: 1, maxLength: 4 });

/** A scalar as written, given the indentation of the collection it stands in. Those of a block cannot stand in flow style. */
type Written = (indent: number) => string;

const doubleQuoted = fc.oneof(line, fc.constantFrom('\n', '\t', '\r', '\0', '\x07', '\x85', '\ufeff', 'x\n\n')).map(
  (text): Written =>
    () =>
      JSON.stringify(text).replace(
        /[\u007f-\u009f\ufeff\u2028]/g,
        (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
);
const singleQuoted = line.map(
  (text): Written =>
    () =>
      `'${text.replaceAll("'", "''")}'`,
);
const severalQuoted = fc.tuple(lines, fc.constantFrom('"', "'")).map(
  ([parts, quote]): Written =>
    (indent) =>
      quote + parts.map((part) => part.replace(/["'\\]/g, '')).join(`\n${' '.repeat(indent + 3)}`) + quote,
);
const plain = fc.constantFrom(...words).map(
  (word): Written =>
    () =>
      word,
);
const block = fc
  .record({
    header: fc.constantFrom('|', '>', '|-', '>-', '|+', '>+', '|2', '>2-'),
    lines,
    behind: fc.nat(3),
    first: fc.boolean(),
  })
  .map(
    ({ header, lines: parts, behind, first }): Written =>
      (indent) => {
        const pad = ' '.repeat(Math.max(indent, 0) + 2);
        const body = parts.map((part, index) =>
          part.trim() === '' && !(index === 0 && first) ? '' : `${pad}${index === 0 ? part.trimStart() : part}`,
        );
        return `${header}\n${body.join('\n')}${'\n'.repeat(behind)}`;
      },
  );
const tagged = fc.constantFrom('!!str 1', '!!binary aGk=', '!!float 1', '!!int "7"', '!local x', '! 5').map(
  (text): Written =>
    () =>
      text,
);
const inFlow = fc.oneof(plain, doubleQuoted, singleQuoted);
const scalar = fc.oneof(plain, doubleQuoted, singleQuoted, severalQuoted, block, tagged);

const { node } = fc.letrec<{ node: Written; flow: Written }>((tie) => ({
  flow: fc.oneof(
    { maxDepth: 3 },
    inFlow,
    fc.array(tie('flow'), { maxLength: 3 }).map(
      (items): Written =>
        (indent) =>
          `[${items.map((item) => item(indent)).join(', ')}]`,
    ),
    fc.dictionary(fc.constantFrom('a', 'b', 'c10', 'c2'), tie('flow'), { maxKeys: 3 }).map(
      (pairs): Written =>
        (indent) =>
          `{${Object.entries(pairs)
            .map(([key, item]) => `"${key}": ${item(indent)}`)
            .join(', ')}}`,
    ),
  ),
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    tie('flow'),
    fc.tuple(fc.array(tie('node'), { minLength: 1, maxLength: 3 }), fc.boolean()).map(
      ([items, comments]): Written =>
        (indent) =>
          items
            .map(
              (item) =>
                `\n${' '.repeat(indent + 2)}-${comments ? ` # c\n${' '.repeat(indent + 4)}` : ' '}${item(indent + 2)}`,
            )
            .join(''),
    ),
    fc
      .dictionary(
        fc.oneof(
          fc.constantFrom(...words).map((word) => `"${word}"`),
          fc.constantFrom('yes', 'n', 'a', 'b', 'a b', "'q'", '"z"'),
        ),
        tie('node'),
        {
          minKeys: 1,
          maxKeys: 4,
          noNullPrototype: true,
        },
      )
      .map(
        (pairs): Written =>
          (indent) =>
            Object.entries(pairs)
              .map(([key, item]) => `\n${' '.repeat(indent + 2)}${key}: ${item(indent + 2)}`)
              .join(''),
      ),
  ),
}));

const document = fc
  .record({
    root: node,
    anchor: fc.boolean(),
    windows: fc.boolean(),
    mark: fc.boolean(),
    marker: fc.constantFrom('', '---\n', '--- # c\n'),
  })
  .map(({ root, anchor, windows, mark, marker }) => {
    const merged = anchor
      ? 'base: &b {x: 1, y: [2]}\nuse: *b\nown:\n  <<: *b\n  x: 3\nlist:\n  <<: [*b, {z: 4}]\n'
      : '';
    const text = `${marker}${merged}top: ${root(0)}\n`;
    return (mark ? '\ufeff' : '') + (windows ? text.replaceAll('\n', '\r\n') : text);
  });

test('generated documents keep their values', async () => {
  let valid = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(document, async (text) => {
      all++;
      if (await roundTrip(text)) valid++;
    }),
    { numRuns: process.env['SLIPWAY_SOAK'] === undefined ? 3000 : 200_000 },
  );
  expect(valid / all).toBeGreaterThan(0.5);
}, 600_000);

test.each([
  'a: 1\na: 2\n',
  'a: |\n  x\n---\nb: >\n  y\n\n',
  '{"a\\/b": "\\/", "c": [1, 2.50, null]}\n',
  'a: "\\\n  b\\\n  c"\n',
  '? a\n: b\n? [c]\n: d\n',
  '!!map {a: !!seq [b]}\n',
])('%j keeps its values', async (text) => {
  expect(await roundTrip(text)).toBe(true);
});

const corpus = fileURLToPath(new URL('../../../../shared/golden/skaffold/render', import.meta.url));
test.runIf(existsSync(corpus))(
  'every manifest of the recorded corpus keeps its values',
  async () => {
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\/input\/.*\.(?:ya?ml|json)$/.test(name),
    );
    let valid = 0;
    for (const name of names) if (await roundTrip(readFileSync(join(corpus, name), 'utf8'))) valid++;
    expect(names.length).toBeGreaterThan(500);
    expect(valid / names.length).toBeGreaterThan(0.9);
  },
  120_000,
);
