/**
 * The entries of layers by diffID: what a layer holds without its content. A base layer is unpacked and looked through
 * once; after that, destinations, users and `COPY --from` sources are looked up here.
 */
import type { Digest } from '../core/names.ts';
import type { LayerEntry } from '../image/layer.ts';
import type { TarKind } from '../image/tar.ts';
import type { StoreParts } from './parts.ts';
import { openRecords, type Records } from './records.ts';

/** Rows instead of objects: an index of a Debian image is a third of the size. Optional values are left off the end. */
type Row = readonly [
  path: string,
  kind: TarKind,
  mode: number,
  uid: number,
  gid: number,
  size: number,
  modifiedAt: number,
  sha256OrTarget?: string | null,
  more?: Pick<LayerEntry, 'attributes' | 'device'>,
];

/** Opens the indexes kept in a directory. Keys are diffIDs. */
export function openLayerIndexes(directory: string, parts: StoreParts): Records<readonly LayerEntry[]> {
  const rows = openRecords<readonly Row[]>(directory, (value) => (isRows(value) ? value : undefined), parts);
  return {
    get: async (diffId) => (await rows.get(diffId as Digest))?.map(fromRow),
    set: (diffId, entries) => rows.set(diffId, entries.map(toRow)),
    remove: (diffId) => rows.remove(diffId),
  };
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.length >= 7);
}

function toRow(entry: LayerEntry): Row {
  const { path, kind, mode, uid, gid, size, modifiedAt, sha256, target, attributes, device } = entry;
  const row = [path, kind, mode, uid, gid, size, modifiedAt] as const;
  const text = sha256 ?? target;
  const more = { ...(attributes === undefined ? {} : { attributes }), ...(device === undefined ? {} : { device }) };
  if (Object.keys(more).length > 0) return [...row, text ?? null, more];
  return text === undefined ? row : [...row, text];
}

function fromRow([path, kind, mode, uid, gid, size, modifiedAt, text, more]: Row): LayerEntry {
  const named = typeof text === 'string' ? { [kind === 'file' ? 'sha256' : 'target']: text } : {};
  return { path, kind, mode, uid, gid, size, modifiedAt, ...named, ...more };
}
