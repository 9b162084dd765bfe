import { sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDigest, decodeRepository, decodeTag, encodeTag, layoutOf } from '../../../src/registry/layout.ts';
import { isRepositoryName, isTag } from '../../../src/registry/names.ts';

const component = fc.stringMatching(/^[a-z0-9]{1,6}([._-][a-z0-9]{1,6})?$/);
const repository = fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}` as const);
const layout = layoutOf('/store');

test('names come back from file names', () => {
  fc.assert(
    fc.property(repository, tag, digest, (name, aTag, aDigest) => {
      expect([isRepositoryName(name), isTag(aTag)]).toEqual([true, true]);
      expect(decodeRepository(fileName(layout.repository(name)))).toBe(name);
      expect(decodeTag(fileName(layout.tag(name, aTag)))).toBe(aTag);
      expect(decodeDigest(fileName(layout.referrers(name, aDigest)))).toBe(aDigest);
    }),
  );
});

test('no file name is longer than file systems allow', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9_]{128}$/), (longest) => {
      expect(encodeTag(longest).length).toBeLessThanOrEqual(255);
    }),
  );
});

test('different tags have different files, also where case does not count', () => {
  fc.assert(
    fc.property(tag, fc.array(fc.boolean(), { minLength: 128, maxLength: 128 }), (one, flips) => {
      const other = [...one].map((character, at) => (flips[at] ? swapCase(character) : character)).join('');
      fc.pre(other !== one);
      expect(encodeTag(one).toLowerCase()).not.toBe(encodeTag(other).toLowerCase());
    }),
  );
});

test('files that are none of ours have no name', () => {
  const names = ['v1', '.v1~0', 'v1~0.tmp', 'V1~0', 'v1~', 'v1~4', 'v1~00', '~0', '.slipway-1-2-3.tmp', ''];
  expect(names.map(decodeTag)).toEqual(names.map(() => undefined));
  expect(['..', '.tmp', 'A', 'a++b'].map(decodeRepository)).toEqual([undefined, undefined, undefined, undefined]);
  expect(['sha256', 'sha256-0', 'md5-0'].map(decodeDigest)).toEqual([undefined, undefined, undefined]);
});

test('every path lies in the store, one name deep', () => {
  fc.assert(
    fc.property(repository, tag, digest, (name, aTag, aDigest) => {
      expect(layout.tag(name, aTag).split(sep).slice(0, 3)).toEqual(['', 'store', 'repositories']);
      expect(layout.tag(name, aTag).split(sep).length).toBe(6);
      expect(layout.blobLink(name, aDigest).split(sep).length).toBe(7);
      expect(layout.content(aDigest)).toBe(`/store/blobs/sha256/${aDigest.slice(7)}`);
    }),
  );
});

function fileName(path: string): string {
  return path.split(sep).at(-1) ?? '';
}

function swapCase(character: string): string {
  return character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
}
