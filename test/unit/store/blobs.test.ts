import { createHash } from 'node:crypto';
import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { Digest } from '../../../src/core/names.ts';
import { type Blobs, openBlobs } from '../../../src/store/blobs.ts';
import { type TestParts, testParts } from './support.ts';

const digestOf = (bytes: string | Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function* stream(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

function open(): {
  readonly blobs: Blobs;
  readonly parts: TestParts;
  readonly fileOf: (digest: Digest) => string;
  readonly listing: () => string[];
} {
  const parts = testParts();
  const root = join(parts.directory, 'blobs', 'sha256');
  return {
    blobs: openBlobs(parts.directory, parts),
    parts,
    fileOf: (digest) => join(root, digest.slice('sha256:'.length)),
    listing: () => (existsSync(root) ? readdirSync(root) : []),
  };
}

test('keeps bytes under their digest', async () => {
  const { blobs } = open();
  const digest = await blobs.put(Buffer.from('hello'));
  expect(digest).toBe(digestOf('hello'));
  expect(await blobs.has(digest, 5)).toBe(true);
  expect(Buffer.from((await blobs.read(digest)) ?? []).toString()).toBe('hello');
  expect(await drain(blobs.stream(digest))).toBe('hello');
});

test('what is not there is not there', async () => {
  const { blobs } = open();
  expect(await blobs.has(digestOf('x'))).toBe(false);
  expect(await blobs.read(digestOf('x'))).toBeUndefined();
  await expect(drain(blobs.stream(digestOf('x')))).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
});

test('a stream is kept only when it hashes to its digest', async () => {
  const { blobs, listing } = open();
  await blobs.putStream(stream('hel', 'lo'), digestOf('hello'));
  expect(await blobs.has(digestOf('hello'), 5)).toBe(true);
  await expect(blobs.putStream(stream('hel', 'lx'), digestOf('other'))).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
  });
  expect(listing()).toEqual([digestOf('hello').slice(7)]);
});

test('sha512 digests are checked and kept too', async () => {
  const { blobs } = open();
  const digest: Digest = `sha512:${createHash('sha512').update('hello').digest('hex')}`;
  await blobs.putStream(stream('hello'), digest);
  expect(Buffer.from((await blobs.read(digest)) ?? []).toString()).toBe('hello');
});

test('a stream that breaks off, or a full disk, leaves nothing behind', async () => {
  const { blobs, listing } = open();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('hel');
    throw new ToolError('DISK_FULL', 'no space');
  }
  await expect(blobs.putStream(broken(), digestOf('hello'))).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(listing()).toEqual([]);
});

test('a blob of the wrong length is dropped when it is asked for', async () => {
  const { blobs, parts, fileOf } = open();
  const digest = await blobs.put(Buffer.from('hello'));
  truncateSync(fileOf(digest), 3);
  expect(await blobs.has(digest, 5)).toBe(false);
  expect(existsSync(fileOf(digest))).toBe(false);
  expect(parts.warnings).toEqual([expect.stringContaining(digest)]);
});

test('a blob with other content is dropped when it is read', async () => {
  const { blobs, parts, fileOf } = open();
  const digest = await blobs.put(Buffer.from('hello'));
  writeFileSync(fileOf(digest), 'hullo');
  expect(await blobs.has(digest, 5)).toBe(true);
  expect(await blobs.read(digest)).toBeUndefined();
  expect(existsSync(fileOf(digest))).toBe(false);

  await blobs.put(Buffer.from('hello'));
  writeFileSync(fileOf(digest), 'hullo');
  await expect(drain(blobs.stream(digest))).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect(existsSync(fileOf(digest))).toBe(false);
  expect(parts.warnings.length).toBe(2);
});

test('a check tells the fine from the damaged and the missing', async () => {
  const { blobs, fileOf } = open();
  const digest = await blobs.put(Buffer.from('hello'));
  expect(await blobs.check(digest)).toBe('fine');
  writeFileSync(fileOf(digest), 'hullo');
  expect(await blobs.check(digest)).toBe('damaged');
  expect(await blobs.check(digest)).toBe('missing');
});
