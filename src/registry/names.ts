import type { Digest } from '../core/names.ts';
import { isDigest } from '../image/digest.ts';
import { RegistryError } from './errors.ts';

/** Distribution spec, "Pulling manifests": the grammar of `<name>`. */
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const uploadPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Many clients allow 255 characters for host and name together; a longer name could not be a file name here either. */
const longestName = 255;

export function isRepositoryName(text: string): boolean {
  return text.length <= longestName && repositoryPattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function isUploadId(text: string): boolean {
  return uploadPattern.test(text);
}

/** Checks a repository name; throws `NAME_INVALID`. */
export function parseRepository(text: string): string {
  if (isRepositoryName(text)) return text;
  throw new RegistryError('NAME_INVALID', `repository name "${text}" is not valid`);
}

/** Checks a digest of a supported algorithm (sha256, sha512); throws `DIGEST_INVALID`. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryError('DIGEST_INVALID', `"${text}" is not a sha256 or sha512 digest`);
}

/** What follows `/manifests/`: a digest holds a `:`, which no tag can. */
export type ManifestReference = { readonly digest: Digest } | { readonly tag: string };

/** Reads the last part of a manifest URL; throws `DIGEST_INVALID`, or `MANIFEST_INVALID` for an impossible tag. */
export function parseManifestReference(text: string): ManifestReference {
  if (text.includes(':')) return { digest: parseDigest(text) };
  if (isTag(text)) return { tag: text };
  throw new RegistryError('MANIFEST_INVALID', `"${text}" is not a valid tag`);
}

export type Algorithm = 'sha256' | 'sha512';

export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}
