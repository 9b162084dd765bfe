import { dirname } from 'node:path';
import { type ErrorCode, type Suggestion, ToolError } from '../core/errors.ts';

/** What was being done when a file operation failed; decides between `FILE_READ_ERR` and `FILE_WRITE_ERR`. */
export type FileAction =
  | 'read'
  | 'list'
  | 'write'
  | 'write a file in'
  | 'create'
  | 'remove'
  | 'change the time of'
  | 'rename'
  | 'change the mode of';

const phrases: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'it exists already',
  ENOTEMPTY: 'the directory is not empty',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than the limit allows',
  EIO: 'the device reported an input/output error',
  EBUSY: 'it is in use',
  EXDEV: 'it is on another file system',
};

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The errno name of a system error (`ENOENT`), or undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True for the failures that mean "there is nothing at this path". */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/**
 * Turns a failure of the file system into a `ToolError` naming the path: `DISK_FULL`, `FILE_READ_ERR` or `FILE_WRITE_ERR`.
 * Whatever is not a system error (a bug, or a `ToolError` of a callback) comes back untouched.
 */
export function fileError(action: FileAction, path: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || error instanceof ToolError) return error;
  const reason = phrases[errno] ?? errno;
  const message = `cannot ${action} ${path}: ${reason}`;
  return new ToolError(codeOf(action, errno), message, {
    cause: error,
    suggestions: suggestionsFor(action, errno, path),
  });
}

function codeOf(action: FileAction, errno: string): ErrorCode {
  if (fullCodes.has(errno)) return 'DISK_FULL';
  return action === 'read' || action === 'list' ? 'FILE_READ_ERR' : 'FILE_WRITE_ERR';
}

function suggestionsFor(action: FileAction, errno: string, path: string): readonly Suggestion[] {
  if (fullCodes.has(errno))
    return [{ code: 'FREE_DISK_SPACE', action: `Free some space on the file system of ${path}` }];
  if (errno === 'EACCES' || errno === 'EPERM')
    return [{ code: 'CHECK_PERMISSIONS', action: `Check the permissions of ${path}` }];
  if (errno === 'ENOENT') return [missingPath(action, path)];
  if (errno === 'EMFILE') return [{ code: 'RAISE_FILE_LIMIT', action: 'Raise the limit of open files with ulimit -n' }];
  return [];
}

/** What is missing when a file is to be made is the directory it goes into. */
function missingPath(action: FileAction, path: string): Suggestion {
  if (action !== 'write' && action !== 'write a file in')
    return { code: 'CHECK_PATH', action: `Check that ${path} exists` };
  return { code: 'CREATE_DIRECTORY', action: `Create the directory ${action === 'write' ? dirname(path) : path}` };
}

/** Runs a file operation and translates what it throws. */
export function translated<T>(action: FileAction, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw fileError(action, path, error);
  }
}

/** As {@link translated}, for operations that end later. */
export async function translatedAsync<T>(action: FileAction, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw fileError(action, path, error);
  }
}
