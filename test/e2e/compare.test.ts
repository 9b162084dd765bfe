import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DockerfileBuild, ImageEngine } from '../../src/core/plugins.ts';
import { createDockerEngine } from '../../src/engines/docker/index.ts';
import { createEmbeddedEngine } from '../../src/engines/embedded/index.ts';
import { parsePlatform } from '../../src/image/platform.ts';
import { parseReference } from '../../src/image/reference.ts';
import { docker, type EngineContext, engineContext, requestFor } from '../support/engine-context.ts';
import { type CompareCase, compareCases, layOut } from './compare/case.ts';
import type { FlatImage } from './compare/flatten.ts';
import { exportedImage, servedImage } from './compare/images.ts';

/** Both engines build every case; what comes out must be the same, file by file and field by field. */
const cases = compareCases();
const compared = cases.filter(({ expected }) => expected === undefined);
const written = cases.filter(({ expected }) => expected !== undefined);

let context: EngineContext;
let dockerEngine: ImageEngine;
let embeddedEngine: ImageEngine;

beforeAll(async () => {
  context = engineContext();
  dockerEngine = await createDockerEngine({}, context);
  embeddedEngine = createEmbeddedEngine({ storeDirectory: join(context.home, 'store') });
  const base = join(context.home, 'base');
  cpSync(fileURLToPath(new URL('compare/base', import.meta.url)), base, { recursive: true });
  await publishWithDocker(base, 'Dockerfile', `${context.services.registry}/compare/base:1`);
});
afterAll(async () => {
  await Promise.all([dockerEngine.close(), embeddedEngine.close()]);
  context.remove();
});

/** Builds with the `docker` command itself and pushes, for images that both engines start from. */
async function publishWithDocker(workspace: string, dockerfile: string, tag: string): Promise<void> {
  const registry = ['--build-arg', `REGISTRY=${context.services.registry}`];
  docker([
    'build',
    '--quiet',
    '--network=host',
    ...registry,
    '--tag',
    tag,
    '--file',
    join(workspace, dockerfile),
    workspace,
  ]);
  docker(['push', '--quiet', tag]);
}

async function requestOf(compareCase: CompareCase): Promise<DockerfileBuild> {
  const workspace = join(context.home, compareCase.name);
  mkdirSync(workspace);
  await layOut(compareCase, workspace);
  const { target, platform, parent, buildArgs } = compareCase.options;
  const parentTag = `${context.services.registry}/compare/${compareCase.name}:parent`;
  if (parent === true) await publishWithDocker(workspace, 'Dockerfile.parent', parentTag);
  return requestFor(workspace, context, {
    tag: `${context.services.registry}/compare/${compareCase.name}:1`,
    target,
    platform: platform === undefined ? undefined : parsePlatform(platform, context.system.platform),
    buildArgs: { REGISTRY: context.services.registry, ...(parent === true ? { PARENT: parentTag } : {}), ...buildArgs },
    readOnBuild: async (image) => (await dockerEngine.imageConfig(image, undefined, context)).onBuild,
  });
}

async function builtByDocker(request: DockerfileBuild, builder: 'classic' | 'buildkit'): Promise<FlatImage> {
  await dockerEngine.build({ ...request, docker: { useBuildkit: builder === 'buildkit' } }, context);
  return exportedImage(context.services.dockerHost, request.tag);
}

async function builtByEmbedded(request: DockerfileBuild): Promise<FlatImage> {
  const reference = parseReference(request.tag);
  const { digest } = await embeddedEngine.push(await embeddedEngine.build(request, context), reference, context);
  return servedImage(reference.registry, reference.repository, digest);
}

test('there are enough cases, and a reason for each that is not compared with the builder in use', () => {
  expect(compared.length).toBeGreaterThanOrEqual(40);
  expect(written.length).toBeGreaterThan(0);
  expect(compared.filter(({ options }) => options.builder === 'buildkit' && options.why === undefined)).toEqual([]);
});

describe('both engines build the same', () => {
  test.each(compared.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const request = await requestOf(one);
    const [byDocker, byEmbedded] = await Promise.all([
      builtByDocker(request, one.options.builder ?? 'classic'),
      builtByEmbedded(request),
    ]);
    expect(byEmbedded.tree).toEqual(byDocker.tree);
    expect(byEmbedded.config).toEqual(byDocker.config);
  });
});

describe('the embedded engine builds what is written down', () => {
  test.each(written.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { tree, config } = await builtByEmbedded(await requestOf(one));
    expect({ tree, config }).toEqual(one.expected);
  });
});
