import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CliResult, startRegistry, type Workbench, workbench } from '../support/cli.ts';
import { type Fault, type FlakyRegistry, flakyRegistry } from '../support/flaky-registry.ts';

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
let flaky: FlakyRegistry;
let round = 0;

beforeAll(async () => {
  bench = workbench({
    'skaffold.yaml': config,
    Dockerfile: 'FROM scratch\nCOPY big /big\nCOPY changing /changing\n',
    big: 'x'.repeat(300_000),
  });
  registry = await startRegistry(bench);
  flaky = await flakyRegistry(registry.address);
});
afterAll(async () => {
  await flaky?.stop();
  await registry?.stop();
  bench?.remove();
});
beforeEach(() => {
  round += 1;
  bench.write({ changing: `round ${round}`, 'artifacts.json': 'old' });
});
afterEach(() => flaky.arm([]));

const build = (repo: string): Promise<CliResult> =>
  bench.run([
    'build',
    '--engine=embedded',
    `--default-repo=${flaky.address}/${repo}`,
    '--file-output=artifacts.json',
    '--interactive=false',
  ]);

async function expectRight(result: CliResult, repo: string): Promise<void> {
  expect(result.code, result.stderr).toBe(0);
  const response = await fetch(`http://${registry.address}/v2/${repo}/app/manifests/v1`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const served = createHash('sha256')
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest('hex');
  expect(JSON.parse(bench.read('artifacts.json')).builds).toEqual([
    { imageName: 'app', tag: `${flaky.address}/${repo}/app:v1@sha256:${served}` },
  ]);
}

const upload = /\/blobs\/uploads\//;
const manifest = /\/manifests\//;
const unavailable = { status: 503 } as const;
const temporary: readonly (readonly [string, readonly Fault[]])[] = [
  ['500 twice when an upload is opened', [{ method: 'POST', path: upload, times: 2, act: { status: 500 } }]],
  ['503 twice on a manifest', [{ method: 'PUT', path: manifest, times: 2, act: unavailable }]],
  [
    '429 with Retry-After',
    [{ method: 'PUT', path: manifest, times: 1, act: { status: 429, headers: { 'retry-after': '1' } } }],
  ],
  [
    'a connection cut while a layer goes up',
    [
      { method: 'PATCH', path: upload, times: 1, act: 'reset' },
      { method: 'PUT', path: upload, times: 1, act: 'reset' },
      { method: 'POST', path: upload, times: 1, act: 'reset' },
    ],
  ],
  ['500 on the first look', [{ method: 'HEAD', path: /\/v2\//, times: 1, act: { status: 500 } }]],
];

test.each(temporary)('%s: the build goes through and names what the registry serves', async (_name, faults) => {
  const repo = `temporary-${round}`;
  flaky.arm(faults);
  await expectRight(await build(repo), repo);
});

test('a 401 in mid-session is answered with the credentials once more', async () => {
  const repo = `session-${round}`;
  mkdirSync(`${bench.home}/.docker`, { recursive: true });
  writeFileSync(
    `${bench.home}/.docker/config.json`,
    JSON.stringify({ auths: { [flaky.address]: { auth: Buffer.from('me:secret').toString('base64') } } }),
  );
  flaky.arm([
    {
      method: 'PUT',
      path: manifest,
      times: 1,
      act: { status: 401, headers: { 'www-authenticate': 'Basic realm="again"' } },
    },
  ]);
  await expectRight(await build(repo), repo);
});

const permanent: readonly (readonly [string, readonly Fault[]])[] = [
  ['500 for good', [{ method: 'POST', path: upload, times: 99, act: { status: 500 } }]],
  ['403 on a push', [{ method: 'POST', path: upload, times: 99, act: { status: 403 } }]],
  ['connections that are always cut', [{ method: 'POST', path: upload, times: 99, act: 'reset' }]],
];

test.each(permanent)(
  '%s: one error that names the registry, the old file stays, the next run works',
  async (_name, faults) => {
    const repo = `permanent-${round}`;
    flaky.arm(faults);
    const failed = await build(repo);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(flaky.address);
    expect(failed.stderr).not.toMatch(/\n\s+at .+:\d+:\d+|internal error/i);
    expect(bench.read('artifacts.json')).toBe('old');
    flaky.arm([]);
    await expectRight(await build(repo), repo);
  },
);

test('a corrupted or cut blob of a base image is never built upon', async () => {
  const base = workbench({
    'skaffold.yaml': config.replace('image: app', 'image: base'),
    Dockerfile: 'FROM scratch\nCOPY data /data/\n',
    'data/file': 'the base image\n'.repeat(1000),
  });
  const pushed = await base.run(['build', '-q', '--engine=embedded', `--default-repo=${registry.address}`]);
  base.remove();
  expect(pushed.code, pushed.stderr).toBe(0);
  bench.write({
    Dockerfile: `FROM scratch\nCOPY --from=${flaky.address}/base:v1 /data/file /copied\nCOPY changing /\n`,
  });
  for (const act of ['corrupt-response', 'cut-response'] as const) {
    flaky.arm([{ method: 'GET', path: /\/blobs\/sha256/, times: 99, act }]);
    const failed = await build(`damaged-${act}`);
    expect(failed.code, failed.stderr).toBe(1);
    expect(bench.read('artifacts.json')).toBe('old');
  }
  flaky.arm([]);
  await expectRight(await build('mended'), 'mended');
  bench.write({ Dockerfile: 'FROM scratch\nCOPY big /big\nCOPY changing /changing\n' });
});

test.runIf(process.getuid?.() === 0)(
  'a full disk is one error, leaves no damaged store, and the next run works',
  async () => {
    const small = bench.path('../small');
    mkdirSync(small, { recursive: true });
    // A tmpfs of 200 kB as the cache: random bytes do not compress, so the layer cannot fit.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', small]);
    try {
      const { randomBytes } = await import('node:crypto');
      writeFileSync(bench.path('big'), randomBytes(400_000));
      const args = ['build', '-q', '--engine=embedded', `--default-repo=${registry.address}/full`];
      const failed = await bench.run(args, { env: { XDG_CACHE_HOME: small } });
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(/disk|space/i);
      writeFileSync(bench.path('big'), 'small again');
      const next = await bench.run(args, { env: { XDG_CACHE_HOME: small } });
      expect(next.code, next.stderr).toBe(0);
    } finally {
      execFileSync('umount', [small]);
    }
    expect(existsSync(small)).toBe(true);
  },
);

test('an output on a full disk keeps the old file', async () => {
  const full = await bench.run([
    'build',
    '-q',
    '--engine=embedded',
    `--default-repo=${registry.address}/dev`,
    '--file-output=/dev/full',
  ]);
  expect(full.code).toBe(1);
  expect(full.stderr).toContain('/dev/full');
});
