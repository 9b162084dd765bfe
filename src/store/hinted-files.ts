import { type ErrorCode, ToolError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';

const writing: readonly ErrorCode[] = ['FILE_WRITE_ERR', 'DISK_FULL'];

/**
 * Files for what the store does with them: where it cannot write or read, the way out is another directory, since
 * nobody asked for this one. A home directory that does not exist is common in containers.
 */
export function hintedFiles(files: Files): Files {
  return {
    ...files,
    mkdir: hinted(files.mkdir, writing),
    readIfExists: hinted(files.readIfExists, ['FILE_READ_ERR']),
    writeAtomic: hinted(files.writeAtomic, writing),
    // What is streamed may fail to be read: that is no fault of this directory.
    writeStream: hinted(files.writeStream, writing),
  };
}

function hinted<A extends readonly unknown[], T>(
  operation: (...args: A) => Promise<T>,
  codes: readonly ErrorCode[],
): (...args: A) => Promise<T> {
  return async (...args) => {
    try {
      return await operation(...args);
    } catch (error) {
      throw withHint(error, codes);
    }
  };
}

function withHint(error: unknown, codes: readonly ErrorCode[]): unknown {
  if (!(error instanceof ToolError) || !codes.includes(error.code)) return error;
  const hint = {
    code: 'SET_CACHE_DIRECTORY',
    action: 'Set SLIPWAY_CACHE_DIR to a directory that can be written',
  };
  return new ToolError(error.code, error.message, { cause: error.cause, suggestions: [...error.suggestions, hint] });
}
