import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/config/documents.ts';
import { head, loadOnly } from './harness.ts';

/** More in the soak tier. */
const seeds = process.env['SLIPWAY_SOAK'] === undefined ? 1_000 : 100_000;

/** Longest time one text may take, in milliseconds of wall time: far above what any needs, far below a hang. */
const longest = 1_000;

const sample = `${head}metadata: {name: &n app, labels: {a: b}}
.common: &c
  context: src
build:
  artifacts:
  - image: web   # the front
    <<: *c
    docker: {buildArgs: {A: "1", B: 0x10}}
  - image: 'api'
    custom:
      buildCommand: |
        make
        image
profiles:
- name: dev
  activation: [{env: "A=!^$"}, {command: dev}]
  patches:
  - {op: add, path: /build/artifacts/image=web/context, value: !!str 5}
---
apiVersion: skaffold/v4beta3
kind: Config
verify: [{name: v, container: {name: c, image: i}}]
`;

/** Pieces that mean something to YAML or to us, to be spliced in anywhere. */
const pieces = [
  '&a ',
  '*a',
  '*n',
  '<<: ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|\n',
  '>-\n',
  '? ',
  '---\n',
  '...\n',
  '#',
  '!!',
  '!x ',
  '%',
  '\t',
  '\r\n',
  '\u0000',
  '\ufeff',
  '\ud800',
  '😀',
  '__proto__: ',
  'apiVersion: ',
  '  ',
  '\n',
  '~',
  '.x: ',
];

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat({ max: sample.length }),
  drop: fc.nat({ max: 20 }),
  put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4, unit: 'binary' })),
});

const edited = fc
  .array(edit, { minLength: 1, maxLength: 6 })
  .map((edits) => edits.reduce((text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop), sample));

/** Valid text with single bytes changed: mostly no UTF-8 any more. */
const bitten = fc
  .array(fc.tuple(fc.nat({ max: sample.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })
  .map((bites) => {
    const bytes = Uint8Array.from(Buffer.from(sample));
    for (const [at, byte] of bites) bytes[at] = byte;
    return bytes;
  });

const anything = fc.oneof(
  { weight: 6, arbitrary: edited.map((text) => Uint8Array.from(Buffer.from(text))) },
  { weight: 3, arbitrary: bitten },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
);

test('the sample itself is valid', async () => {
  expect((await parseConfiguration('s', Buffer.from(sample))).findings).toEqual([]);
});

test(`${seeds} damaged configurations neither throw nor hang, and findings lie in the text`, {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (bytes) => {
      const started = performance.now();
      const { findings } = await parseConfiguration('s', bytes);
      expect(performance.now() - started).toBeLessThan(longest);
      const lines = new TextDecoder().decode(bytes).split('\n').length;
      for (const { at } of findings) {
        expect(at?.line).toBeGreaterThan(0);
        expect(at?.line).toBeLessThanOrEqual(lines);
      }
    }),
    { numRuns: seeds, seed: 3 },
  );
});

test.each<[string, string]>([
  ['an alias bomb', `${head}.a: &a [x,x,x,x,x,x,x,x,x]\n${bomb(12)}`],
  ['nesting without end', `${head}build: ${'['.repeat(20_000)}`],
  ['nested mappings', `${head}build: ${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}\n`],
  ['a long key', `${head}${'k'.repeat(100_000)}: 1\n`],
  ['a long scalar', `${head}metadata: {name: ${'n'.repeat(1_000_000)}}\n`],
  ['many unknown keys', `${head}${Array.from({ length: 2_000 }, (_, index) => `key${index}: 1`).join('\n')}\n`],
  ['an anchor that contains itself', `${head}build: &b {artifacts: [*b]}\n`],
])('%s is handled within a second or two', async (_, text) => {
  const started = performance.now();
  await parseConfiguration('s', Buffer.from(text));
  expect(performance.now() - started).toBeLessThan(2 * longest);
});

function bomb(levels: number): string {
  const names = 'abcdefghijklmnopqrst';
  return Array.from({ length: levels }, (_, index) => {
    const alias = `*${names[index]}`;
    return `.${names[index + 1]}: &${names[index + 1]} [${Array.from({ length: 9 }, () => alias).join(',')}]\n`;
  }).join('');
}

test('a key that is a prototype is an unknown field like any other', async () => {
  const { findings } = await loadOnly(`${head}__proto__: {polluted: 1}\nconstructor: 1\n`);
  expect(findings.map(({ at }) => at?.line)).toEqual([3, 4]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
