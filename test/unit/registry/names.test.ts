import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RegistryError } from '../../../src/registry/errors.ts';
import {
  isRepositoryName,
  isTag,
  parseDigest,
  parseManifestReference,
  parseRepository,
} from '../../../src/registry/names.ts';

test.each(['a', 'a/b', 'a.b-c_d__e--f', '0/1/2', 'x'.repeat(255)])('%s is a repository', (name) => {
  expect(parseRepository(name)).toBe(name);
});

test.each([
  '',
  '.',
  '..',
  'a/..',
  '../a',
  'a//b',
  '/a',
  'a/',
  'A',
  'a..b',
  'a___b',
  'a.',
  '-a',
  'a\n',
  'a+b',
  'x'.repeat(256),
])('%j is no repository', (name) => {
  expect(() => parseRepository(name)).toThrow(expect.objectContaining({ code: 'NAME_INVALID', status: 400 }));
});

test('a long name that is almost valid is refused quickly', () => {
  const startedAt = performance.now();
  expect(isRepositoryName(`${'a-'.repeat(127)}!`)).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(100);
});

test.each(['a', '_', 'v1.0', 'A-b_C', 'x'.repeat(128)])('%s is a tag', (tag) => expect(isTag(tag)).toBe(true));
test.each(['', '.a', '-a', 'a/b', 'a+b', 'a\n', 'ä', 'x'.repeat(129)])('%j is no tag', (tag) =>
  expect(isTag(tag)).toBe(false),
);

test('digests are sha256 or sha512 in lower-case hex of the right length', () => {
  for (const digest of [`sha256:${'0f'.repeat(32)}`, `sha512:${'0f'.repeat(64)}`])
    expect(parseDigest(digest)).toBe(digest);
  for (const digest of [
    `sha256:${'0F'.repeat(32)}`,
    'sha256:',
    `sha384:${'0'.repeat(96)}`,
    `sha512:${'0'.repeat(64)}`,
  ]) {
    expect(() => parseDigest(digest)).toThrow(expect.objectContaining({ code: 'DIGEST_INVALID' }));
  }
});

test('a manifest reference is a digest as soon as it holds a colon', () => {
  expect(parseManifestReference('v1')).toEqual({ tag: 'v1' });
  expect(parseManifestReference(`sha256:${'0'.repeat(64)}`)).toEqual({ digest: `sha256:${'0'.repeat(64)}` });
  expect(() => parseManifestReference('a:b')).toThrow(expect.objectContaining({ code: 'DIGEST_INVALID' }));
  expect(() => parseManifestReference('.a')).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
});

test('whatever is refused is refused with an error of the specification', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const parse of [parseRepository, parseDigest, parseManifestReference]) {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
        }
      }
    }),
  );
});
