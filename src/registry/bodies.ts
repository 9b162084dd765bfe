import { RequestCut } from './errors.ts';

/**
 * A request body whose failure is told apart from failures of our own: it throws `RequestCut`. When the reader stops
 * early the rest is read and dropped, since a client that is still sending would not look at the answer.
 */
export async function* received(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let open = true;
  const next = async (): Promise<Uint8Array | undefined> => {
    const result = await iterator.next().catch((cause: unknown) => {
      open = false;
      throw new RequestCut('the request was cut', { cause });
    });
    open = result.done !== true;
    return open ? result.value : undefined;
  };
  try {
    for (let part = await next(); part !== undefined; part = await next()) yield part;
  } finally {
    while (open) await next();
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
