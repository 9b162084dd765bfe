import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliResult, seeded, startRegistry, type Workbench, workbench } from '../support/cli.ts';

const rounds = process.env['SLIPWAY_SOAK'] === '1' ? 500 : 40;
const config = `apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy:
    envTemplate: {template: v1}
  artifacts:
  - image: base
    context: base
  - image: app
    requires: [{image: base, alias: BASE}]
`;

let bench: Workbench;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  bench = workbench({
    'skaffold.yaml': config,
    Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY data /data/\nCOPY changing /changing\n',
    'base/Dockerfile': 'FROM scratch\nCOPY tools /tools\n',
    'base/tools': 'tools '.repeat(1000),
    '.dockerignore': 'base\n',
    changing: '0',
  });
  for (let index = 0; index < 20; index += 1) bench.write({ [`data/f${index}`]: `${index}-`.repeat(2000) });
  registry = await startRegistry(bench);
});
afterAll(async () => {
  await registry?.stop();
  bench?.remove();
});

const build = (repo: string, cache: string, more: readonly string[] = []): Promise<CliResult> =>
  bench.run(
    ['build', '--engine=embedded', `--default-repo=${registry.address}/${repo}`, ...more, '--interactive=false'],
    {
      env: { SLIPWAY_CACHE_DIR: join(bench.home, cache) },
    },
  );

async function served(repo: string, image: string): Promise<string | undefined> {
  const response = await fetch(`http://${registry.address}/v2/${repo}/${image}/manifests/v1`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  if (!response.ok) return undefined;
  return createHash('sha256')
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest('hex');
}

/** What the project comes to without any state. */
async function oracle(): Promise<string | undefined> {
  rmSync(join(bench.home, 'fresh'), { recursive: true, force: true });
  const result = await build('oracle', 'fresh', ['--shared-cache=false']);
  expect(result.code, result.stderr).toBe(0);
  return served('oracle', 'app');
}

function storeFiles(): string[] {
  const store = join(bench.home, 'cache');
  return readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Flips a bit, cuts the file off, empties it, or puts something else in its place. */
function damage(file: string, random: () => number): string {
  const bytes = readFileSync(file);
  const how = Math.floor(random() * 4);
  const at = Math.floor(random() * bytes.length);
  if (how === 0 && bytes.length > 0) {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    writeFileSync(file, bytes);
  } else if (how === 1) truncateSync(file, at);
  else if (how === 2) truncateSync(file, 0);
  else writeFileSync(file, randomBytes(bytes.length));
  return `${['flipped', 'cut', 'emptied', 'replaced'][how]} ${file.slice(bench.home.length)}`;
}

test(`a store damaged in ${rounds} random ways is never believed, and the build goes through`, async () => {
  const random = seeded(7);
  await build('app-0', 'cache');
  let expected = await oracle();
  for (let round = 0; round < rounds; round += 1) {
    const files = storeFiles();
    const done = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
      damage(files[Math.floor(random() * files.length)] ?? '', random),
    );
    // Nothing changed, or a file did, or the image has to go to a registry that has nothing of it.
    const kind = round % 3;
    if (kind === 1) {
      bench.write({ changing: `${round}` });
      expected = await oracle();
    }
    const repo = kind === 2 ? `app-${round}` : 'app-0';
    const result = await build(repo, 'cache', ['--shared-cache=false']);
    expect(result.code, `${done.join('\n')}\n${result.stderr}`).toBe(0);
    expect(await served(repo, 'app'), done.join('\n')).toBe(expected);
  }
}, 3_600_000);

test('eight runs at once on one checkout agree, and leave a store that the next one believes', async () => {
  bench.write({ changing: 'together' });
  rmSync(join(bench.home, 'cache'), { recursive: true, force: true });
  const results = await Promise.all(Array.from({ length: 8 }, () => build('together', 'cache', ['-q'])));
  for (const { code, stderr } of results) expect(code, stderr).toBe(0);
  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
  expect(await served('together', 'app')).toBe(await oracle());
  const next = await build('together', 'cache');
  expect(next.stdout).not.toContain('Building');
  expect(readdirSync(join(bench.home, 'cache', 'running'))).toEqual([]);
  const leftovers = storeFiles().filter((file) => file.endsWith('.tmp'));
  expect(leftovers).toEqual([]);
});

test('a machine with an empty disk builds nothing that another one pushed', async () => {
  bench.write({ changing: 'shared' });
  const first = await build('shared', 'machine-1');
  expect(first.code, first.stderr).toBe(0);
  const second = await build('shared', 'machine-2');
  expect([second.code, second.stdout.match(/Found Remotely/g)?.length]).toEqual([0, 2]);
  expect(second.stdout).not.toContain('Building [');
  const alone = await build('shared', 'machine-3', ['--shared-cache=false']);
  expect(alone.stdout).toContain('Building [app]');
  // With a secret of one's own, what others left counts for nothing.
  const distrusting = await bench.run(
    ['build', '--engine=embedded', `--default-repo=${registry.address}/shared`, '--interactive=false'],
    { env: { SLIPWAY_CACHE_DIR: join(bench.home, 'machine-4'), SLIPWAY_SHARED_CACHE_KEY: 'mine' } },
  );
  expect(distrusting.stdout).toContain('Building [app]');
});

test('several default repos get the same image, also those that come later', async () => {
  bench.write({ changing: 'several' });
  await build('one', 'several');
  const more = [`--default-repo=${registry.address}/two`, `--default-repo=${registry.address}/three/deep`];
  const result = await build('one', 'several', [...more, '-q']);
  expect(result.code, result.stderr).toBe(0);
  const digests = await Promise.all(['one', 'two', 'three/deep'].map((repo) => served(repo, 'app')));
  expect(new Set(digests).size).toBe(1);
  expect(JSON.parse(result.stdout).builds[1].tag).toBe(`${registry.address}/one/app:v1@sha256:${digests[0]}`);
});

test('build --keep-going builds what does not need what failed, and fails', async () => {
  const other = workbench({
    'skaffold.yaml': `apiVersion: skaffold/v4beta14
kind: Config
build:
  tagPolicy: {envTemplate: {template: v1}}
  artifacts:
  - {image: broken, context: broken}
  - {image: needs, context: fine, requires: [{image: broken, alias: B}]}
  - {image: fine, context: fine}
  - {image: wrong, context: wrong}
`,
    'broken/Dockerfile': 'FROM scratch\nCOPY --from=nowhere.invalid/x /a /a\n',
    'wrong/Dockerfile': 'FROM scratch\nCOPY f /f\nUSER nobody-here\nWORKDIR /x\nCOPY --chown=nobody:nobody f /g\n',
    'wrong/f': '1',
    'fine/Dockerfile': 'FROM scratch\nCOPY f /f\n',
    'fine/f': '1',
  });
  try {
    const args = ['build', '--engine=embedded', `--default-repo=${registry.address}/going`, '--interactive=false'];
    const result = await other.run([...args, '--keep-going', '--file-output=out.json']);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('Build [fine] succeeded');
    expect(result.stdout).toContain('Build [needs] was canceled');
    expect(await served('going', 'fine')).toBeDefined();
    expect(existsSync(other.path('out.json'))).toBe(false);
  } finally {
    other.remove();
  }
});

test.runIf(process.getuid?.() === 0)(
  'a disk that is full at any moment is one error, and the next run works',
  async () => {
    const small = join(bench.home, 'small');
    mkdirSync(small, { recursive: true });
    for (const size of [8, 40, 80, 120, 200, 320]) {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', small]);
      try {
        writeFileSync(bench.path('changing'), randomBytes(100_000));
        const repo = `full-${size}`;
        const result = await build(repo, 'small', ['--shared-cache=false']);
        if (result.code === 0) expect(await served(repo, 'app')).toBe(await oracle());
        else expect(result.stderr).toMatch(/disk|space/i);
        expect(result.stderr).not.toMatch(/\n\s+at .+:\d+:\d+|internal error/i);
        execFileSync('mount', ['-o', 'remount,size=8m', small]);
        const next = await build(repo, 'small', ['--shared-cache=false']);
        expect(next.code, next.stderr).toBe(0);
        expect(await served(repo, 'app')).toBe(await oracle());
      } finally {
        execFileSync('umount', [small]);
      }
    }
  },
);
