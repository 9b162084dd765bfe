import { join } from 'node:path';
import type { BlobStorage } from './blob-storage.ts';
import type { StoreFiles } from './files.ts';
import type { Layout } from './layout.ts';
import type { UploadStorage } from './upload-storage.ts';

/**
 * Removes what processes that were killed and clients that went away left behind: uploads, half-written files and
 * content that no repository links, all of it only when nothing touched it since `before` (milliseconds since the epoch).
 */
export async function cleanUp(
  layout: Layout,
  files: StoreFiles,
  parts: { readonly uploads: UploadStorage; readonly blobs: BlobStorage },
  before: number,
): Promise<void> {
  for (const { name } of await files.entries(layout.temporary)) {
    const path = join(layout.temporary, name);
    const changedAt = (await files.lstat(path))?.changedAt ?? before;
    if (changedAt < before) await files.remove(path);
  }
  await parts.uploads.collect(before);
  await parts.blobs.collect(before);
}
