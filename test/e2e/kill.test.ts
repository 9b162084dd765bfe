import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeded, startRegistry, type Workbench, workbench } from '../support/cli.ts';

const rounds = process.env['SLIPWAY_SOAK'] === '1' ? 1000 : 50;
const config = `apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy:
    envTemplate: {template: v1}
  artifacts:
  - image: app
`;

let bench: Workbench;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  bench = workbench({
    'skaffold.yaml': config,
    Dockerfile: 'FROM scratch\nCOPY data /data/\nCOPY changing /changing\nENV A=b\n',
  });
  for (let index = 0; index < 60; index += 1) bench.write({ [`data/f${index}`]: `${index}-`.repeat(20_000) });
  registry = await startRegistry(bench);
});
afterAll(async () => {
  await registry?.stop();
  bench?.remove();
});

const args = (): string[] => [
  'build',
  '--engine=embedded',
  `--default-repo=${registry.address}/p`,
  '--file-output=artifacts.json',
  '--interactive=false',
];

/** Every file below a directory of blobs is named by the digest of what it holds. */
function wrongBlobs(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .filter((entry) => /sha256$|sha256\//.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => createHash('sha256').update(readFileSync(file)).digest('hex') !== file.slice(-64));
}

async function servedDigest(): Promise<string> {
  const response = await fetch(`http://${registry.address}/v2/p/app/manifests/v1`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  return `sha256:${createHash('sha256')
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest('hex')}`;
}

test(`a build killed at any of ${rounds} moments leaves no half-written file and no damaged store, and the next one works`, async () => {
  const random = seeded(20);
  for (let round = 0; round < rounds; round += 1) {
    writeFileSync(bench.path('changing'), `round ${round}`);
    // Every third round changes a large layer too, so that some kills fall into its compression and upload.
    if (round % 3 === 0) writeFileSync(bench.path(`data/f${round % 60}`), `${round}+`.repeat(50_000));
    const before = existsSync(bench.path('artifacts.json')) ? bench.read('artifacts.json') : undefined;
    const { child, done } = bench.start(args());
    const timer = setTimeout(() => child.kill('SIGKILL'), 40 + random() * 400);
    await done;
    clearTimeout(timer);
    const after = existsSync(bench.path('artifacts.json')) ? bench.read('artifacts.json') : undefined;
    if (after !== before) expect(JSON.parse(after ?? '').builds).toHaveLength(1);
    if (round % 5 !== 4) continue;
    const pushed = await servedDigest();
    const next = await bench.run(args());
    expect(next.code, next.stderr).toBe(0);
    // Every round has content of its own: what the registry serves already was pushed by the run that was killed.
    const tag = JSON.parse(bench.read('artifacts.json')).builds[0].tag as string;
    if (tag.endsWith(pushed)) expect(next.stdout).not.toContain('Not found. Building');
    expect(JSON.parse(bench.read('artifacts.json')).builds[0].tag).toBe(
      `${registry.address}/p/app:v1@${await servedDigest()}`,
    );
  }
  expect(wrongBlobs(join(bench.home, '.cache/slipway'))).toEqual([]);
  expect(wrongBlobs(join(bench.home, 'registry/blobs'))).toEqual([]);
  const leftovers = readdirSync(bench.directory).filter(
    (name) => name.startsWith('artifacts.json') && name !== 'artifacts.json',
  );
  expect(leftovers.length).toBeLessThanOrEqual(rounds);
}, 600_000);

test('Ctrl-C ends a build with 130, SIGTERM with 143, and leaves the old file alone', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    bench.write({ changing: `signal ${signal}` });
    const before = bench.read('artifacts.json');
    // A registry that never answers holds the build up for as long as the test needs.
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as import('node:net').AddressInfo;
    const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const { child, done } = bench.start([
      'build',
      '--engine=embedded',
      `--default-repo=127.0.0.1:${port}/p`,
      '--file-output=artifacts.json',
    ]);
    await connected;
    child.kill(signal);
    const result = await done;
    silent.close();
    expect(result.code, result.stderr).toBe(code);
    expect(bench.read('artifacts.json')).toBe(before);
  }
});
