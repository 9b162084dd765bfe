import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { type Content, type LayerSource, type PackedLayer, packLayer } from '../../../src/image/layer.ts';
import { readTar } from '../../../src/image/tar-reader.ts';

function bytesContent(bytes: Uint8Array): Content {
  return {
    read: async () => bytes,
    stream: async function* () {
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
    },
  };
}

function file(path: string, bytes: Uint8Array, more: Partial<LayerSource['entry']> = {}): LayerSource {
  const entry = {
    path,
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: bytes.length,
    modifiedAt: 0,
    ...more,
  } as const;
  return { entry, content: bytesContent(bytes) };
}

async function packAll(sources: readonly LayerSource[]): Promise<PackedLayer & { readonly bytes: Buffer }> {
  const { stream, result } = packLayer(sources);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return { ...result(), bytes: Buffer.concat(pieces) };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('packLayer', () => {
  test('digest, size and diffId are those of the bytes', async () => {
    const packed = await packAll([file('a', Buffer.from('hello')), file('b', Buffer.alloc(300_000, 7))]);
    expect(packed.digest).toBe(`sha256:${sha256(packed.bytes)}`);
    expect(packed.size).toBe(packed.bytes.length);
    expect(packed.diffId).toBe(`sha256:${sha256(gunzipSync(packed.bytes))}`);
  });

  test('every file is recorded with the hash of its content', async () => {
    const packed = await packAll([file('a', Buffer.from('hello')), file('empty', Buffer.alloc(0))]);
    expect(packed.entries.map(({ path, sha256: hash }) => [path, hash])).toEqual([
      ['a', sha256(Buffer.from('hello'))],
      ['empty', sha256(Buffer.alloc(0))],
    ]);
  });

  test('the gzip header names no operating system and no time', async () => {
    const { bytes } = await packAll([file('a', Buffer.from('hello'))]);
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  });

  test('the same entries give the same bytes, however their content arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 200_000 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 70_000 }),
        async (files, step) => {
          const whole = files.map((bytes, index) => file(`f${index}`, bytes));
          const cut = files.map((bytes, index) => ({
            ...file(`f${index}`, bytes),
            content: { read: async () => Buffer.from(bytes), stream: () => cutUp(bytes, step) },
          }));
          expect((await packAll(cut)).bytes.equals((await packAll(whole)).bytes)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('a large file is streamed: pieces come out before all went in', async () => {
    const noise = Buffer.alloc(1 << 20);
    for (let at = 0; at < noise.length; at += 32) createHash('sha256').update(String(at)).digest().copy(noise, at);
    let sent = 0;
    const content: Content = {
      read: async () => {
        throw new Error('a large file must not be read whole');
      },
      stream: async function* () {
        for (let index = 0; index < 32; index += 1) {
          sent += noise.length;
          yield noise;
        }
      },
    };
    const { entry } = file('big', Buffer.alloc(0));
    const { stream, result } = packLayer([{ entry: { ...entry, size: 32 * noise.length }, content }]);
    let sentAtFirstMegabyte = 0;
    let received = 0;
    for await (const piece of stream) {
      received += piece.length;
      if (received > noise.length && sentAtFirstMegabyte === 0) sentAtFirstMegabyte = sent;
    }
    expect(sentAtFirstMegabyte).toBeLessThan(8 * noise.length);
    expect(result().entries[0]?.size).toBe(32 * noise.length);
  });

  test.each([
    ['longer', file('a', Buffer.from('hello'), { size: 4 })],
    ['shorter', file('a', Buffer.from('hello'), { size: 6 })],
    ['other content', file('a', Buffer.from('hello'), { sha256: sha256(Buffer.from('hullo')) })],
  ])('a file that changed since it was looked at (%s) is noticed', async (_what, source) => {
    const error = await packAll([source]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).code).toBe('FILE_CHANGED');
  });

  test('a content that cannot be read fails the stream with its own error', async () => {
    const content: Content = {
      read: () => Promise.reject(new ToolError('FILE_READ_ERR', 'cannot read')),
      stream: () => {
        throw new ToolError('FILE_READ_ERR', 'cannot read');
      },
    };
    const small = { entry: file('a', Buffer.from('x')).entry, content };
    await expect(packAll([small, small])).rejects.toMatchObject({ code: 'FILE_READ_ERR' });
  });

  test('the archive holds the entries in the order given', async () => {
    const { bytes } = await packAll([
      { entry: { ...file('etc', Buffer.alloc(0)).entry, kind: 'directory', mode: 0o755 } },
      file('etc/hosts', Buffer.from('x')),
      { entry: { ...file('etc/link', Buffer.alloc(0)).entry, kind: 'symlink', target: 'hosts' } },
    ]);
    const seen: string[] = [];
    async function* plain(): AsyncGenerator<Uint8Array> {
      yield gunzipSync(bytes);
    }
    for await (const { entry } of readTar(plain(), 'layer')) seen.push(`${entry.kind} ${entry.path}`);
    expect(seen).toEqual(['directory etc', 'file etc/hosts', 'symlink etc/link']);
  });
});

async function* cutUp(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
