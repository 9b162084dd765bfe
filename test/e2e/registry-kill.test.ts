import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Client, createClient, sha } from '../contract/distribution/client.ts';
import { configType, describe, layerType, manifestOf, manifestType } from '../contract/distribution/content.ts';
import { seeded, type Workbench, workbench } from '../support/cli.ts';

const rounds = process.env['SLIPWAY_SOAK'] === '1' ? 200 : 50;
const repository = 'killed/app';
const binary = { 'content-type': 'application/octet-stream' };

/** What the server said it has: only these promises must hold after it was killed. */
interface Promises {
  readonly blobs: Set<string>;
  readonly tags: Map<string, TagPromise>;
  /** Uploads by location, with the number of bytes acknowledged. */
  readonly uploads: Map<string, number>;
}

interface TagPromise {
  /** What the last push that was answered put under the tag. */
  readonly acknowledged: string | undefined;
  /** What a push under way when the server was killed may have put there. */
  readonly attempted: string;
}

test(`killed ${rounds} times while clients push, the registry never loses or damages anything`, {
  timeout: 600_000,
}, async () => {
  const bench = workbench();
  const random = seeded(20_261_121);
  const promises: Promises = { blobs: new Set(), tags: new Map(), uploads: new Map() };
  try {
    for (let round = 0; round < rounds; round++) await killWhilePushing(bench, random, promises);
    expect(promises.blobs.size).toBeGreaterThan(rounds);
    expect(promises.tags.size).toBeGreaterThan(1);
    await withServer(bench, (client) => checkEverything(client, promises));
  } finally {
    bench.remove();
  }
});

async function killWhilePushing(bench: Workbench, random: () => number, promises: Promises): Promise<void> {
  await withServer(bench, async (client, kill) => {
    await checkUploads(client, promises);
    const pushing = [1, 2, 3].map((pusher) => pushUntilKilled({ client, random, promises, pusher }));
    await new Promise((resolve) => setTimeout(resolve, random() * 150));
    await kill();
    await Promise.all(pushing);
  });
  checkContent(bench);
}

/** Serves the store of the workbench; it is killed in the end in any case. */
async function withServer(
  bench: Workbench,
  work: (client: Client, kill: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { child, done } = bench.start([
    'registry',
    'serve',
    '--addr',
    '127.0.0.1:0',
    '--store',
    join(bench.home, 'registry'),
  ]);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await done;
  };
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()));
    done.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  const client = createClient(`http://${address}`);
  try {
    await work(client, kill);
  } finally {
    client.close();
    await kill();
  }
}

interface Pushing {
  readonly client: Client;
  readonly random: () => number;
  readonly promises: Promises;
  /** Which of the clients at work this is: each has tags of its own, so that it knows what comes after what. */
  readonly pusher: number;
}

async function pushUntilKilled(pushing: Pushing): Promise<void> {
  const pushes = [pushAtOnce, pushInChunks, pushImage];
  try {
    for (;;) await pushes[Math.floor(pushing.random() * pushes.length)]?.(pushing);
  } catch (error) {
    // A connection that is cut is what this test is about; a wrong answer is not.
    if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function content(random: () => number): Buffer {
  const size = Math.floor(random() ** 3 * 2_000_000);
  return Buffer.alloc(size, Buffer.from([1, 2, 3, 4, 5].map(() => Math.floor(random() * 256))));
}

async function pushAtOnce({ client, random, promises }: Pushing, body: Buffer = content(random)): Promise<void> {
  const digest = sha('sha256', body);
  const answer = await client.call('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, {
    headers: binary,
    body,
  });
  expect(answer.status).toBe(201);
  promises.blobs.add(digest);
}

async function pushInChunks({ client, random, promises }: Pushing): Promise<void> {
  const body = content(random);
  const started = await client.call('POST', `/v2/${repository}/blobs/uploads/`);
  const location = started.headers['location'] ?? '';
  promises.uploads.set(location, 0);
  for (let at = 0; at < body.byteLength; ) {
    const end = Math.min(body.byteLength, at + 1 + Math.floor(random() * 500_000));
    const headers = { ...binary, 'content-range': `${at}-${end - 1}` };
    const answer = await client.call('PATCH', location, { headers, body: body.subarray(at, end) });
    expect(answer.status).toBe(202);
    promises.uploads.set(location, end);
    at = end;
  }
  promises.uploads.delete(location);
  const put = await client.call('PUT', `${location}?digest=${sha('sha256', body)}`);
  expect(put.status).toBe(201);
  promises.blobs.add(sha('sha256', body));
}

async function pushImage(pushing: Pushing): Promise<void> {
  const { client, random, promises, pusher } = pushing;
  const [config, layer] = [Buffer.from(`{"n":${random()}}`), content(random)];
  for (const blob of [config, layer]) await pushAtOnce(pushing, blob);
  const body = manifestOf(describe(configType, config), [describe(layerType, layer)]);
  const [tag, digest] = [`pusher${pusher}-${Math.floor(random() * 3)}`, sha('sha256', body)];
  promises.tags.set(tag, { acknowledged: promises.tags.get(tag)?.acknowledged, attempted: digest });
  const headers = { 'content-type': manifestType };
  const put = await client.call('PUT', `/v2/${repository}/manifests/${tag}`, { headers, body });
  expect(put.status, put.body.toString()).toBe(201);
  promises.tags.set(tag, { acknowledged: digest, attempted: digest });
}

/** Uploads that were under way go on at no less than what was acknowledged. */
async function checkUploads(client: Client, promises: Promises): Promise<void> {
  for (const [location, acknowledged] of promises.uploads) {
    const status = await client.call('GET', location);
    expect(status.status).toBe(204);
    const end = Number(status.headers['range']?.replace('0-', '')) + 1;
    if (acknowledged > 0) expect(end).toBeGreaterThanOrEqual(acknowledged);
  }
  promises.uploads.clear();
}

/** Whatever lies under a digest has that digest, acknowledged or not. */
function checkContent(bench: Workbench): void {
  const directory = join(bench.home, 'registry/blobs/sha256');
  for (const name of readdirSync(directory)) {
    expect(
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ).toBe(name);
  }
}

async function checkEverything(client: Client, promises: Promises): Promise<void> {
  for (const digest of promises.blobs) {
    expect(await servedDigest(client, `/v2/${repository}/blobs/${digest}`)).toBe(digest);
  }
  const { tags } = (await client.call('GET', `/v2/${repository}/tags/list`)).json<{ tags: string[] }>();
  const acknowledged = [...promises.tags].filter(([, promise]) => promise.acknowledged !== undefined);
  expect(tags).toEqual(expect.arrayContaining(acknowledged.map(([tag]) => tag)));
  for (const tag of tags) await checkTag(client, tag, promises.tags.get(tag));
}

/** A tag leads to a whole image: the one acknowledged last, or the one being pushed when the server was killed. */
async function checkTag(client: Client, tag: string, promise: TagPromise | undefined): Promise<void> {
  const answer = await client.call('GET', `/v2/${repository}/manifests/${tag}`);
  expect([promise?.acknowledged, promise?.attempted]).toContain(sha('sha256', answer.body));
  const { config, layers } = answer.json<{ config: { digest: string }; layers: { digest: string }[] }>();
  for (const { digest } of [config, ...layers]) {
    expect(await servedDigest(client, `/v2/${repository}/blobs/${digest}`)).toBe(digest);
  }
}

async function servedDigest(client: Client, path: string): Promise<string> {
  const answer = await client.call('GET', path);
  expect(answer.status).toBe(200);
  return sha('sha256', answer.body);
}
