/**
 * Where things lie in a store, and how names become file names. Names arrive here validated, and none of the valid
 * ones holds a separator once encoded, so no path leaves the store.
 *
 *     blobs/<algorithm>/<hex>                       content, shared by all repositories
 *     repositories/<name>/blobs/<algorithm>/<hex>   empty: the repository has this blob
 *     repositories/<name>/manifests/<algorithm>/<hex>   media type, line feed, the manifest's bytes
 *     repositories/<name>/tags/<tag>                the digest the tag points to
 *     repositories/<name>/referrers/<algorithm>-<hex>/<algorithm>-<hex>   subject / descriptor of a manifest about it
 *     uploads/<name>/<id>/<offset>                  what was received of a blob so far, in pieces
 *     tmp/                                          files being written
 */
import { join } from 'node:path';
import type { Digest } from '../core/names.ts';
import { isDigest } from '../image/digest.ts';
import { isRepositoryName, isTag } from './names.ts';

export interface Layout {
  readonly temporary: string;
  readonly blobs: string;
  readonly repositories: string;
  readonly uploads: string;
  content(digest: Digest): string;
  repository(name: string): string;
  /** Where a repository's links to blobs lie. */
  repositoryBlobs(repository: string): string;
  blobLink(repository: string, digest: Digest): string;
  manifests(repository: string): string;
  manifest(repository: string, digest: Digest): string;
  tags(repository: string): string;
  tag(repository: string, tag: string): string;
  referrers(repository: string, subject: Digest): string;
  referrer(repository: string, subject: Digest, manifest: Digest): string;
  upload(repository: string, id: string): string;
}

/** The paths of the store at `root` (absolute). */
export function layoutOf(root: string): Layout {
  const repositories = join(root, 'repositories');
  const repository = (name: string): string => join(repositories, encodeRepository(name));
  const inRepository = (name: string, ...rest: readonly string[]): string => join(repository(name), ...rest);
  return {
    temporary: join(root, 'tmp'),
    blobs: join(root, 'blobs'),
    repositories,
    uploads: join(root, 'uploads'),
    content: (digest) => join(root, 'blobs', ...digest.split(':')),
    repository,
    repositoryBlobs: (name) => inRepository(name, 'blobs'),
    blobLink: (name, digest) => inRepository(name, 'blobs', ...digest.split(':')),
    manifests: (name) => inRepository(name, 'manifests'),
    manifest: (name, digest) => inRepository(name, 'manifests', ...digest.split(':')),
    tags: (name) => inRepository(name, 'tags'),
    tag: (name, tag) => inRepository(name, 'tags', encodeTag(tag)),
    referrers: (name, subject) => inRepository(name, 'referrers', encodeDigest(subject)),
    referrer: (name, subject, manifest) =>
      inRepository(name, 'referrers', encodeDigest(subject), encodeDigest(manifest)),
    upload: (name, id) => join(root, 'uploads', encodeRepository(name), id),
  };
}

/** `+` occurs in no repository name, so a name is one directory and never hides another one's. */
function encodeRepository(name: string): string {
  return name.replaceAll('/', '+');
}

export function decodeRepository(fileName: string): string | undefined {
  const name = fileName.replaceAll('+', '/');
  return isRepositoryName(name) ? name : undefined;
}

function encodeDigest(digest: Digest): string {
  return digest.replace(':', '-');
}

export function decodeDigest(fileName: string): Digest | undefined {
  const digest = fileName.replace('-', ':');
  return isDigest(digest) ? digest : undefined;
}

/**
 * A tag in lower case, then `~` and a bit mask (hex) of its capitals: tags are case-sensitive, many file systems are
 * not, and escaping each capital could exceed the 255 bytes of a file name.
 */
export function encodeTag(tag: string): string {
  const capitals = [...tag].map((character) => (/[A-Z]/.test(character) ? '1' : '0')).join('');
  return `${tag.toLowerCase()}~${BigInt(`0b${capitals}`).toString(16)}`;
}

export function decodeTag(fileName: string): string | undefined {
  const [, text, mask] = /^([a-z0-9_.-]+)~([0-9a-f]+)$/.exec(fileName) ?? [];
  if (text === undefined || mask === undefined) return undefined;
  const capitals = BigInt(`0x${mask}`).toString(2).padStart(text.length, '0');
  const tag = [...text].map((character, at) => (capitals[at] === '1' ? character.toUpperCase() : character)).join('');
  return isTag(tag) && encodeTag(tag) === fileName ? tag : undefined;
}
