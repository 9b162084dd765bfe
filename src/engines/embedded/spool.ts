/** A place for content that comes once over a stream and is needed later, in another order. */
import { join } from 'node:path';
import type { Files } from '../../core/ports.ts';
import type { Content } from '../../image/layer.ts';
import { contentOf } from './node.ts';

export interface Spool {
  /** Takes a stream in and gives back its content. `size` is what the stream is expected to have. */
  add(stream: AsyncIterable<Uint8Array>, size: number): Promise<Content>;
  /** Removes what lies on disk; contents given out cannot be read any more. */
  close(): Promise<void>;
}

const smallFile = 1024 * 1024;
const memoryBudget = 64 * 1024 * 1024;

/** Opens a spool: small contents stay in memory, others go to a temporary directory made when it is first needed. */
export function openSpool(files: Files): Spool {
  let memory = 0;
  let count = 0;
  let directory: Promise<string> | undefined;
  const addToDisk = async (stream: AsyncIterable<Uint8Array>): Promise<Content> => {
    directory ??= files.temporaryDirectory('slipway-build-');
    const root = await directory;
    count += 1;
    const path = join(root, String(count));
    await files.writeStream(root, stream, () => path);
    return { read: () => files.read(path), stream: () => files.readStream(path) };
  };
  return {
    add: async (stream, size) => {
      if (size > smallFile || memory + size > memoryBudget) return addToDisk(stream);
      const pieces: Uint8Array[] = [];
      // The pieces may be views of a buffer that is used again.
      for await (const piece of stream) pieces.push(Buffer.from(piece));
      const bytes = Buffer.concat(pieces);
      memory += bytes.length;
      return contentOf(bytes);
    },
    close: async () => {
      if (directory !== undefined) await files.remove(await directory);
    },
  };
}
