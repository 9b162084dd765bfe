import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Files } from '../../../../src/core/ports.ts';
import { type Built, type Harness, harness } from './harness.ts';

const dockerfile = 'FROM scratch\nWORKDIR /app\nCOPY src/ ./\nCOPY small.txt ./\nENV A=1\nCMD ["x"]\n';
const files = { Dockerfile: dockerfile, 'src/a': 'a', 'src/b/c': 'c', 'small.txt': 'small' };

/** Files of the context that were read by the last build, and the steps that came from the cache. */
async function watched(
  h: Harness,
  build: () => Promise<Built> = () => h.build(),
): Promise<{ built: Built; reads: string[]; cached: number }> {
  const request = await h.request();
  const before = h.reads.length;
  const printed = h.output().length;
  void request;
  const built = await build();
  const reads = h.reads.slice(before).filter((name) => !/Dockerfile|dockerignore/.test(name));
  return { built, reads, cached: h.output().slice(printed).split('Using cache').length - 1 };
}

const blobFile = (h: Harness, digest: string): string => join(h.storeDirectory, 'blobs', 'sha256', digest.slice(7));

async function layersOf(h: Harness, built: Built): Promise<readonly { digest: string; size: number }[]> {
  const manifest = JSON.parse(Buffer.from((await h.store.blobs.read(built.outcome.digest)) ?? []).toString()) as {
    layers: { digest: string; size: number }[];
  };
  return manifest.layers;
}

describe('the second build', () => {
  test('reads no file of the context and asks no registry', async () => {
    const h = harness(files);
    const first = await watched(h);
    const second = await watched(h);
    expect(second).toMatchObject({ reads: [], cached: 3, built: { outcome: first.built.outcome } });
    expect(h.registry.calls).toEqual([]);
  });

  test('by another process is the same', async () => {
    const h = harness(files);
    const first = await h.build();
    const other = harness(files, { storeDirectory: h.storeDirectory });
    const second = await watched(other);
    expect(second.cached).toBe(3);
    expect(second.built.outcome).toEqual(first.outcome);
  });

  test('with one changed file reads that file only, and makes only the layers from there on', async () => {
    const h = harness(files);
    const first = await h.build();
    h.write({ 'small.txt': 'other' });
    const second = await watched(h);
    // Once for its hash, once for the layer.
    expect(second.reads).toEqual(['small.txt', 'small.txt']);
    expect(second.cached).toBe(2);
    const [before, after] = [await layersOf(h, first), await layersOf(h, second.built)];
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
  });

  test('a file that only got a new time keeps every layer', async () => {
    const h = harness(files);
    const first = await h.build();
    utimesSync(join(h.workspace, 'src/a'), 1_500_000_000, 1_500_000_000);
    const second = await watched(h);
    expect(second).toMatchObject({ reads: ['src/a'], cached: 3, built: { outcome: first.outcome } });
  });

  test('a changed mode or a new file makes the layer anew', async () => {
    const h = harness(files);
    await h.build();
    chmodSync(join(h.workspace, 'src/a'), 0o755);
    const changed = await watched(h);
    expect(changed.built.tree).toContain('0755 0:0 app/a');
    h.write({ 'src/new': 'n' });
    expect((await watched(h)).built.tree).toContain('0644 0:0 app/new');
  });

  test('what does not touch the files keeps the layers: labels, commands, environment', async () => {
    const h = harness(files);
    await h.build();
    h.write({ Dockerfile: `${dockerfile.replace('WORKDIR', 'LABEL a=1\nENV X=2\nWORKDIR')}CMD ["y"]\n` });
    expect((await watched(h)).cached).toBe(3);
  });

  test('a variable in a path counts by its value', async () => {
    const h = harness({ Dockerfile: 'FROM scratch\nARG D=/x\nCOPY f $D/\n', f: 'f' });
    await h.build();
    expect((await watched(h)).cached).toBe(1);
    expect((await watched(h, () => h.build({ buildArgs: { D: '/y' } }))).built.tree).toContain('0644 0:0 y/f');
  });

  test('noCache makes every layer anew, to the same result', async () => {
    const h = harness(files);
    const first = await h.build();
    const second = await watched(h, () => h.build({ noCache: true }));
    expect(second).toMatchObject({ cached: 0, built: { outcome: first.outcome } });
  });
});

describe('copying from another stage', () => {
  const twoStages = 'FROM scratch AS one\nCOPY f /f\nCOPY g /g\nFROM scratch\nCOPY --from=one /f /f\n';

  test('is not repeated when something else of that stage changes', async () => {
    const h = harness({ Dockerfile: twoStages, f: 'f', g: 'g' });
    await h.build();
    h.write({ g: 'other' });
    expect(await watched(h)).toMatchObject({ cached: 2 });
    expect(await watched(h)).toMatchObject({ cached: 3 });
  });

  test('is repeated when what is copied changes', async () => {
    const h = harness({ Dockerfile: twoStages, f: 'f', g: 'g' });
    await h.build();
    h.write({ f: 'other' });
    const { built } = await watched(h);
    expect(built.hashes.get('f')).toBe(createHash('sha256').update('other').digest('hex'));
  });
});

describe('damage in the store', () => {
  test.each<[string, (h: Harness, digest: string) => void]>([
    ['missing', (h, digest) => rmSync(blobFile(h, digest))],
    ['cut off', (h, digest) => truncateSync(blobFile(h, digest), 10)],
  ])('a layer that is %s is made anew, to the same digest', async (_what, damage) => {
    const h = harness(files);
    const first = await h.build();
    damage(h, (await layersOf(h, first))[1]?.digest ?? '');
    const second = await watched(h);
    expect(second).toMatchObject({ cached: 2, built: { outcome: first.outcome } });
  });

  test('every file of the store cut off in the middle: the next build just works', async () => {
    const h = harness(files);
    const first = await h.build();
    for (const name of readdirSync(h.storeDirectory, { recursive: true }) as string[]) {
      const path = join(h.storeDirectory, name);
      if (!existsSync(path) || readdirIsDirectory(path)) continue;
      truncateSync(path, 20);
    }
    expect((await h.build()).outcome).toEqual(first.outcome);
    expect((await watched(h)).cached).toBe(3);
  });

  test('a full disk while a layer is written leaves nothing, and the next build just works', async () => {
    let isFull = true;
    const wrapFiles = (real: Files): Files => ({
      ...real,
      writeStream: async (directory, content, place) => {
        async function* failing(): AsyncGenerator<Uint8Array> {
          for await (const piece of content) {
            yield piece;
            if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
          }
        }
        return real.writeStream(directory, failing(), place);
      },
    });
    const h = harness(files, { wrapFiles });
    await expect(h.build()).rejects.toThrow('no space');
    expect(readdirSync(join(h.storeDirectory, 'blobs', 'sha256'))).toEqual([]);
    isFull = false;
    expect((await h.build()).tree).toContain('0644 0:0 app/small.txt');
  });
});

function readdirIsDirectory(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

describe('a file that changes while it is copied', () => {
  test('is copied as it is afterwards, and the record does not lie', async () => {
    let change: (() => void) | undefined;
    const wrapFiles = (real: Files): Files => ({
      ...real,
      read: async (path) => {
        const bytes = await real.read(path);
        // Right after the first read, which is the one for the hash.
        if (path.endsWith('/f')) change?.();
        return bytes;
      },
    });
    const h = harness({ Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'first' }, { wrapFiles });
    change = () => {
      change = undefined;
      writeFileSync(join(h.workspace, 'f'), 'second, and longer');
    };
    const built = await h.build();
    expect(built.hashes.get('f')).toBe(createHash('sha256').update('second, and longer').digest('hex'));
    expect((await h.build()).outcome).toEqual(built.outcome);
  });

  test('again and again is an error that says so', async () => {
    let count = 0;
    const h = harness(
      { Dockerfile: 'FROM scratch\nCOPY f /f\n', f: '0' },
      {
        wrapFiles: (real) => ({
          ...real,
          read: async (path) => {
            const bytes = await real.read(path);
            count += 1;
            if (path.endsWith('/f')) writeFileSync(path, `content ${count}`.padEnd(20 + count));
            return bytes;
          },
        }),
      },
    );
    await expect(h.build()).rejects.toMatchObject({ code: 'FILE_CHANGED', message: expect.stringContaining('"f"') });
  });
});
