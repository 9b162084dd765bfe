/**
 * The state on disk that outlives a run: content, layers, what files hashed to, results of builds, names of images.
 *
 * Nothing here is flushed to the disk (`fsync`) before it is renamed into place: a killed process cannot tear a rename,
 * and what a power cut tears is found out by length, hash or checksum when it is used, and made again.
 */
import { dirname, join } from 'node:path';
import type { Digest, ImageId, Repository } from '../core/names.ts';
import type { InputEntry } from '../core/plugins.ts';
import type { Context, Random } from '../core/ports.ts';
import { isDigest } from '../image/digest.ts';
import type { LayerEntry } from '../image/layer.ts';
import { type BlobName, type Blobs, openBlobs } from './blobs.ts';
import { type HashedInputs, hashInputs, readSnapshot } from './build-inputs.ts';
import { type Fingerprints, openFingerprints } from './fingerprints.ts';
import { hintedFiles } from './hinted-files.ts';
import { type LastBuild, readLastBuild } from './last-builds.ts';
import { openLayerIndexes } from './layer-indexes.ts';
import { beginRun } from './leases.ts';
import type { StoreParts } from './parts.ts';
import { type Pruned, type PruneOptions, pruneDaily, pruneStore } from './prune.ts';
import { openRecords, type Records } from './records.ts';
import { openRenders, type Renders } from './renders.ts';
import { type BuildResultRecord, readResultRecord } from './results.ts';

/** A layer that was made before: its compressed bytes and what they unpack to. */
export interface LayerRecord extends BlobName {
  readonly diffId: Digest;
}

/** An image that has a name here. */
interface NamedImage {
  /** Digest of its manifest. */
  readonly digest: Digest;
  /** Digest of its config. */
  readonly id: ImageId;
}

export interface Store {
  readonly directory: string;
  readonly blobs: Blobs;
  /** Layers by the key of the instruction that made them; `empty` where it changed nothing. */
  readonly layers: Records<LayerRecord | 'empty'>;
  /** What layers hold, by diffID. */
  readonly indexes: Records<readonly LayerEntry[]>;
  /** Repositories known to hold a blob, by its digest: it can be mounted from there, or fetched. */
  readonly origins: Records<readonly Repository[]>;
  /** What a base image's name led to when it was last asked for. */
  readonly bases: Records<Digest>;
  /** Images by name. */
  readonly images: Records<NamedImage>;
  /** Results of whole builds, for the build cache. */
  readonly results: Records<BuildResultRecord>;
  /** What artifacts were made of when they were last there, by workspace and image; the keys of that alone. */
  readonly lastBuilds: Records<LastBuild>;
  readonly lastMarks: Records<string>;
  /** See {@link hashInputs}. */
  hashInputs(root: string, name: string, entries: readonly InputEntry[]): Promise<HashedInputs>;
  /** A secret of this store, made when it is first asked for. */
  secret(random: Pick<Random, 'hex'>): Promise<string>;
  /** Renders done before. */
  readonly renders: Renders;
  /** What the files below a directory hashed to. */
  fingerprints(root: string): Fingerprints;
  /** Writes what was learnt about files. */
  flush(): Promise<void>;
  /** Notes that a run begins to count on what is here; the returned function notes its end. */
  begin(random: Pick<Random, 'hex'>): Promise<() => Promise<void>>;
  /** See {@link pruneStore}. */
  prune(options: PruneOptions): Promise<Pruned>;
  /** Prunes to the budget where that was not done for a day. */
  keepBudget(options: PruneOptions): Promise<void>;
  /** Removes temporary files that killed processes left more than an hour ago; once in the life of a store object. */
  sweep(): Promise<void>;
}

/** Opens the store in a directory (see `cacheDirectory`), which need not exist yet. Nothing is read until it is needed. */
export function openStore(directory: string, { system, emit }: Pick<Context, 'system' | 'emit'>): Store {
  const parts: StoreParts = {
    files: hintedFiles(system.files),
    clock: system.clock,
    warn: (message) => emit({ type: 'log', level: 'warning', message }),
  };
  const table = <T>(name: string, read: (value: unknown) => T | undefined): Records<T> =>
    openRecords(join(directory, name), read, parts);
  const workspaces = new Map<string, Fingerprints>();
  const fingerprints = (root: string): Fingerprints => {
    const known = workspaces.get(root) ?? openFingerprints(join(directory, 'fingerprints'), root, parts);
    workspaces.set(root, known);
    return known;
  };
  const snapshots = table('snapshots', readSnapshot);
  let swept: Promise<void> | undefined;
  return {
    directory,
    blobs: openBlobs(directory, parts),
    layers: table('layers', readLayer),
    indexes: openLayerIndexes(join(directory, 'indexes'), parts),
    origins: table('origins', readRepositories),
    bases: table('bases', readDigest),
    images: table('images', readNamedImage),
    results: table('results', readResultRecord),
    renders: openRenders(join(directory, 'renders'), parts),
    lastBuilds: table('last-builds', readLastBuild),
    lastMarks: table('last-marks', readText),
    hashInputs: (root, name, entries) =>
      hashInputs(root, name, entries, { snapshots, fingerprints: fingerprints(root), parts }),
    secret: (random) => readSecret(join(directory, 'secret'), random, parts),
    fingerprints,
    flush: async () => {
      for (const fingerprints of workspaces.values()) await fingerprints.flush();
    },
    begin: (random) => beginRun(directory, random, parts),
    prune: (options) => pruneStore(directory, options, parts),
    keepBudget: (options) => pruneDaily(directory, options, parts),
    sweep: () => {
      swept ??= sweep(directory, parts);
      return swept;
    },
  };
}

const abandonedMilliseconds = 60 * 60 * 1000;

async function sweep(directory: string, { files, clock }: StoreParts): Promise<void> {
  const blobs = join(directory, 'blobs', 'sha256');
  if ((await files.stat(blobs)) === undefined) return;
  for (const { name } of await files.list(blobs)) {
    if (!/^\.slipway-.*\.tmp$/.test(name)) continue;
    const info = await files.lstat(join(blobs, name));
    const age = clock.now().getTime() - (info?.modifiedAt ?? Number.POSITIVE_INFINITY);
    if (age > abandonedMilliseconds) await files.remove(join(blobs, name));
  }
}

/** The secret in a file that only the user may read. Two processes that make it at once may differ: then one run explains less. */
async function readSecret(file: string, random: Pick<Random, 'hex'>, { files }: StoreParts): Promise<string> {
  const known = await files.readIfExists(file);
  if (known !== undefined && known.length === 64) return Buffer.from(known).toString('utf8');
  const secret = random.hex(32);
  await files.mkdir(dirname(file));
  await files.writeAtomic(file, secret, { mode: 0o600 });
  return secret;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readDigest(value: unknown): Digest | undefined {
  return typeof value === 'string' && isDigest(value) ? value : undefined;
}

function readLayer(value: unknown): LayerRecord | 'empty' | undefined {
  if (value === 'empty') return value;
  const layer = value as Partial<LayerRecord> | null;
  const isLayer =
    readDigest(layer?.digest) !== undefined &&
    readDigest(layer?.diffId) !== undefined &&
    Number.isSafeInteger(layer?.size);
  return isLayer ? (layer as LayerRecord) : undefined;
}

function readNamedImage(value: unknown): NamedImage | undefined {
  const image = value as Partial<NamedImage> | null;
  return readDigest(image?.digest) !== undefined && readDigest(image?.id) !== undefined
    ? (image as NamedImage)
    : undefined;
}

function readRepositories(value: unknown): readonly Repository[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const isRepository = ({ registry, repository }: Partial<Repository>): boolean =>
    typeof registry === 'string' && typeof repository === 'string';
  return value.every(isRepository) ? (value as readonly Repository[]) : undefined;
}
