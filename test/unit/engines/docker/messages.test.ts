import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EngineMessage, engineMessages, failureIn, textOf } from '../../../../src/engines/docker/messages.ts';
import { toolErrorOf } from './support.ts';

async function* chunks(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function read(...pieces: readonly Uint8Array[]): Promise<readonly EngineMessage[]> {
  const found: EngineMessage[] = [];
  for await (const message of engineMessages(chunks(...pieces))) found.push(message);
  return found;
}

test('messages survive any cut of the stream', async () => {
  const message = fc.record({ stream: fc.string({ unit: 'grapheme' }), id: fc.string() });
  const cuts = fc.array(fc.nat(400), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(message), cuts, async (list, places) => {
      const bytes = Buffer.from(list.map((one) => `${JSON.stringify(one)}\r\n`).join(''));
      const edges = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
      expect(await read(...pieces)).toEqual(list);
    }),
    { numRuns: 200 },
  );
});

test('a last message without line end counts', async () => {
  expect(await read(Buffer.from('{"stream":"a"}\n{"stream":"b"}'))).toHaveLength(2);
});

test.each(['{"stream":"a"', 'not json\n', '42\n', 'null\n'])('%j is no message', async (text) => {
  expect((await toolErrorOf(read(Buffer.from(text)))).code).toBe('BUILD_DOCKER_SYSTEM_ERR');
});

test.each<[EngineMessage, string | undefined]>([
  [{ stream: 'Step 1/2 : FROM a\n' }, 'Step 1/2 : FROM a\n'],
  [{ status: 'Pulling from library/a', id: 'latest' }, 'latest: Pulling from library/a\n'],
  [{ status: 'Digest: sha256:0' }, 'Digest: sha256:0\n'],
  [{ status: 'Preparing', id: 'abc', progressDetail: {} }, 'abc: Preparing\n'],
  [{ status: 'Pushing', id: 'abc', progressDetail: { current: 1, total: 2 } }, undefined],
  [{ aux: { ID: 'sha256:0' } }, undefined],
])('%j prints %j', (message, text) => {
  expect(textOf(message)).toBe(text);
});

test('the detail of a failure wins over its short form', () => {
  expect(failureIn({ error: 'short', errorDetail: { message: 'long' } })).toBe('long');
  expect(failureIn({ error: 'short' })).toBe('short');
  expect(failureIn({ stream: 'x' })).toBeUndefined();
});
