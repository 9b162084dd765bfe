import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DockerfileBuild, ImageEngine } from '../../../src/core/plugins.ts';
import { parsePlatform } from '../../../src/image/platform.ts';
import { docker, type EngineContext, requestFor } from '../../support/engine-context.ts';
import { type CompareCase, layOut } from './case.ts';

/** Builds with the `docker` command itself and pushes, for images that all engines start from. */
async function publishWithDocker(
  workspace: string,
  dockerfile: string,
  tag: string,
  { services }: EngineContext,
): Promise<void> {
  const file = ['--file', join(workspace, dockerfile)];
  const registry = ['--build-arg', `REGISTRY=${services.registry}`];
  docker(['build', '--quiet', '--network=host', ...registry, '--tag', tag, ...file, workspace]);
  docker(['push', '--quiet', tag]);
}

/** Publishes the images that the cases start from: `base`, and `run` for those with RUN. */
export async function publishBase(context: EngineContext): Promise<void> {
  for (const [directory, name] of [
    ['base', 'base'],
    ['run-base', 'run'],
  ] as const) {
    const base = join(context.home, directory);
    cpSync(fileURLToPath(new URL(directory, import.meta.url)), base, { recursive: true });
    await publishWithDocker(base, 'Dockerfile', `${context.services.registry}/compare/${name}:1`, context);
  }
}

/** The build of a case, its files laid out; `engine` tells the triggers of base images. */
export async function compareRequest(
  compareCase: CompareCase,
  engine: ImageEngine,
  context: EngineContext,
): Promise<DockerfileBuild> {
  const { registry } = context.services;
  const workspace = join(context.home, compareCase.name);
  mkdirSync(workspace);
  await layOut(compareCase, workspace);
  const { target, platform, parent, buildArgs } = compareCase.options;
  const parentTag = `${registry}/compare/${compareCase.name}:parent`;
  if (parent === true) await publishWithDocker(workspace, 'Dockerfile.parent', parentTag, context);
  return requestFor(workspace, context, {
    tag: `${registry}/compare/${compareCase.name}:1`,
    target,
    platform: platform === undefined ? undefined : parsePlatform(platform, context.system.platform),
    buildArgs: { REGISTRY: registry, ...(parent === true ? { PARENT: parentTag } : {}), ...buildArgs },
    readOnBuild: async (image) => (await engine.imageConfig(image, undefined, context)).onBuild,
  });
}
