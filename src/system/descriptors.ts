import { write } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errnoOf } from './file-errors.ts';

const writeAsync = promisify(write) as (
  file: number,
  bytes: Uint8Array,
  offset: number,
) => Promise<{ readonly bytesWritten: number }>;

const names: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };

/**
 * The descriptor of this process that a path names (`/dev/stdout`, `/dev/fd/3`, `/proc/self/fd/3`), or undefined.
 * Opening such a path anew loses the shell's file position, and fails when the descriptor is a socket.
 */
export function descriptorOf(path: string): number | undefined {
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,6})$/.exec(path)?.[1];
  return number === undefined ? names[path] : Number(number);
}

/** Writes all bytes to an open descriptor. Standard output and error go through the process's own streams, to keep their order. */
export async function writeToDescriptor(file: number, bytes: Uint8Array): Promise<void> {
  const stream = file === 1 ? process.stdout : file === 2 ? process.stderr : undefined;
  if (stream === undefined) return writeAll(file, bytes);
  await new Promise<void>((resolve, reject) => stream.write(bytes, (error) => (error ? reject(error) : resolve())));
}

async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) offset += await writeSome(file, bytes, offset);
}

async function writeSome(file: number, bytes: Uint8Array, offset: number): Promise<number> {
  try {
    return (await writeAsync(file, bytes, offset)).bytesWritten;
  } catch (error) {
    if (errnoOf(error) !== 'EAGAIN') throw error;
    await setTimeout(5);
    return 0;
  }
}
