import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DockerfileBuild, ImageEngine } from '../../src/core/plugins.ts';
import { createDockerEngine } from '../../src/engines/docker/index.ts';
import { createEmbeddedEngine } from '../../src/engines/embedded/index.ts';
import { parseReference } from '../../src/image/reference.ts';
import { type EngineContext, engineContext } from '../support/engine-context.ts';
import { compareCases } from './compare/case.ts';
import type { FlatImage } from './compare/flatten.ts';
import { exportedImage, servedImage } from './compare/images.ts';
import { compareRequest, publishBase } from './compare/request.ts';

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
  await publishBase(context);
});
afterAll(async () => {
  await Promise.all([dockerEngine.close(), embeddedEngine.close()]);
  context.remove();
});

async function builtByDocker(request: DockerfileBuild, builder: 'classic' | 'buildkit'): Promise<FlatImage> {
  // The tests' engine has no bridge, which its BuildKit asks for.
  const network = builder === 'buildkit' ? 'host' : undefined;
  await dockerEngine.build({ ...request, network, docker: { useBuildkit: builder === 'buildkit' } }, context);
  return exportedImage(context.services.dockerHost, request.tag);
}

async function builtByEmbedded(request: DockerfileBuild): Promise<FlatImage> {
  const reference = parseReference(request.tag);
  const { digest } = await embeddedEngine.push(await embeddedEngine.build(request, context), reference, context);
  return servedImage(reference.registry, reference.repository, digest);
}

test('there are enough cases, and a reason for each that is not compared with the builder in use', () => {
  expect(compared.length).toBeGreaterThanOrEqual(40);
  expect(compared.filter(({ name }) => name.startsWith('run-')).length).toBeGreaterThanOrEqual(60);
  expect(written.length).toBeGreaterThan(0);
  expect(compared.filter(({ options }) => options.builder === 'buildkit' && options.why === undefined)).toEqual([]);
});

describe('both engines build the same', () => {
  test.each(compared.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const request = await compareRequest(one, dockerEngine, context);
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
    const { tree, config } = await builtByEmbedded(await compareRequest(one, dockerEngine, context));
    expect({ tree, config }).toEqual(one.expected);
  });
});
