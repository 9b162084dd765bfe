import fc from 'fast-check';
import { extract, type Header, pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { endOfArchive, paddingFor, type TarEntry, tarHeader } from '../../../src/image/tar.ts';
import { readTar } from '../../../src/image/tar-reader.ts';

interface Member {
  readonly entry: TarEntry;
  readonly bytes: Buffer;
}

const base = { mode: 0o644, uid: 0, gid: 0, size: 0, modifiedAt: 0 } as const;

function archive(members: readonly Member[]): Buffer {
  const pieces = members.flatMap(({ entry, bytes }) => [tarHeader(entry), bytes, paddingFor(bytes.length)]);
  return Buffer.concat([...pieces, endOfArchive]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Buffer, pieceSize = 700): Promise<Member[]> {
  const members: Member[] = [];
  for await (const { entry, content } of readTar(inPieces(bytes, pieceSize), 'test.tar')) {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(Buffer.from(piece));
    members.push({ entry, bytes: Buffer.concat(pieces) });
  }
  return members;
}

async function failure(bytes: Buffer): Promise<unknown> {
  return readAll(bytes).catch((error: unknown) => error);
}

const name = fc
  .string({ unit: fc.constantFrom('a', 'B', '-', '.', 'é', '💡', ' ', 'z'), minLength: 1, maxLength: 60 })
  .filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
const common = {
  path,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.oneof(fc.nat(70000), fc.integer({ min: 2097151, max: 2 ** 32 - 2 })),
  gid: fc.oneof(fc.nat(70000), fc.integer({ min: 2097151, max: 2 ** 32 - 2 })),
  modifiedAt: fc.oneof(fc.nat(2 ** 31 - 1), fc.integer({ min: 2 ** 33, max: 2 ** 36 })),
};
const member: fc.Arbitrary<Member> = fc.oneof(
  fc.record({ ...common, bytes: fc.uint8Array({ maxLength: 1600 }) }).map(({ bytes, ...values }) => ({
    entry: { ...values, kind: 'file' as const, size: bytes.length },
    bytes: Buffer.from(bytes),
  })),
  fc
    .record(common)
    .map((values) => ({ entry: { ...values, kind: 'directory' as const, size: 0 }, bytes: Buffer.alloc(0) })),
  fc
    .record({ ...common, target: path })
    .map((values) => ({ entry: { ...values, kind: 'symlink' as const, size: 0 }, bytes: Buffer.alloc(0) })),
  fc
    .record({ ...common, target: path })
    .map((values) => ({ entry: { ...values, kind: 'hardlink' as const, size: 0 }, bytes: Buffer.alloc(0) })),
);

describe('writing and reading', () => {
  test('what was written is read back, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { maxLength: 5 }),
        fc.integer({ min: 1, max: 3000 }),
        async (members, pieceSize) => {
          expect(await readAll(archive(members), pieceSize)).toEqual(members);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('an independent reader sees the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 4 }), async (generated) => {
        // tar-stream reads neither times nor ids from PAX headers, so they must fit into the plain one here.
        const members = generated.map(({ entry, bytes }) => ({
          bytes,
          entry: {
            ...entry,
            uid: entry.uid % 2 ** 21,
            gid: entry.gid % 2 ** 21,
            modifiedAt: entry.modifiedAt % 2 ** 33,
          },
        }));
        const seen = await readWithTarStream(archive(members));
        expect(seen).toEqual(
          members.map(({ entry, bytes }) => ({
            name: entry.kind === 'directory' ? `${entry.path}/` : entry.path,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            seconds: entry.modifiedAt,
            target: entry.target,
            text: bytes.toString('hex'),
          })),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('a plain entry is one block, without names of users or anything of this machine', () => {
    const header = Buffer.from(tarHeader({ ...base, path: 'etc/motd', kind: 'file', size: 5 }));
    expect(header.length).toBe(512);
    expect(header.toString('latin1', 257, 265)).toBe('ustar\u000000');
    expect(header.toString('latin1', 265, 329)).toBe('\u0000'.repeat(64));
    expect(header.toString('latin1', 136, 147)).toBe('00000000000');
  });

  test('paths up to 255 ASCII bytes need no PAX header where a slash lets them be cut', () => {
    const long = `${'d'.repeat(150)}/${'f'.repeat(99)}`;
    expect(tarHeader({ ...base, path: long, kind: 'file' }).length).toBe(512);
    expect(tarHeader({ ...base, path: 'f'.repeat(101), kind: 'file' }).length).toBe(3 * 512);
  });

  test('extended attributes survive, byte for byte', async () => {
    const attributes = {
      'security.capability': Buffer.from([1, 0, 0, 2, 255, 10, 61]).toString('base64'),
      'user.a': 'Yg==',
    };
    const written: TarEntry = { ...base, path: 'bin/ping', kind: 'file', attributes };
    expect(await readAll(archive([{ entry: written, bytes: Buffer.alloc(0) }]))).toEqual([
      { entry: written, bytes: Buffer.alloc(0) },
    ]);
  });

  test('devices keep their numbers', async () => {
    const written: TarEntry = { ...base, path: 'dev/null', kind: 'character', device: { major: 1, minor: 3 } };
    expect((await readAll(archive([{ entry: written, bytes: Buffer.alloc(0) }])))[0]?.entry).toEqual(written);
  });
});

describe('archives of others', () => {
  test('what another writer packs is read', async () => {
    const bytes = await packWithTarStream([
      { name: './dir/', type: 'directory', mode: 0o700 },
      { name: './dir/file', mode: 0o4755, uid: 7, gid: 8, mtime: new Date(1_000_000_000_000) },
      { name: `x/${'é'.repeat(120)}`, mode: 0o644 },
    ]);
    expect(
      (await readAll(bytes)).map(({ entry }) => [entry.path, entry.kind, entry.mode, entry.uid, entry.modifiedAt]),
    ).toEqual([
      ['dir', 'directory', 0o700, 0, 0],
      ['dir/file', 'file', 0o4755, 7, 1_000_000_000],
      [`x/${'é'.repeat(120)}`, 'file', 0o644, 0, 0],
    ]);
  });

  test('GNU long names and binary numbers are understood', async () => {
    const longName = 'n'.repeat(300);
    const nameEntry = rawHeader({ path: '././@LongLink', type: 'L', size: longName.length + 1 });
    const file = rawHeader({ path: 'short', type: '0', size: 2 });
    file.fill(0, 108, 116);
    file[108] = 0x80;
    file.writeUInt32BE(3_000_000_000, 112);
    const bytes = Buffer.concat([
      nameEntry,
      Buffer.from(`${longName}\u0000`),
      paddingFor(longName.length + 1),
      withChecksum(file),
      Buffer.from('ok'),
      paddingFor(2),
      endOfArchive,
    ]);
    const [read] = await readAll(bytes);
    expect([read?.entry.path, read?.entry.uid, read?.bytes.toString()]).toEqual([longName, 3_000_000_000, 'ok']);
  });

  test('an entry whose content nobody reads is skipped', async () => {
    const members = [
      { entry: { ...base, path: 'a', kind: 'file', size: 2000 } as const, bytes: Buffer.alloc(2000, 1) },
      { entry: { ...base, path: 'b', kind: 'file', size: 1 } as const, bytes: Buffer.from('b') },
    ];
    const paths: string[] = [];
    for await (const { entry } of readTar(inPieces(archive(members), 333), 'test.tar')) paths.push(entry.path);
    expect(paths).toEqual(['a', 'b']);
  });

  test.each([
    [
      'cut off inside a file',
      archive([{ entry: { ...base, path: 'a', kind: 'file', size: 3000 }, bytes: Buffer.alloc(3000) }]).subarray(
        0,
        1500,
      ),
    ],
    ['no archive at all', Buffer.from('hello, this is text '.repeat(100))],
    [
      'a path that leaves the root',
      archive([{ entry: { ...base, path: '../../etc/passwd', kind: 'file' }, bytes: Buffer.alloc(0) }]),
    ],
    [
      'a hard link that leaves the root',
      archive([{ entry: { ...base, path: 'a', kind: 'hardlink', target: '../b' }, bytes: Buffer.alloc(0) }]),
    ],
    [
      'a damaged extended header',
      Buffer.concat([
        rawHeader({ path: 'x', type: 'x', size: 10 }),
        Buffer.from('99 a=b\n'.padEnd(512, 'x')),
        endOfArchive,
      ]),
    ],
  ])('%s is refused', async (_what, bytes) => {
    const error = await failure(Buffer.from(bytes));
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).code).toBe('BUILD_USER_ERROR');
    expect((error as ToolError).message).toContain('test.tar');
  });
});

function rawHeader({ path, type, size }: { path: string; type: string; size: number }): Buffer {
  const header = Buffer.from(tarHeader({ ...base, path, kind: 'file', size }));
  header.write(type, 156, 'latin1');
  return withChecksum(header);
}

function withChecksum(header: Buffer): Buffer {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return header;
}

async function readWithTarStream(bytes: Buffer): Promise<unknown[]> {
  const seen: unknown[] = [];
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader as AsyncIterable<AsyncIterable<Buffer> & { header: Header }>) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece);
    const { name: file, mode, uid, gid, mtime, linkname } = entry.header;
    const target = linkname === null ? undefined : linkname;
    seen.push({
      name: file,
      mode,
      uid,
      gid,
      seconds: (mtime?.getTime() ?? 0) / 1000,
      target,
      text: Buffer.concat(pieces).toString('hex'),
    });
  }
  return seen;
}

async function packWithTarStream(headers: readonly Partial<Header>[]): Promise<Buffer> {
  const writer = pack();
  for (const header of headers) writer.entry({ mtime: new Date(0), ...header } as Header, '');
  writer.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of writer as unknown as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
