/** Takes a stream apart by counts of bytes, whatever pieces it comes in. */
export interface ByteReader {
  /** Exactly `count` bytes, fewer only at the end of the stream. The buffer belongs to the caller until the next call. */
  read(count: number): Promise<Buffer>;
  /** Between 1 and `most` bytes, whatever is at hand; empty only at the end. */
  readSome(most: number): Promise<Buffer>;
  skip(count: number): Promise<void>;
  /** Ends the stream; safe to call at any point. */
  close(): Promise<void>;
}

/** Opens a reader over a stream of bytes. */
export function openByteReader(stream: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const { done, value } = await iterator.next();
      if (done === true) return false;
      rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return true;
  };
  const readSome = async (most: number): Promise<Buffer> => {
    if (most === 0 || !(await fill())) return Buffer.alloc(0);
    const piece = rest.subarray(0, most);
    rest = rest.subarray(piece.length);
    return piece;
  };
  const read = async (count: number): Promise<Buffer> => {
    const first = await readSome(count);
    if (first.length === count) return first;
    const pieces = [first];
    let length = first.length;
    while (length < count) {
      const piece = await readSome(count - length);
      if (piece.length === 0) break;
      pieces.push(piece);
      length += piece.length;
    }
    return Buffer.concat(pieces);
  };
  return {
    read,
    readSome,
    skip: async (count) => {
      for (let left = count; left > 0; ) {
        const piece = await readSome(left);
        if (piece.length === 0) return;
        left -= piece.length;
      }
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
