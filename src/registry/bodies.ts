import { RequestCut } from './errors.ts';

/** A request body whose failure is told apart from failures of our own: it throws `RequestCut`. */
export async function* received(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new RequestCut('the request was cut', { cause });
  }
}

/** Reads a small body; undefined when it is longer than `limit` bytes. */
export async function readSmall(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of received(body)) {
    size += part.byteLength;
    if (size > limit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
