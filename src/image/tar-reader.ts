/**
 * Reading tar archives as they come over a stream: ustar, PAX (POSIX.1-2001), GNU long names and base-256 numbers.
 * Nothing is held in memory but one header and one piece of content.
 */
import { ToolError } from '../core/errors.ts';
import { type ByteReader, openByteReader } from './byte-reader.ts';
import type { TarEntry, TarKind } from './tar.ts';

const blockSize = 512;
/** Longest PAX header or GNU long name that is believed. */
const longestHeader = 1 << 20;
/** Most entries of one archive: what they are called and are is kept in memory. */
const mostEntries = 1_000_000;

/** An entry and its content, which must be read (or skipped by asking for the next entry) before the next one comes. */
export interface ReadTarEntry {
  readonly entry: TarEntry;
  readonly content: AsyncIterable<Uint8Array>;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '\u0000': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

/**
 * The entries of a plain tar stream in their order. Paths are cleaned (`./a//b/` is `a/b`; the root itself is the
 * empty path) and hard link targets likewise; entries of unknown types are skipped, as Docker does.
 *
 * @param what Names the archive in errors.
 * @param most how many entries are believed.
 * @throws {ToolError} `BUILD_USER_ERROR` for what is no tar archive, is cut off, has a path that leaves the root, or too
 * many entries.
 */
export async function* readTar(
  stream: AsyncIterable<Uint8Array>,
  what: string,
  most: number = mostEntries,
): AsyncGenerator<ReadTarEntry> {
  const reader = openByteReader(stream);
  try {
    for (let count = 1; ; count += 1) {
      if (count > most) throw damaged(what, `holds more than ${most} entries`);
      const header = await nextHeader(reader, what);
      if (header === undefined) return;
      const kind = kinds[header.type];
      const body = openContent(reader, header.size, what);
      if (kind !== undefined) yield { entry: toEntry(header, kind, what), content: body.content };
      await body.finish();
    }
  } finally {
    await reader.close();
  }
}

interface Header {
  readonly path: string;
  readonly target: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedAt: number;
  readonly device: { readonly major: number; readonly minor: number };
  readonly attributes: Readonly<Record<string, string>>;
}

/** The next entry's header with everything that PAX and GNU headers before it say. */
async function nextHeader(reader: ByteReader, what: string): Promise<Header | undefined> {
  const extra: Record<string, Buffer> = {};
  for (;;) {
    const block = await reader.read(blockSize);
    if (block.length === 0 || isZero(block)) return undefined;
    if (block.length < blockSize || !checksumHolds(block)) throw damaged(what, 'is not a tar archive or is cut off');
    const type = String.fromCharCode(block[156] ?? 0);
    const header = plainHeader(block, type);
    if (!'xgLKS'.includes(type)) return withExtra(header, extra, what);
    if (type === 'S') throw damaged(what, `holds the sparse file "${header.path}", which is not supported`);
    if (header.size > longestHeader) throw damaged(what, 'has an extended header of more than 1 MiB');
    const body = await readPadded(reader, header.size, what);
    if (type === 'x') Object.assign(extra, parsePax(body, what));
    if (type === 'L') extra['path'] = cutAtZero(body);
    if (type === 'K') extra['linkpath'] = cutAtZero(body);
  }
}

function plainHeader(block: Buffer, type: string): Header {
  const isUstar = block.toString('latin1', 257, 262) === 'ustar';
  // GNU archives ("ustar  ") keep times where POSIX has the prefix.
  const prefix = isUstar && block[263] === 0x30 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    target: text(block, 157, 100),
    type,
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    modifiedAt: number(block, 136, 12),
    device: isUstar ? { major: number(block, 329, 8), minor: number(block, 337, 8) } : { major: 0, minor: 0 },
    attributes: {},
  };
}

function withExtra(header: Header, extra: Readonly<Record<string, Buffer>>, what: string): Header {
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(extra)) {
    if (key.startsWith('GNU.sparse.'))
      throw damaged(what, `holds the sparse file "${header.path}", which is not supported`);
    if (key.startsWith('SCHILY.xattr.')) attributes[key.slice('SCHILY.xattr.'.length)] = value.toString('base64');
  }
  const numeric = (key: string, otherwise: number): number => {
    const value = extra[key];
    return value === undefined ? otherwise : Math.floor(Number(value.toString('latin1')));
  };
  return {
    ...header,
    path: extra['path']?.toString('utf8') ?? header.path,
    target: extra['linkpath']?.toString('utf8') ?? header.target,
    uid: numeric('uid', header.uid),
    gid: numeric('gid', header.gid),
    size: numeric('size', header.size),
    modifiedAt: numeric('mtime', header.modifiedAt),
    attributes,
  };
}

function toEntry(header: Header, kind: TarKind, what: string): TarEntry {
  // Archives older than POSIX mark a directory by its name alone.
  const real = kind === 'file' && header.path.endsWith('/') ? 'directory' : kind;
  const target = kind === 'hardlink' ? cleanPath(header.target, what) : header.target;
  return {
    path: cleanPath(header.path, what),
    kind: real,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    size: real === 'file' ? header.size : 0,
    modifiedAt: header.modifiedAt,
    ...(kind === 'symlink' || kind === 'hardlink' ? { target } : {}),
    ...(kind === 'character' || kind === 'block' ? { device: header.device } : {}),
    ...(Object.keys(header.attributes).length === 0 ? {} : { attributes: header.attributes }),
  };
}

function cleanPath(path: string, what: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw damaged(what, `holds "${path}", which lies outside of it`);
  }
  return parts.join('/');
}

interface Content {
  readonly content: AsyncIterable<Uint8Array>;
  /** Skips what was not read, and the padding. */
  finish(): Promise<void>;
}

function openContent(reader: ByteReader, size: number, what: string): Content {
  let left = size;
  const next = async (): Promise<Uint8Array | undefined> => {
    if (left === 0) return undefined;
    const piece = await reader.readSome(left);
    if (piece.length === 0) throw damaged(what, 'is cut off');
    left -= piece.length;
    return piece;
  };
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let piece = await next(); piece !== undefined; piece = await next()) yield piece;
  }
  const finish = async (): Promise<void> => {
    while (left > 0) await next();
    await reader.skip((blockSize - (size % blockSize)) % blockSize);
  };
  return { content: content(), finish };
}

async function readPadded(reader: ByteReader, size: number, what: string): Promise<Buffer> {
  const body = await reader.read(size);
  if (body.length < size) throw damaged(what, 'is cut off');
  await reader.skip((blockSize - (size % blockSize)) % blockSize);
  return body;
}

/** `LENGTH KEY=VALUE\n` records; LENGTH counts bytes of the whole record. */
function parsePax(body: Buffer, what: string): Record<string, Buffer> {
  const records: Record<string, Buffer> = {};
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(0x20, at);
    const length = Number(body.toString('latin1', at, blank < 0 ? at : blank));
    const equals = body.indexOf(0x3d, blank);
    if (!Number.isInteger(length) || length < 5 || equals < 0 || equals >= at + length || at + length > body.length) {
      throw damaged(what, 'has a malformed extended header');
    }
    records[body.toString('utf8', blank + 1, equals)] = Buffer.from(body.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}

function cutAtZero(body: Buffer): Buffer {
  const end = body.indexOf(0);
  return Buffer.from(end < 0 ? body : body.subarray(0, end));
}

function text(block: Buffer, offset: number, length: number): string {
  return cutAtZero(block.subarray(offset, offset + length)).toString('utf8');
}

/** Octal digits, or (first bit set) a big-endian binary number. */
function number(block: Buffer, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if ((first & 0x80) === 0) {
    return Number.parseInt(block.toString('latin1', offset, offset + length).replace(/[^0-7].*$/s, '') || '0', 8);
  }
  let value = (first & 0x40) === 0 ? first & 0x3f : (first & 0x3f) - 0x40;
  for (let index = offset + 1; index < offset + length; index += 1) value = value * 256 + (block[index] ?? 0);
  return value;
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function checksumHolds(block: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let index = 0; index < blockSize; index += 1) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return (
    sum ===
    Number.parseInt(
      block
        .toString('latin1', 148, 156)
        .replace(/^[ \0]+/, '')
        .replace(/[^0-7].*$/s, '') || '0',
      8,
    )
  );
}

function damaged(what: string, problem: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `${what} ${problem}`, {
    suggestions: [{ code: 'CHECK_ARCHIVE', action: 'Check the archive with tar -t' }],
  });
}
