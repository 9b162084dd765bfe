/** ADD of a local archive: its entries become part of the image, with their own owners, modes and times. */
import { createHash } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import type { Files } from '../../core/ports.ts';
import { compressionOf, decompress, signatureLength } from '../../image/compression.ts';
import type { Content } from '../../image/layer.ts';
import { newDirectory, type Parts, partsOf, resolveLinks } from '../../image/layer-tree.ts';
import type { TarEntry } from '../../image/tar.ts';
import { type ReadTarEntry, readTar } from '../../image/tar-reader.ts';
import type { CopySource } from './copy-sources.ts';
import { cleanParts } from './copy-sources.ts';
import type { Node } from './node.ts';
import type { Owner } from './ownership.ts';
import { peek } from './peek.ts';
import type { Spool } from './spool.ts';
import type { TreeEditor } from './tree-editor.ts';

/** An archive that can be read from its beginning, any number of times. */
export interface Archive {
  entries(): AsyncIterable<ReadTarEntry>;
}

/**
 * The archive that a source is, or undefined where it is none: the content counts, not the name. A file that is
 * compressed but holds no tar archive is copied as it is.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for bzip2 and xz, which Docker would unpack.
 */
export async function openArchive({ node }: CopySource, files: Files): Promise<Archive | undefined> {
  const { origin } = node;
  if (node.kind !== 'file' || node.size === 0 || origin === undefined || origin.at === 'layer') return undefined;
  const name = origin.at === 'context' ? `"${origin.name}"` : 'the downloaded archive';
  const open = (): AsyncIterable<Uint8Array> =>
    origin.at === 'context' ? files.readStream(origin.path) : origin.content.stream();
  const archive: Archive = {
    entries: async function* () {
      const { beginning, whole } = await peek(open(), signatureLength);
      yield* readTar(decompress(whole, compressionOf(beginning), name), name);
    },
  };
  return (await hasEntries(archive)) ? archive : undefined;
}

async function hasEntries(archive: Archive): Promise<boolean> {
  try {
    for await (const _ of archive.entries()) return true;
    return false;
  } catch (error) {
    // What cannot be read as an archive is an ordinary file.
    if (error instanceof ToolError && error.code === 'BUILD_USER_ERROR') return false;
    throw error;
  }
}

export interface UnpackOptions {
  /** `--chown`; without it entries keep the owner the archive gives them. */
  readonly owner: Owner | undefined;
  readonly spool: Spool;
  /** Modification time of directories the archive does not have, in seconds since the epoch. */
  readonly madeAt: number;
}

/**
 * Unpacks an archive below a directory of a tree, which is made if need be. Entries replace what is there, directories
 * are merged; links within the archive are followed with the directory as their root.
 */
export async function unpackInto(
  editor: TreeEditor,
  archive: Archive,
  destination: string,
  options: UnpackOptions,
): Promise<void> {
  const { owner, madeAt } = options;
  const made = { mode: 0o755, uid: 0, gid: 0, modifiedAt: madeAt };
  const base = resolveLinks(editor.root, cleanParts(destination)).parts;
  editor.makeDirectories(base, { ...made, ...owner });
  for await (const { entry, content } of archive.entries()) {
    const place = placeOf(editor, base, entry.path);
    if (place.length === base.length) continue;
    editor.makeDirectories(place.slice(0, -1), made);
    const node = await nodeOf(entry, content, editor, base, place, options);
    if (node !== undefined) editor.put(place, node);
  }
}

/** Where an entry goes: links in the directories above it are followed, with `base` as the root. */
function placeOf(editor: TreeEditor, base: Parts, path: string): Parts {
  const root = editor.at(base);
  const parts = partsOf(path);
  const resolved = root === undefined ? parts : resolveLinks(root, parts, { keepLast: true }).parts;
  return [...base, ...resolved];
}

async function nodeOf(
  entry: TarEntry,
  content: AsyncIterable<Uint8Array>,
  editor: TreeEditor,
  base: Parts,
  place: Parts,
  { owner, spool }: UnpackOptions,
): Promise<Node | undefined> {
  const { path: _path, kind, target, ...values } = entry;
  const own = { ...values, ...owner };
  if (kind === 'directory') {
    const existing = editor.at(place);
    return newDirectory({ ...own, ...(existing?.children === undefined ? {} : { children: existing.children }) });
  }
  if (kind === 'hardlink') return editor.at(placeOf(editor, base, target ?? ''));
  if (kind !== 'file') return { ...own, kind, ...(target === undefined ? {} : { target }) };
  const { sha256, stored } = await spoolHashed(content, entry.size, spool);
  return { ...own, kind, sha256, origin: { at: 'content', content: stored } };
}

async function spoolHashed(
  content: AsyncIterable<Uint8Array>,
  size: number,
  spool: Spool,
): Promise<{ readonly sha256: string; readonly stored: Content }> {
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      hash.update(piece);
      yield piece;
    }
  }
  const stored = await spool.add(hashed(), size);
  return { sha256: hash.digest('hex'), stored };
}
