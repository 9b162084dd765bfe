import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ImageName } from '../../../../src/core/names.ts';
import type { ImageArchive } from '../../../../src/core/plugins.ts';
import { imageArchive } from '../../../../src/engines/embedded/archive.ts';
import { parseReference } from '../../../../src/image/reference.ts';
import { type Built, type Harness, harness } from './harness.ts';

const files = { Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\nENV X=1\n', a: 'a'.repeat(5000), b: 'b' };
const tag = 'registry.test/copy:v1';

/** The archive of an image, unpacked into a directory, and the request to take it in again. */
async function unpacked(
  h: Harness,
  { outcome }: Built,
): Promise<{ readonly directory: string; readonly file: string }> {
  const directory = join(h.workspace, '../archive');
  const file = join(h.workspace, '../image.tar');
  mkdirSync(directory);
  const pieces: Uint8Array[] = [];
  for await (const piece of imageArchive(outcome, tag, h.store, h.ctx)) pieces.push(Buffer.from(piece));
  writeFileSync(file, Buffer.concat(pieces));
  execFileSync('tar', ['-xf', file, '-C', directory]);
  return { directory, file };
}

const requestFor = (file: string): ImageArchive => ({
  image: 'copy' as ImageName,
  file,
  reference: parseReference(tag),
  tag,
  push: false,
});

interface Manifest {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

const manifestIn = (directory: string): Manifest[] =>
  JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest[];

function packed(directory: string, file: string): string {
  execFileSync('tar', ['-cf', file, '-C', directory, '.']);
  return file;
}

describe('an image as an archive', () => {
  test('names its config and its layers, and comes back as the same image', async () => {
    const h = harness(files);
    const built = await h.build();
    const { directory, file } = await unpacked(h, built);
    const [manifest] = manifestIn(directory);
    expect(manifest?.RepoTags).toEqual([tag]);
    expect(manifest?.Layers).toHaveLength(2);
    const other = harness({});
    expect(await other.engine.importArchive(requestFor(file), other.ctx)).toEqual(built.outcome);
    expect(await other.engine.find(tag, other.ctx)).toBe(built.outcome.id);
  });

  test('may have plain layers, links between them, and be compressed itself', async () => {
    const h = harness(files);
    const built = await h.build();
    const { directory } = await unpacked(h, built);
    const [manifest] = manifestIn(directory);
    for (const [index, layer] of (manifest?.Layers ?? []).entries()) {
      writeFileSync(join(directory, `plain${index}`), gunzipSync(readFileSync(join(directory, layer))));
      renameSync(join(directory, layer), join(directory, `${layer}.gone`));
      symlinkSync(`../plain${index}`, join(directory, layer));
    }
    const file = packed(directory, join(directory, '../plain.tar'));
    writeFileSync(file, gzipSync(readFileSync(file)));
    const other = harness({});
    expect(await other.engine.importArchive(requestFor(file), other.ctx)).toEqual(built.outcome);
  });

  test.each<readonly [string, (directory: string, manifest: Manifest) => unknown]>([
    ['no manifest', () => undefined],
    ['several images', (_directory, manifest) => [manifest, manifest]],
    ['a config that is not there', (_directory, manifest) => [{ ...manifest, Config: 'none.json' }]],
    ['a layer that is not there', (_directory, manifest) => [{ ...manifest, Layers: ['none', 'nope'] }]],
    ['layers in another order', (_directory, manifest) => [{ ...manifest, Layers: [...manifest.Layers].reverse() }]],
    ['fewer layers', (_directory, manifest) => [{ ...manifest, Layers: manifest.Layers.slice(1) }]],
    ['a manifest of another kind', () => ({})],
  ])('with %s is refused by name', async (_what, change) => {
    const h = harness(files);
    const { directory } = await unpacked(h, await h.build());
    const [manifest] = manifestIn(directory);
    const changed = change(directory, manifest as Manifest);
    const path = join(directory, 'manifest.json');
    if (changed === undefined) renameSync(path, join(directory, 'other.json'));
    else writeFileSync(path, JSON.stringify(changed));
    const file = packed(directory, join(directory, '../bad.tar'));
    const failure = h.engine.importArchive(requestFor(file), h.ctx);
    await expect(failure).rejects.toMatchObject({ code: 'BUILD_USER_ERROR' });
    await expect(failure).rejects.toThrow(file);
  });
});
