import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { cutAfter, type Harness, manualClock, openRegistry, pieces } from './support.ts';

const hour = 60 * 60 * 1000;

function digestOf(text: string, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`;
}

async function start({ call }: Harness, repository = 'app', query = ''): Promise<string> {
  const answer = await call('POST', `/v2/${repository}/blobs/uploads/${query}`);
  expect(answer.status).toBe(202);
  return answer.headers['location'] ?? '';
}

async function blob({ call }: Harness, text: string, algorithm = 'sha256'): Promise<string | undefined> {
  const answer = await call('GET', `/v2/app/blobs/${digestOf(text, algorithm)}`);
  return answer.status === 200 ? answer.text : undefined;
}

/** A body that gives its first piece, and the rest when it is released. */
function heldBack(
  first: string,
  ...rest: readonly string[]
): { readonly body: AsyncIterable<Uint8Array>; release(): void } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const body = (async function* () {
    yield* pieces(first);
    await held;
    yield* pieces(...rest);
  })();
  return { body, release };
}

test('an upload goes on after a restart where it stood', async () => {
  const first = await openRegistry();
  const location = await start(first);
  await first.call('PATCH', location, { body: 'one ' });
  const second = await openRegistry({ store: first.store });
  expect((await second.call('GET', location)).headers['range']).toBe('0-3');
  await second.call('PATCH', location, { body: 'two ' });
  const put = await second.call('PUT', `${location}?digest=${digestOf('one two three')}`, { body: 'three' });
  expect([put.status, await blob(second, 'one two three')]).toEqual([201, 'one two three']);
});

test('a restart does not make wrong content right', async () => {
  const first = await openRegistry();
  const location = await start(first);
  await first.call('PATCH', location, { body: 'one' });
  const second = await openRegistry({ store: first.store });
  const put = await second.call('PUT', `${location}?digest=${digestOf('two')}`);
  expect([put.status, put.codes, await blob(second, 'two')]).toEqual([400, ['DIGEST_INVALID'], undefined]);
});

test('what arrived before the connection was cut is kept', async () => {
  const harness = await openRegistry();
  const location = await start(harness);
  await harness.call('PATCH', location, { body: cutAfter('one ', 'two') });
  expect((await harness.call('GET', location)).headers['range']).toBe('0-6');
  const headers = { 'content-range': '7-12', 'content-length': '6' };
  expect((await harness.call('PATCH', location, { headers, body: ' three' })).status).toBe(202);
  expect((await harness.call('PUT', `${location}?digest=${digestOf('one two three')}`)).status).toBe(201);
  expect(await blob(harness, 'one two three')).toBe('one two three');
});

test('a PUT that is cut stores no blob', async () => {
  const harness = await openRegistry();
  const location = await start(harness);
  await harness.call('PUT', `${location}?digest=${digestOf('one')}`, { body: cutAfter('on') });
  expect(await blob(harness, 'one')).toBeUndefined();
  expect((await harness.call('PUT', `${location}?digest=${digestOf('one')}`, { body: 'e' })).status).toBe(201);
});

test('a single POST that is cut or wrong leaves nothing behind', async () => {
  const harness = await openRegistry();
  for (const body of [cutAfter('on'), pieces('two'), pieces()]) {
    await harness.call('POST', `/v2/app/blobs/uploads/?digest=${digestOf('one')}`, { body });
  }
  expect(harness.files()).toEqual([]);
});

test('two requests for one upload at once: the second is refused and harms nothing', async () => {
  const harness = await openRegistry();
  const location = await start(harness);
  const { body, release } = heldBack('one ', 'two');
  const first = harness.call('PATCH', location, { body });
  for (const method of ['PATCH', 'PUT', 'DELETE']) {
    const answer = await harness.call(method, `${location}?digest=${digestOf('x')}`, { body: 'x' });
    expect([answer.status, answer.codes]).toEqual([416, ['BLOB_UPLOAD_INVALID']]);
  }
  release();
  expect((await first).headers['range']).toBe('0-6');
  expect((await harness.call('PUT', `${location}?digest=${digestOf('one two')}`)).status).toBe(201);
});

test('the digest may be of another algorithm than announced, in one piece and in several', async () => {
  const harness = await openRegistry();
  for (const [query, algorithm] of [
    ['', 'sha512'],
    ['?digest-algorithm=sha512', 'sha256'],
    ['?digest-algorithm=sha512', 'sha512'],
  ] as const) {
    for (const chunks of [['all of it'], ['all ', 'of it']]) {
      const location = await start(harness, 'app', query);
      for (const body of chunks) await harness.call('PATCH', location, { body });
      expect((await harness.call('PUT', `${location}?digest=${digestOf('all of it', algorithm)}`)).status).toBe(201);
      expect(await blob(harness, 'all of it', algorithm)).toBe('all of it');
      await harness.call('DELETE', `/v2/app/blobs/${digestOf('all of it', algorithm)}`);
    }
  }
});

test('however a blob is cut into chunks, it is stored whole', async () => {
  const harness = await openRegistry();
  const chunks = fc.array(fc.string(), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      chunks,
      fc.boolean(),
      fc.constantFrom('sha256', 'sha512'),
      async (texts, lastWithPut, algorithm) => {
        const location = await start(harness);
        const last = lastWithPut ? (texts.at(-1) ?? '') : '';
        for (const body of lastWithPut ? texts.slice(0, -1) : texts) await harness.call('PATCH', location, { body });
        const put = await harness.call('PUT', `${location}?digest=${digestOf(texts.join(''), algorithm)}`, {
          body: last,
        });
        expect([put.status, await blob(harness, texts.join(''), algorithm)]).toEqual([201, texts.join('')]);
      },
    ),
    { numRuns: 60 },
  );
  expect(harness.files().filter((file) => !/^(blobs|repositories)\//.test(file))).toEqual([]);
});

test('an upload id that is a path leads nowhere', async () => {
  const { call } = await openRegistry();
  for (const id of ['..%2F..%2Frepositories', '..', '.', 'x', '%00', '0'.repeat(36)]) {
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      const answer = await call(method, `/v2/app/blobs/uploads/${id}?digest=${digestOf('x')}`, { body: 'x' });
      expect([400, 404]).toContain(answer.status);
    }
  }
});

test('abandoned uploads and half-written files are removed after an hour, others are not', async () => {
  const clock = manualClock();
  const first = await openRegistry({}, { clock });
  const [old, used] = [await start(first), await start(first)];
  await first.call('PATCH', old, { body: 'old' });
  clock.advance(hour - 60_000);
  await first.call('GET', '/v2/');
  await first.registry.close();
  expect((await first.call('GET', old)).status).toBe(204);
  const { body, release } = heldBack('used');
  const patching = first.call('PATCH', used, { body });
  while (!first.files().some((file) => file.startsWith('tmp/'))) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(120_000);
  await first.call('GET', '/v2/');
  await first.registry.close();
  expect([(await first.call('GET', old)).status, (await first.call('GET', used)).status]).toEqual([404, 204]);
  release();
  expect((await patching).status).toBe(500);
  expect((await first.call('PUT', `${used}?digest=${digestOf('used')}`, { body: 'used' })).status).toBe(201);
});

test('a full disk is 507 without a path, and the upload can go on when there is room', async () => {
  let full = false;
  const errors: unknown[] = [];
  const harness = await openRegistry(
    { onError: (error) => errors.push(error) },
    {
      files: (real) => ({
        ...real,
        writeStream: async (directory, content, place, options) => {
          if (full) throw new ToolError('DISK_FULL', `no space left in ${directory}`);
          return real.writeStream(directory, content, place, options);
        },
      }),
    },
  );
  const location = await start(harness);
  await harness.call('PATCH', location, { body: 'one ' });
  full = true;
  for (const [method, url] of [
    ['PATCH', location],
    ['POST', `/v2/app/blobs/uploads/?digest=${digestOf('two')}`],
  ] as const) {
    const answer = await harness.call(method, url, { body: 'two' });
    expect([answer.status, answer.text.includes(harness.store)]).toEqual([507, false]);
  }
  full = false;
  expect((await harness.call('GET', location)).headers['range']).toBe('0-3');
  expect((await harness.call('PUT', `${location}?digest=${digestOf('one two')}`, { body: 'two' })).status).toBe(201);
  expect(errors).toMatchObject([{ code: 'DISK_FULL' }, { code: 'DISK_FULL' }]);
});

test('a failure of our own is 500, told to the operator and not to the client', async () => {
  const errors: unknown[] = [];
  const harness = await openRegistry(
    { onError: (error) => errors.push(error) },
    { files: (real) => ({ ...real, list: () => Promise.reject(new Error('secret path')) }) },
  );
  await start(harness);
  const answer = await harness.call('GET', '/v2/_catalog');
  expect([answer.status, answer.text]).toEqual([200, '{"repositories":[]}']);
  await harness.call('POST', `/v2/app/blobs/uploads/?digest=${digestOf('x')}`, { body: 'x' });
  const failed = await harness.call('GET', '/v2/_catalog');
  expect([failed.status, failed.text.includes('secret'), errors.length]).toEqual([500, false, 1]);
});
