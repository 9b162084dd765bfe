import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageEngine } from '../../src/core/plugins.ts';
import type { Context } from '../../src/core/ports.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/index.ts';
import { createDockerEngine } from '../../src/engines/docker/index.ts';
import { parseReference } from '../../src/image/reference.ts';
import { openStore } from '../../src/store/store.ts';
import { createSystem } from '../../src/system/node.ts';
import { compareCases } from '../e2e/compare/case.ts';
import { exportedImage, servedImage } from '../e2e/compare/images.ts';
import { compareRequest, publishBase } from '../e2e/compare/request.ts';
import { type BuildKitDaemon, startBuildKitDaemon } from '../support/buildkitd.ts';
import { type EngineContext, engineContext } from '../support/engine-context.ts';

/** The Dockerfiles that the other engines are compared with, built by a BuildKit daemon and by a Docker Engine. */
// Those with RUN are compared with the Docker Engine; they need a BuildKit with a network of its own.
const cases = compareCases().filter(({ name, expected }) => expected === undefined && !name.startsWith('run-'));

/** Where BuildKit differs from the classic builder, or from the BuildKit in the tests' engine. */
const differences: Readonly<Record<string, string>> = {
  'copy-chmod': 'newer versions give the mode to directories that COPY creates on the way',
  'dockerignore-all-but': 'a Dockerfile that is ignored is no part of the context',
  'dockerignore-dockerfile': 'a Dockerfile that is ignored is no part of the context',
};

let context: EngineContext;
let daemon: BuildKitDaemon;
let dockerEngine: ImageEngine;
let buildkit: { readonly engine: ImageEngine; readonly ctx: Context };

beforeAll(async () => {
  context = engineContext();
  daemon = await startBuildKitDaemon(join(context.home, 'daemon'), { plainRegistries: [context.services.registry] });
  dockerEngine = await createDockerEngine({}, context);
  const system = createSystem({ env: { ...context.system.env, BUILDKIT_HOST: daemon.socket }, cwd: context.home });
  const ctx = { ...context, system };
  buildkit = { ctx, engine: await createBuildKitEngine(openStore(join(context.home, 'store'), ctx), ctx) };
  await publishBase(context);
}, 60_000);
afterAll(async () => {
  await Promise.all([dockerEngine.close(), buildkit.engine.close()]);
  await daemon.stop();
  context.remove();
});

test('what differs is there', () => {
  const names = cases.map(({ name }) => name);
  expect(Object.keys(differences).filter((name) => !names.includes(name))).toEqual([]);
});

const same = cases.filter(({ name }) => differences[name] === undefined);
test.each(same.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const request = await compareRequest(one, dockerEngine, context);
  const { registry, repository } = parseReference(request.tag);
  await dockerEngine.build({ ...request, docker: { useBuildkit: one.options.builder === 'buildkit' } }, context);
  const byDocker = await exportedImage(context.services.dockerHost, request.tag);
  const outcome = await buildkit.engine.build({ ...request, push: true }, buildkit.ctx);
  if (outcome.at !== 'registry') throw new Error('the image was not pushed');
  const byBuildKit = await servedImage(registry, repository, outcome.digest);
  expect(byBuildKit.tree).toEqual(byDocker.tree);
  expect(byBuildKit.config).toEqual(byDocker.config);
});
