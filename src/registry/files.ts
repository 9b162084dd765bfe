import { dirname } from 'node:path';
import type { DirectoryEntry, Files } from '../core/ports.ts';

/** Writes of a store: everything goes through its `tmp/` directory, so that a file is there whole or not at all. */
export interface StoreFiles extends Files {
  /** Writes a small file in one step, creating its directory; `durable` survives a power cut once it returns. */
  save(path: string, content: Uint8Array | string, options?: { readonly durable?: boolean }): Promise<void>;
  /** The entries of a directory; none where it does not exist. */
  entries(directory: string): Promise<readonly DirectoryEntry[]>;
}

export function storeFiles(files: Files, temporary: string): StoreFiles {
  return {
    ...files,
    save: async (path, content, options = {}) => {
      const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      await files.mkdir(dirname(path));
      await files.writeStream(temporary, once(data), () => path, options);
    },
    entries: async (directory) => ((await files.stat(directory)) === undefined ? [] : files.list(directory)),
  };
}

async function* once(data: Uint8Array): AsyncIterable<Uint8Array> {
  yield data;
}

/** Runs one piece of work at a time, in the order asked for. */
export type Exclusive = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function exclusive(): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
