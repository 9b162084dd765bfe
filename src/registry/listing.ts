import { join } from 'node:path';
import type { Digest } from '../core/names.ts';
import { isDigest } from '../image/digest.ts';
import type { StoreFiles } from './files.ts';
import { decodeRepository, type Layout } from './layout.ts';

/** The names of all repositories that hold something, sorted by code point. */
export async function repositoriesOf(layout: Layout, files: StoreFiles): Promise<string[]> {
  const entries = await files.entries(layout.repositories);
  return entries.flatMap(({ name }) => decodeRepository(name) ?? []).sort();
}

/** The digests that `directory` has a file for, as `<algorithm>/<hex>`; any other file is none of ours and is left out. */
export async function digestsIn(files: StoreFiles, directory: string): Promise<Digest[]> {
  const found: Digest[] = [];
  for (const algorithm of ['sha256', 'sha512']) {
    const entries = await files.entries(join(directory, algorithm));
    for (const digest of entries.map(({ name }) => `${algorithm}:${name}`)) if (isDigest(digest)) found.push(digest);
  }
  return found;
}
