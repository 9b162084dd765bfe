import { dirname } from 'node:path';
import type { Digest } from '../core/names.ts';
import type { Exclusive, StoreFiles } from './files.ts';
import type { Layout } from './layout.ts';
import { digestsIn, repositoriesOf } from './listing.ts';

/**
 * Blobs by digest. Content lies once for all repositories; a repository has a blob when it has a link to it. Content
 * comes before its links and goes after them, so a process that is killed leaves at worst content that nobody links.
 */
export interface BlobStorage {
  /** The size in bytes of a blob the repository has, or undefined. */
  size(repository: string, digest: Digest): Promise<number | undefined>;
  /** Streams a blob, or `[start, end)` of it. */
  read(digest: Digest, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  /** Makes the file at `path`, already verified and on the same file system, the content of `digest` in this repository. */
  adopt(repository: string, digest: Digest, path: string): Promise<void>;
  /** Links a blob that `from` has (or, without `from`, any repository) into `repository`; false where there is none. */
  mount(repository: string, digest: Digest, from: string | undefined): Promise<boolean>;
  /** Takes the blob out of this repository; false where it was not in it. Content that no repository links is removed. */
  remove(repository: string, digest: Digest): Promise<boolean>;
  /** Removes content that no repository links and that has not changed since `before` (milliseconds since the epoch). */
  collect(before: number): Promise<void>;
}

export function blobStorage(layout: Layout, files: StoreFiles, oneAtATime: Exclusive): BlobStorage {
  const link = (repository: string, digest: Digest): Promise<void> =>
    files.save(layout.blobLink(repository, digest), '');
  const contentSize = async (digest: Digest): Promise<number | undefined> =>
    (await files.lstat(layout.content(digest)))?.size;
  const size = async (repository: string, digest: Digest): Promise<number | undefined> =>
    (await files.lstat(layout.blobLink(repository, digest))) === undefined ? undefined : contentSize(digest);
  const reclaim = async (digest: Digest): Promise<void> => {
    if (!(await isLinked(layout, files, digest))) await files.remove(layout.content(digest));
  };
  return {
    size,
    read: (digest, range) => files.readStream(layout.content(digest), range),
    adopt: (repository, digest, path) =>
      oneAtATime(async () => {
        await files.mkdir(dirname(layout.content(digest)));
        await files.rename(path, layout.content(digest));
        await link(repository, digest);
      }),
    mount: (repository, digest, from) =>
      oneAtATime(async () => {
        const found =
          from === undefined ? await isLinked(layout, files, digest) : (await size(from, digest)) !== undefined;
        if (found) await link(repository, digest);
        return found;
      }),
    remove: (repository, digest) =>
      oneAtATime(async () => {
        if ((await size(repository, digest)) === undefined) return false;
        await files.remove(layout.blobLink(repository, digest));
        await reclaim(digest);
        return true;
      }),
    collect: async (before) => {
      for (const digest of await unlinkedContent(layout, files, before)) await oneAtATime(() => reclaim(digest));
    },
  };
}

async function isLinked(layout: Layout, files: StoreFiles, digest: Digest): Promise<boolean> {
  if ((await files.lstat(layout.content(digest))) === undefined) return false;
  for (const name of await repositoriesOf(layout, files)) {
    if ((await files.lstat(layout.blobLink(name, digest))) !== undefined) return true;
  }
  return false;
}

async function unlinkedContent(layout: Layout, files: StoreFiles, before: number): Promise<Digest[]> {
  const linked = new Set<Digest>();
  for (const name of await repositoriesOf(layout, files)) {
    for (const digest of await digestsIn(files, layout.repositoryBlobs(name))) linked.add(digest);
  }
  const found: Digest[] = [];
  for (const digest of await digestsIn(files, layout.blobs)) {
    const changedAt = (await files.lstat(layout.content(digest)))?.changedAt ?? before;
    if (!linked.has(digest) && changedAt < before) found.push(digest);
  }
  return found;
}
