import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Digest } from '../core/names.ts';
import type { Descriptor } from '../core/ports.ts';
import { isDigest } from '../image/digest.ts';
import type { StoreFiles } from './files.ts';
import { decodeDigest, decodeTag, type Layout } from './layout.ts';
import { repositoriesOf } from './listing.ts';
import { algorithmOf } from './names.ts';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Exactly as pushed. */
  readonly bytes: Uint8Array;
}

/** Manifests, tags and referrers of repositories. Each is one small file that is replaced in one step. */
export interface ManifestStorage {
  /** The manifest, or undefined where the repository has none (or a damaged one: it no longer hashes to its name). */
  read(repository: string, digest: Digest): Promise<StoredManifest | undefined>;
  has(repository: string, digest: Digest): Promise<boolean>;
  write(repository: string, manifest: StoredManifest): Promise<void>;
  remove(repository: string, digest: Digest): Promise<void>;
  /** Whether anything was ever pushed to the repository. */
  repositoryExists(repository: string): Promise<boolean>;
  /** Names of all repositories, sorted by code point. */
  repositories(): Promise<readonly string[]>;
  /** Tags of the repository, sorted by code point. */
  tags(repository: string): Promise<readonly string[]>;
  /** What a tag points to, or undefined where there is no such tag. */
  resolve(repository: string, tag: string): Promise<Digest | undefined>;
  tag(repository: string, tag: string, digest: Digest): Promise<void>;
  untag(repository: string, tag: string): Promise<void>;
  /** Remembers that the manifest described has `subject` as its subject. */
  addReferrer(repository: string, subject: Digest, descriptor: Descriptor): Promise<void>;
  removeReferrer(repository: string, subject: Digest, manifest: Digest): Promise<void>;
  /** Descriptors of the manifests about `subject` that the repository has, sorted by digest. */
  referrers(repository: string, subject: Digest): Promise<readonly Descriptor[]>;
}

export function manifestStorage(layout: Layout, files: StoreFiles): ManifestStorage {
  const has = async (repository: string, digest: Digest): Promise<boolean> =>
    (await files.lstat(layout.manifest(repository, digest))) !== undefined;
  return {
    has,
    read: async (repository, digest) => unpack(digest, await files.readIfExists(layout.manifest(repository, digest))),
    write: (repository, manifest) =>
      files.save(layout.manifest(repository, manifest.digest), pack(manifest), { durable: true }),
    remove: (repository, digest) => files.remove(layout.manifest(repository, digest)),
    repositoryExists: async (repository) => (await files.stat(layout.repository(repository))) !== undefined,
    repositories: () => repositoriesOf(layout, files),
    tags: async (repository) =>
      (await files.entries(layout.tags(repository))).flatMap(({ name }) => decodeTag(name) ?? []).sort(),
    resolve: async (repository, tag) => digestFrom(await files.readIfExists(layout.tag(repository, tag))),
    tag: (repository, tag, digest) => files.save(layout.tag(repository, tag), digest, { durable: true }),
    untag: (repository, tag) => files.remove(layout.tag(repository, tag)),
    addReferrer: (repository, subject, descriptor) =>
      files.save(layout.referrer(repository, subject, descriptor.digest), JSON.stringify(descriptor)),
    removeReferrer: (repository, subject, manifest) => files.remove(layout.referrer(repository, subject, manifest)),
    referrers: async (repository, subject) => {
      const found: Descriptor[] = [];
      for (const { name } of await files.entries(layout.referrers(repository, subject))) {
        const digest = decodeDigest(name);
        if (digest === undefined || !(await has(repository, digest))) continue;
        const descriptor = await files.readIfExists(join(layout.referrers(repository, subject), name));
        if (descriptor !== undefined) found.push(JSON.parse(text(descriptor)) as Descriptor);
      }
      return found;
    },
  };
}

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

function digestFrom(data: Uint8Array | undefined): Digest | undefined {
  const digest = data === undefined ? '' : text(data);
  return isDigest(digest) ? digest : undefined;
}

function pack({ mediaType, bytes }: StoredManifest): Uint8Array {
  return Buffer.concat([Buffer.from(`${mediaType}\n`), bytes]);
}

function unpack(digest: Digest, data: Uint8Array | undefined): StoredManifest | undefined {
  if (data === undefined) return undefined;
  const bytes = data.subarray(data.indexOf(0x0a) + 1);
  const algorithm = algorithmOf(digest);
  if (`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` !== digest) return undefined;
  return { digest, mediaType: text(data.subarray(0, data.indexOf(0x0a))), bytes };
}
