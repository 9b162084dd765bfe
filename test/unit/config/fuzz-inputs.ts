import fc from 'fast-check';
import { apiVersionPrefix, apiVersions } from '../../../src/config/versions.ts';
import { printValue } from '../../../src/yaml/print.ts';
import { changed, fullConfig, type Json, onlyAt, sitesOf, write } from './full-config.ts';

/** Pieces that mean something to YAML or to us, to be spliced in anywhere. */
const pieces = [
  '&a ',
  '*a',
  '*target',
  '*defaults',
  '<<: ',
  '<<: *defaults',
  '- ',
  '-',
  ': ',
  ':',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '\\',
  '|\n',
  '|2-\n',
  '>-\n',
  '>+\n',
  '? ',
  '---\n',
  '...\n',
  '#',
  ' # ',
  '!!',
  '!x ',
  '!!int ',
  '!!binary ',
  '%',
  '%YAML 1.1\n',
  '\t',
  '\r',
  '\r\n',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ud800',
  '😀',
  '__proto__: ',
  'apiVersion: ',
  '  ',
  '\n',
  '\n\n',
  '~',
  '.x: ',
  '.inf',
  '0x',
  '0o7',
  '1_000',
  '2020-01-01',
  '=',
  '@',
  '`',
  '{{',
  '}}',
  '{{.A}}',
  '{{range .}}',
  '{{(',
  '$',
  '**/',
  '/build/artifacts/0',
  '/-',
  '~1',
  '(a+)+$',
  '(?P<n>',
  '[[:alpha:]]',
  'skaffold/v1alpha1',
  'null',
  'true',
  'yes',
  '9'.repeat(400),
  '['.repeat(600),
  '{a: '.repeat(600),
  '- '.repeat(600),
  'a'.repeat(2000),
  ' '.repeat(500),
  '\n'.repeat(200),
] as const;

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text));
}

type Change = (bytes: Uint8Array) => Uint8Array;

function place(bytes: Uint8Array, fraction: number): number {
  return Math.floor(fraction * (bytes.length + 1));
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** One change of a text: bytes set, cut, doubled, moved, or a piece spliced in. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fraction, fc.nat({ max: 255 })).map(
    ([at, byte]): Change =>
      (bytes) =>
        splice(bytes, place(bytes, at), 1, Uint8Array.of(byte)),
  ),
  fc.tuple(fraction, fc.nat({ max: 40 })).map(
    ([at, drop]): Change =>
      (bytes) =>
        splice(bytes, place(bytes, at), drop, new Uint8Array()),
  ),
  {
    weight: 4,
    arbitrary: fc.tuple(fraction, fc.nat({ max: 6 }), fc.constantFrom(...pieces)).map(
      ([at, drop, piece]): Change =>
        (bytes) =>
          splice(bytes, place(bytes, at), drop, bytesOf(piece)),
    ),
  },
  fc.tuple(fraction, fraction, fc.nat({ max: 300 })).map(
    ([from, to, length]): Change =>
      (bytes) =>
        splice(bytes, place(bytes, to), 0, bytes.slice(place(bytes, from), place(bytes, from) + length)),
  ),
  fc.tuple(fraction, fc.string({ maxLength: 4, unit: 'binary' })).map(
    ([at, text]): Change =>
      (bytes) =>
        splice(bytes, place(bytes, at), 0, bytesOf(text)),
  ),
);

function splice(bytes: Uint8Array, at: number, drop: number, put: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
}

/** A text with a few changes. */
export function tamper(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .array(change, { minLength: 1, maxLength: 5 })
    .map((changes) => changes.reduce((text, one) => one(text), bytes).subarray(0, 50_000));
}

/** One of these texts with a few changes. */
export function damaged(texts: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.constantFrom(...texts).chain(tamper);
}

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    '',
    'text',
    'null',
    '80',
    'yes',
    '{{.A}}',
    '{{range .}}',
    '/build/artifacts/0/image',
    'app',
    '../x',
    0,
    -1,
    1.5,
    1e30,
    true,
    false,
  ),
  fc.string({ maxLength: 8 }),
);

/** Any value, as a person might put it in the wrong place. */
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value') as fc.Arbitrary<Json>, { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('image', 'docker', 'name', '__proto__', 'x', 'path', 'op', 'template'),
      tie('value') as fc.Arbitrary<Json>,
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).value as fc.Arbitrary<Json>;

const versions = apiVersions.map((_, index) => index);
const sites = new Map<number, ReturnType<typeof sitesOf>>();

function sitesIn(version: number): ReturnType<typeof sitesOf> {
  const known = sites.get(version) ?? sitesOf(version);
  sites.set(version, known);
  return known;
}

/** Documents of any version: one field with any value, or all fields with one of them changed. */
export const documents: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...versions),
    fraction,
    anyValue,
    fc.nat({ max: 6 }),
    fc.integer({ min: 0, max: 9 }),
    fc.boolean(),
  )
  .map(([version, at, value, member, kind, block]) => {
    const all = sitesIn(version);
    const { path } = all[Math.floor(at * all.length)] ?? { path: [] };
    const small =
      path.length === 0
        ? { apiVersion: `${apiVersionPrefix}${apiVersions[version]}`, kind: 'Config' }
        : onlyAt(path, value, version);
    const config: Json = kind === 0 ? changed(fullConfig(version, member), path, () => value) : small;
    return block ? printValue(config) : write(config, []).text;
  });
