/** Looks at the first bytes of a stream and gives the stream back as if nothing had been read. */
export async function peek(
  stream: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ readonly beginning: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  let beginning: Uint8Array = new Uint8Array(0);
  let ended = false;
  while (beginning.length < count && !ended) {
    const { done, value } = await iterator.next();
    if (done === true) ended = true;
    else beginning = Buffer.concat([beginning, value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield beginning;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { beginning, whole: whole() };
}
