/**
 * Layers by what they hold. A layer's index comes from the store; where it has none, the layer is fetched from a
 * repository known to have it, unpacked once to make the index, and kept.
 */
import { createHash, type Hash } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { compressionOf, decompress, signatureLength } from '../../image/compression.ts';
import type { Content, LayerEntry } from '../../image/layer.ts';
import { readTar } from '../../image/tar-reader.ts';
import type { Store } from '../../store/store.ts';
import type { LayerRef } from './node.ts';
import { peek } from './peek.ts';
import type { Spool } from './spool.ts';

export interface LayerLibrary {
  /** Hands a layer over as a plain tar stream; where it turns out to be damaged, once more from the beginning. */
  read<T>(layer: LayerRef, use: UseLayer<T>): Promise<T>;
  /** What a layer holds, in the order of its archive. */
  entries(layer: LayerRef): Promise<readonly LayerEntry[]>;
  /** The contents of some files of a layer, by path. */
  contents(layer: LayerRef, paths: ReadonlySet<string>, spool: Spool): Promise<ReadonlyMap<string, Content>>;
}

/** Opens the library over a store for the time of one build. */
export function openLayerLibrary(store: Store, ctx: Context): LayerLibrary {
  const indexes = new Map<string, Promise<readonly LayerEntry[]>>();
  const fetches = new Map<string, Promise<void>>();
  const read = <T>(layer: LayerRef, use: UseLayer<T>): Promise<T> => readLayer(layer, use, fetches, store, ctx);
  return {
    read,
    entries: (layer) =>
      remembered(indexes, layer.diffId, async () => {
        const known = await store.indexes.get(layer.diffId);
        if (known !== undefined) return known;
        const entries = await read(layer, (stream) => scan(stream, layer));
        await store.indexes.set(layer.diffId, entries);
        return entries;
      }),
    contents: (layer, paths, spool) => read(layer, (stream) => extract(stream, paths, layer, spool)),
  };
}

/** What is done with a layer's plain tar stream. */
export type UseLayer<T> = (plain: AsyncIterable<Uint8Array>) => Promise<T>;

/** Unpacks a layer of the store. One that turns out to be damaged on disk is fetched once more. */
async function readLayer<T>(
  layer: LayerRef,
  use: UseLayer<T>,
  fetches: Map<string, Promise<void>>,
  store: Store,
  ctx: Context,
): Promise<T> {
  const attempt = async (): Promise<T> => {
    await remembered(fetches, layer.digest, () => fetchLayer(layer, store, ctx));
    return use(await unpacked(store.blobs.stream(layer.digest), `layer ${layer.digest}`));
  };
  try {
    return await attempt();
  } catch (error) {
    // Damage shows as a wrong hash at the end, or as something that cannot be unpacked long before that.
    const isNoticed = error instanceof ToolError && error.code === 'STORE_DAMAGED';
    if (!isNoticed && (await store.blobs.check(layer.digest)) !== 'damaged') throw error;
    fetches.delete(layer.digest);
    return attempt();
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const promise = known.get(key) ?? make();
  known.set(key, promise);
  return promise;
}

/** Makes a layer present in the store, from a repository known to have it. */
export async function fetchLayer(layer: LayerRef, store: Store, ctx: Context): Promise<void> {
  if (await store.blobs.has(layer.digest, layer.size)) return;
  const origins = (await store.origins.get(layer.digest)) ?? [];
  let failure: unknown = new ToolError(
    'STORE_DAMAGED',
    `the layer ${layer.digest} is not in the store and nothing says where it came from`,
    {
      suggestions: [{ code: 'BUILD_AGAIN', action: 'Build again with --cache-artifacts=false' }],
    },
  );
  for (const origin of origins) {
    ctx.signal.throwIfAborted();
    try {
      await store.blobs.putStream(ctx.system.registry.blob(origin, layer.digest, ctx.signal), layer.digest);
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** A stream that may be compressed, as what it unpacks to. */
async function unpacked(stream: AsyncIterable<Uint8Array>, what: string): Promise<AsyncIterable<Uint8Array>> {
  const { beginning, whole } = await peek(stream, signatureLength);
  return decompress(whole, compressionOf(beginning), what);
}

/** Reads a whole layer for its index; its bytes must come to the diffID that the image's config gives. */
async function scan(stream: AsyncIterable<Uint8Array>, layer: LayerRef): Promise<readonly LayerEntry[]> {
  const hash = createHash('sha256');
  const entries: LayerEntry[] = [];
  const counted = drained(hashing(stream, hash));
  for await (const { entry, content } of readTar(counted.stream, `layer ${layer.digest}`)) {
    if (entry.kind !== 'file') {
      entries.push(entry);
      continue;
    }
    const sha256 = createHash('sha256');
    for await (const piece of content) sha256.update(piece);
    entries.push({ ...entry, sha256: sha256.digest('hex') });
  }
  await counted.finish();
  if (`sha256:${hash.digest('hex')}` !== layer.diffId) throw wrongDiffId(layer);
  return entries;
}

async function* hashing(stream: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    hash.update(piece);
    yield piece;
  }
}

/** A stream whose reader may stop early; `finish` reads what it left, so that the hash covers all of it. */
function drained(source: AsyncGenerator<Uint8Array>): {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly finish: () => Promise<void>;
} {
  const stream: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) };
  return {
    stream,
    finish: async () => {
      while ((await source.next()).done !== true);
    },
  };
}

function wrongDiffId(layer: LayerRef): ToolError {
  return new ToolError(
    'DIGEST_MISMATCH',
    `layer ${layer.digest} does not unpack to ${layer.diffId} as its image says`,
    {
      suggestions: [
        { code: 'CHECK_IMAGE', action: 'Push the base image again: its config and layers do not belong together' },
      ],
    },
  );
}

async function extract(
  stream: AsyncIterable<Uint8Array>,
  paths: ReadonlySet<string>,
  layer: LayerRef,
  spool: Spool,
): Promise<ReadonlyMap<string, Content>> {
  const found = new Map<string, Content>();
  for await (const { entry, content } of readTar(stream, `layer ${layer.digest}`)) {
    if (entry.kind === 'file' && paths.has(entry.path)) found.set(entry.path, await spool.add(content, entry.size));
    // A path that comes twice counts the second time, so the whole layer is read.
  }
  return found;
}
