import { ToolError } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';

/**
 * A path with `~` at its start put in place of by the home directory.
 *
 * @throws {ToolError} `NOT_SUPPORTED` for another user's home directory, `~user`.
 */
export function expandHome(path: string, { system }: Context): string {
  if (!path.startsWith('~')) return path;
  if (path === '~' || path.startsWith('~/')) return system.homeDirectory + path.slice(1);
  throw new ToolError('NOT_SUPPORTED', `${path}: only one's own home directory can be written as ~`, {
    suggestions: [{ code: 'WRITE_PATH', action: 'Write the whole path' }],
  });
}

/**
 * Refuses values in Google Cloud Storage.
 *
 * @throws {ToolError} `NOT_SUPPORTED`.
 */
export function refuseBucket(file: string, release: string): void {
  if (!file.startsWith('gs://')) return;
  const message = `release ${release}: ${file} lies in Google Cloud Storage, which this version cannot read`;
  throw new ToolError('NOT_SUPPORTED', message, {
    suggestions: [{ code: 'LOCAL_VALUES', action: 'Copy the file with gcloud storage cp and name the copy' }],
  });
}
