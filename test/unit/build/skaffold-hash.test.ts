import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { skaffoldKey } from '../../../src/build/builders/docker/skaffold-key.ts';
import type { DockerSpec } from '../../../src/build/builders/docker/spec.ts';
import { filesOfTests, hashArtifact, hashWithRequired } from '../../../src/build/skaffold-hash.ts';
import type { ImageName } from '../../../src/core/names.ts';
import type { Context } from '../../../src/core/ports.ts';
import type { Artifact, ImageTest } from '../../../src/core/project.ts';
import { parseReference } from '../../../src/image/reference.ts';
import { createSystem } from '../../../src/system/node.ts';

interface RecordedFile {
  readonly path: string;
  readonly mode?: string;
  readonly content?: string;
  readonly link?: string;
  readonly dir?: boolean;
}

interface Recorded {
  readonly name: string;
  readonly spec: DockerSpec;
  readonly files: readonly RecordedFile[] | null;
  readonly args: readonly string[];
  readonly platforms: readonly string[];
  readonly required: readonly string[];
  readonly hash: string;
}

const recorded = JSON.parse(
  readFileSync(new URL('./fixtures/skaffold-hash.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

let root: string;
let ctx: Context;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-hash-'));
  const system = createSystem({ cwd: root, env: { FROM_ENV: 'env' } });
  ctx = { system, emit: () => undefined, signal: new AbortController().signal };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write({ path, mode = '644', content = '', link, dir }: RecordedFile): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (link !== undefined) symlinkSync(link, target);
  else if (dir === true) mkdirSync(target);
  else writeFileSync(target, content);
  if (link === undefined) chmodSync(target, Number.parseInt(mode, 8));
}

function artifact(spec: DockerSpec, workspace: string): Artifact<DockerSpec> {
  return {
    image: 'app' as ImageName,
    workspace,
    context: '.',
    type: 'docker',
    spec,
    requires: [],
    platforms: [],
    hooks: { before: [], after: [] },
  };
}

const run = { runMode: 'build', reference: parseReference('r.io/p/app:v1') };

test.each(recorded)(
  'the key of $name is the one Go makes',
  async ({ spec, files, args, platforms, required, hash }) => {
    for (const file of files ?? []) write(file);
    write({ path: `.key/${spec.dockerfile}`, content: 'FROM scratch\n' });
    const { config } = await skaffoldKey(artifact(spec, join(root, '.key')), run, ctx);
    const paths = (files ?? []).map(({ path }) => join(root, path)).reverse();
    const own = await hashArtifact({ config, args, files: [...paths, join(root, 'missing')], platforms }, ctx);
    expect(hashWithRequired(own, required)).toBe(hash);
  },
);

test('build arguments count with their templates expanded, and Skaffold’s own where the Dockerfile declares them', async () => {
  write({ path: 'Dockerfile', content: 'ARG SKAFFOLD_RUN_MODE\nARG BASE\nFROM scratch\n' });
  const buildArgs = { TAG: '{{.IMAGE_TAG}}', ENV: '{{.FROM_ENV}}', PLAIN: 'x', NULL: null };
  const { args } = await skaffoldKey(artifact({ dockerfile: 'Dockerfile', buildArgs }, root), run, ctx);
  expect([...args].sort()).toEqual(['ENV=env', 'NULL', 'PLAIN=x', 'SKAFFOLD_RUN_MODE=build', 'TAG=v1']);
});

describe('files of tests', () => {
  const of = (structureTests: readonly string[], namesDependencies = false): ImageTest => ({
    image: 'app' as ImageName,
    directory: root,
    structureTests,
    structureTestsArgs: [],
    custom: [],
    namesDependencies,
  });
  const shown = async (...tests: readonly ImageTest[]): Promise<readonly string[] | undefined> =>
    (await filesOfTests(tests, ctx))?.map((path) => path.slice(root.length + 1));

  test('are those that names and patterns of structure tests stand for', async () => {
    for (const path of ['t/a.yaml', 't/b.yaml', 't/sub/c.yaml', 'd.yaml']) write({ path });
    expect(await shown(of(['d.yaml', 't/*.yaml']), of(['t/sub']))).toEqual([
      'd.yaml',
      't/a.yaml',
      't/b.yaml',
      't/sub/c.yaml',
    ]);
    expect(await shown(of(['nope/*.yaml']))).toEqual([]);
  });

  test('are not known where custom tests name some', async () => {
    expect(await shown(of([]), of([], true))).toBeUndefined();
  });
});
