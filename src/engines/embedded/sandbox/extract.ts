/**
 * Unpacking layers into a directory of their own. Whatever an archive says, nothing is written outside: paths are clean
 * already, every directory on the way was made here, and what is no directory is replaced, never followed.
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, lchown, link, lstat, lutimes, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { TarEntry } from '../../../image/tar.ts';
import { type ReadTarEntry, readTar } from '../../../image/tar-reader.ts';

export interface ExtractOptions {
  /** Give files the owners that the archive says. */
  readonly owners: boolean;
  /** Make overlayfs's whiteouts of the archive's; else leave them out. */
  readonly whiteouts: boolean;
}

interface Target extends ExtractOptions {
  readonly root: string;
  /** Directories known to be real ones, never links. */
  readonly directories: Set<string>;
  /** Times of directories are set last: whatever is put into one changes them. */
  readonly times: Map<string, number>;
  whiteout: string | undefined;
}

/** Unpacks a plain tar stream into an existing directory. Devices and pipes are left out: nothing in a sandbox may use them. */
export async function extractTar(
  stream: AsyncIterable<Uint8Array>,
  root: string,
  options: ExtractOptions,
): Promise<void> {
  const target: Target = { ...options, root, directories: new Set(['']), times: new Map(), whiteout: undefined };
  for await (const read of readTar(stream, 'a layer')) await place(read, target);
  for (const [path, time] of [...target.times].reverse()) await utimes(join(root, path), time, time);
}

async function place({ entry, content }: ReadTarEntry, target: Target): Promise<void> {
  const name = basename(entry.path);
  if (entry.path === '') return setValues(entry, target);
  await makeDirectories(parentOf(entry.path), target);
  if (name.startsWith('.wh.')) return placeWhiteout(entry.path, target);
  const path = join(target.root, entry.path);
  switch (entry.kind) {
    case 'directory':
      await makeDirectories(entry.path, target);
      return setValues(entry, target);
    case 'file':
      await clear(entry.path, target);
      await pipeline(
        Readable.from(content, { objectMode: false }),
        createWriteStream(path, { flags: 'wx', mode: 0o600 }),
      );
      return setValues(entry, target);
    case 'symlink':
      await clear(entry.path, target);
      await symlink(entry.target ?? '', path);
      return setValues(entry, target);
    case 'hardlink':
      return placeHardLink(entry, target);
    default:
      return undefined;
  }
}

async function setValues({ path, kind, mode, uid, gid, modifiedAt }: TarEntry, target: Target): Promise<void> {
  const file = join(target.root, path);
  if (target.owners) await lchown(file, uid, gid);
  if (kind === 'symlink') return lutimes(file, modifiedAt, modifiedAt);
  await chmod(file, mode);
  if (kind === 'directory') target.times.set(path, modifiedAt);
  else await utimes(file, modifiedAt, modifiedAt);
}

/** A link to a file of the same archive, whose path must not lead through a link. */
async function placeHardLink(entry: TarEntry, target: Target): Promise<void> {
  const source = entry.target ?? '';
  if (source === entry.path || !target.directories.has(parentOf(source))) return;
  await clear(entry.path, target);
  await link(join(target.root, source), join(target.root, entry.path));
}

async function placeWhiteout(path: string, target: Target): Promise<void> {
  const hidden = basename(path).slice('.wh.'.length);
  if (!target.whiteouts || hidden.startsWith('.wh.') || hidden === '' || hidden === '.' || hidden === '..') return;
  const place = join(dirname(path), hidden);
  if (target.directories.has(place)) return;
  await clear(place, target);
  const file = join(target.root, place);
  if (target.whiteout === undefined) await promisify(execFile)('mknod', [file, 'c', '0', '0']);
  else await link(target.whiteout, file);
  target.whiteout ??= file;
}

async function makeDirectories(path: string, target: Target): Promise<void> {
  if (target.directories.has(path)) return;
  await makeDirectories(parentOf(path), target);
  const file = join(target.root, path);
  // An earlier archive may have made it; nobody else writes here.
  if ((await lstat(file).catch(() => undefined))?.isDirectory() !== true) {
    await clear(path, target);
    await mkdir(file);
    await chmod(file, 0o755);
  }
  target.directories.add(path);
}

async function clear(path: string, target: Target): Promise<void> {
  if (target.directories.has(path)) {
    for (const known of [...target.directories]) {
      if (known !== path && !known.startsWith(`${path}/`)) continue;
      target.directories.delete(known);
      target.times.delete(known);
    }
  }
  await rm(join(target.root, path), { recursive: true, force: true });
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}
