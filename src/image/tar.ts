/**
 * Writing tar archives so that the same entries give the same bytes everywhere: POSIX ustar headers, and a PAX header
 * (POSIX.1-2001 pax) only for what ustar cannot hold. Names of users and groups are left empty.
 */

const blockSize = 512;

/** What a tar entry can be. */
export type TarKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

/** One entry of a tar archive, without its content. */
export interface TarEntry {
  /** `/`-separated, without a leading `/` or `./` and without a trailing `/`; names are UTF-8. */
  readonly path: string;
  readonly kind: TarKind;
  /** Permission bits including setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for everything but files. */
  readonly size: number;
  /** Seconds since the epoch, whole. */
  readonly modifiedAt: number;
  /** Target of a symlink as written, or the path within the archive that a hard link shares. */
  readonly target?: string;
  /** Extended attributes by name; values in base64. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Major and minor number of a device. */
  readonly device?: { readonly major: number; readonly minor: number };
}

const typeFlags: Readonly<Record<TarKind, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** The two empty blocks that end an archive. */
export const endOfArchive: Uint8Array = new Uint8Array(2 * blockSize);

/** The zero bytes that fill an entry's last block. */
export function paddingFor(size: number): Uint8Array {
  return new Uint8Array((blockSize - (size % blockSize)) % blockSize);
}

/** An entry's header: one ustar block, preceded by a PAX header where ustar cannot hold a value. */
export function tarHeader(entry: TarEntry): Uint8Array {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const records = paxRecords(entry, path);
  const block = ustarBlock(entry, path, typeFlags[entry.kind]);
  if (records.length === 0) return block;
  const body = Buffer.concat(records);
  const paxPath = `PaxHeaders.0/${asciiOnly(path).slice(-80).replace(/^\/+/, '')}`;
  const paxEntry: TarEntry = {
    path: paxPath,
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    modifiedAt: 0,
  };
  return Buffer.concat([ustarBlock(paxEntry, paxPath, 'x'), body, paddingFor(body.length), block]);
}

/** Only what the ustar block cannot say, sorted by key. */
function paxRecords(entry: TarEntry, path: string): readonly Buffer[] {
  const values: [string, string | Buffer][] = [];
  if (splitUstarPath(path) === undefined) values.push(['path', path]);
  if (entry.target !== undefined && !fitsUstar(entry.target, 100)) values.push(['linkpath', entry.target]);
  if (entry.size > 0o77777777777) values.push(['size', String(entry.size)]);
  if (entry.uid > 0o7777777) values.push(['uid', String(entry.uid)]);
  if (entry.gid > 0o7777777) values.push(['gid', String(entry.gid)]);
  if (entry.modifiedAt < 0 || entry.modifiedAt > 0o77777777777) values.push(['mtime', String(entry.modifiedAt)]);
  for (const [name, value] of Object.entries(entry.attributes ?? {})) {
    values.push([`SCHILY.xattr.${name}`, Buffer.from(value, 'base64')]);
  }
  return values.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => paxRecord(key, value));
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record, its own digits included. */
function paxRecord(key: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function ustarBlock(entry: TarEntry, path: string, type: string): Buffer {
  const block = Buffer.alloc(blockSize);
  const { prefix, name } = splitUstarPath(path) ?? { prefix: '', name: asciiOnly(path).slice(0, 100) };
  block.write(name, 0, 100, 'latin1');
  writeOctal(block, entry.mode & 0o7777, 100, 8);
  writeOctal(block, entry.uid > 0o7777777 ? 0 : entry.uid, 108, 8);
  writeOctal(block, entry.gid > 0o7777777 ? 0 : entry.gid, 116, 8);
  writeOctal(block, entry.size > 0o77777777777 ? 0 : entry.size, 124, 12);
  writeOctal(block, entry.modifiedAt < 0 || entry.modifiedAt > 0o77777777777 ? 0 : entry.modifiedAt, 136, 12);
  block.write(type, 156, 1, 'latin1');
  block.write(asciiOnly(entry.target ?? '').slice(0, 100), 157, 100, 'latin1');
  block.write('ustar\u000000', 257, 8, 'latin1');
  writeOctal(block, entry.device?.major ?? 0, 329, 8);
  writeOctal(block, entry.device?.minor ?? 0, 337, 8);
  block.write(prefix, 345, 155, 'latin1');
  writeChecksum(block);
  return block;
}

function writeOctal(block: Buffer, value: number, offset: number, length: number): void {
  block.write(value.toString(8).padStart(length - 1, '0'), offset, length - 1, 'latin1');
}

/** The sum of all bytes, the checksum field itself counted as blanks. */
function writeChecksum(block: Buffer): void {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 8, 'latin1');
}

/** Where a path can be cut for ustar's `prefix` and `name` fields, or undefined where it does not fit. */
function splitUstarPath(path: string): { readonly prefix: string; readonly name: string } | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= 100) return { prefix: '', name: path };
  // A directory's trailing slash belongs to the name.
  const cut = path.lastIndexOf('/', Math.min(155, path.length - 2));
  if (cut <= 0 || path.length - cut - 1 > 100) return undefined;
  return { prefix: path.slice(0, cut), name: path.slice(cut + 1) };
}

function fitsUstar(text: string, length: number): boolean {
  return text.length <= length && isAscii(text);
}

function isAscii(text: string): boolean {
  return /^[\x01-\x7f]*$/.test(text);
}

function asciiOnly(text: string): string {
  return text.replace(/[^\x01-\x7f]/gu, '_');
}
