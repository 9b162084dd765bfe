import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../src/core/names.ts';
import { draftOf, emptyDraft, finishDocument, imageConfigOf } from '../../../src/image/config.ts';
import {
  chooseManifest,
  encodeJson,
  type ImageIndex,
  parseImageDocument,
  parseIndex,
  parseManifest,
} from '../../../src/image/oci.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;

function indexOf(...platforms: readonly string[]): ImageIndex {
  const manifests = platforms.map((platform, index) => {
    const [os = '', architecture = '', variant] = platform.split('/');
    return {
      mediaType: 'x',
      size: index,
      digest: digest('a'),
      platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    };
  });
  return { schemaVersion: 2, manifests };
}

describe('chooseManifest', () => {
  test.each([
    ['linux/amd64', ['linux/arm64', 'linux/amd64', 'unknown/unknown'], 1],
    ['linux/arm64', ['linux/amd64', 'linux/arm64/v8'], 1],
    ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], 1],
    ['linux/arm/v6', ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'], 1],
    ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6'], 1],
    ['linux/amd64', ['linux/amd64/v3', 'linux/amd64'], 1],
  ])('for %s of %j', (wanted, offered, expected) => {
    const [os = '', architecture = '', variant] = wanted.split('/');
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    expect(chooseManifest(indexOf(...offered), platform)?.size).toBe(expected);
  });

  test('nothing for a platform that is not there', () => {
    expect(chooseManifest(indexOf('linux/amd64'), { os: 'linux', architecture: 's390x' })).toBeUndefined();
  });
});

describe('reading documents', () => {
  test.each([
    ['not JSON', '{'],
    ['null', 'null'],
    ['no config', '{"layers":[]}'],
    ['layers without digests', '{"config":{"digest":"x","size":1},"layers":[{}]}'],
  ])('a manifest that is %s is a protocol error', (_what, text) => {
    expect(() => parseManifest(Buffer.from(text), 'the manifest')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_PROTOCOL' }),
    );
  });

  test('so are an index without manifests and a config without a rootfs', () => {
    expect(() => parseIndex(Buffer.from('{}'), 'x')).toThrow(expect.objectContaining({ code: 'REGISTRY_PROTOCOL' }));
    expect(() => parseImageDocument(Buffer.from('{}'), 'x')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_PROTOCOL' }),
    );
  });

  test('an image without layers may leave the list of diffIDs out, as Docker does', () => {
    const text = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers"}}';
    expect(parseImageDocument(Buffer.from(text), 'x').rootfs.diff_ids).toEqual([]);
  });
});

describe('the final config', () => {
  const platform = { os: 'linux', architecture: 'amd64' };

  test('has its keys and maps in one order, whatever order they were set in', () => {
    const draft = emptyDraft(platform);
    const one = {
      ...draft,
      config: { Labels: { b: '2', a: '1' }, User: 'x', ExposedPorts: { '9/tcp': {}, '80/tcp': {} }, Env: ['A=1'] },
    };
    const two = {
      ...draft,
      config: { Env: ['A=1'], ExposedPorts: { '80/tcp': {}, '9/tcp': {} }, User: 'x', Labels: { a: '1', b: '2' } },
    };
    const [first, second] = [one, two].map((value) => Buffer.from(encodeJson(finishDocument(value, [], 0))).toString());
    expect(first).toBe(second);
    expect(JSON.parse(first ?? '')).toMatchObject({
      created: '1970-01-01T00:00:00Z',
      config: { Labels: { a: '1', b: '2' } },
    });
  });

  test('scratch starts at / with the default PATH; a base that has a PATH keeps it', () => {
    expect(emptyDraft(platform).config).toMatchObject({ WorkingDir: '/', Env: [expect.stringMatching(/^PATH=/)] });
    const document = {
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/x'] },
      rootfs: { type: 'layers', diff_ids: [] },
    };
    expect(draftOf(document).config.Env).toEqual(['PATH=/x']);
  });

  test('is told in the words that builds look at, null meaning nothing', () => {
    const config = { Entrypoint: null, Cmd: ['a'], OnBuild: null, Labels: null, Volumes: { '/b': {}, '/a': {} } };
    const document = { architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers', diff_ids: [] } };
    const id = digest('b') as string as Parameters<typeof imageConfigOf>[1];
    expect(imageConfigOf(document, id)).toEqual({
      id,
      env: [],
      entrypoint: [],
      cmd: ['a'],
      workingDir: '',
      user: '',
      onBuild: [],
      labels: {},
      exposedPorts: [],
      volumes: ['/a', '/b'],
      stopSignal: '',
      shell: [],
    });
  });
});
