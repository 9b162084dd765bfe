import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/registry/manifest-document.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const [one, two, three] = ['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}` as const) as [
  string,
  string,
  string,
];
const entry = (digest: string, mediaType = 'application/x'): object => ({ mediaType, digest, size: 1 });

function parse(value: unknown, contentType?: string): ReturnType<typeof parseManifest> {
  return parseManifest(Buffer.from(JSON.stringify(value)), contentType);
}

/** An image manifest, apart from what is given. */
const image = (fields: object): object => ({
  schemaVersion: 2,
  config: entry(one, 'application/c'),
  layers: [],
  ...fields,
});
const index = (fields: object = {}): object => ({ schemaVersion: 2, manifests: [], ...fields });

test('an image refers to config and layers, and its config says what it is', () => {
  const document = parse(
    image({ config: entry(one, 'application/config'), layers: [entry(two), entry(three)] }),
    manifestType,
  );
  expect(document).toMatchObject({
    mediaType: manifestType,
    blobs: [one, two, three],
    manifests: [],
    artifactType: 'application/config',
  });
  expect(document.subject).toBeUndefined();
});

test('an artifact type of its own comes first, an empty one does not count', () => {
  expect(parse(image({ artifactType: 'application/a' })).artifactType).toBe('application/a');
  expect(parse(image({ artifactType: '' })).artifactType).toBe('application/c');
  expect(parse(index({ manifests: [entry(one, manifestType)] })).artifactType).toBeUndefined();
});

test('layers with URLs or of foreign types are not required', () => {
  const away = [
    { ...entry(one), urls: ['https://example.com'] },
    entry(two, 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'),
    entry(three, 'application/vnd.oci.image.layer.nondistributable.v1.tar'),
  ];
  expect(parse(image({ layers: away })).blobs).toEqual([one]);
});

test('without Content-Type the manifest says its type, or its form suggests it', () => {
  expect(parse({ mediaType: 'application/vnd.example+json' }).mediaType).toBe('application/vnd.example+json');
  expect([parse(image({})).mediaType, parse(index()).mediaType]).toEqual([manifestType, indexType]);
  expect(parse(index(), `${indexType} ; charset=utf-8`).mediaType).toBe(indexType);
});

test('what an encoder wrote as null is not there', () => {
  expect(parse(image({ layers: null, subject: null, annotations: null })).blobs).toEqual([one]);
});

test.each<[unknown, string | undefined]>([
  [[], undefined],
  [null, undefined],
  ['text', undefined],
  [{ mediaType: 5 }, undefined],
  [{ mediaType: indexType }, manifestType],
  [{}, undefined],
  [{ config: entry(one) }, undefined],
  [{ schemaVersion: 1, config: entry(one) }, undefined],
  [{ schemaVersion: 2 }, undefined],
  [{ schemaVersion: 2 }, indexType],
  [image({ config: 'x' }), undefined],
  [image({}), 'text/plain'],
  [image({}), 'application/octet-stream'],
  [image({}), 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
  [image({ layers: {} }), undefined],
  [image({ layers: ['x'] }), undefined],
  [image({ layers: [{ mediaType: 'x', size: 1 }] }), undefined],
  [image({ layers: [{ mediaType: 'x', digest: 'sha256:1', size: 1 }] }), undefined],
  [image({ layers: [{ digest: one, size: 1 }] }), undefined],
  [image({ layers: [{ mediaType: 'x', digest: one, size: -1 }] }), undefined],
  [image({ layers: [{ mediaType: 'x', digest: one, size: '1' }] }), undefined],
  [image({ subject: 'sha256:1' }), undefined],
  [image({ annotations: { a: 1 } }), undefined],
  [image({ annotations: [] }), undefined],
])('%j with Content-Type %s is no manifest', (value, contentType) => {
  expect(() => parse(value, contentType)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID', status: 400 }));
});

test.each(['', '{', '{}x', '\xff'])('%j is no JSON', (text) => {
  expect(() => parseManifest(Buffer.from(text, 'latin1'), manifestType)).toThrow(
    expect.objectContaining({ code: 'MANIFEST_INVALID' }),
  );
});
