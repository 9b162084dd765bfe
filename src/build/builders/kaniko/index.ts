/** kaniko's artifacts: Dockerfiles that a cluster builds, here with BuildKit. */
import { join, relative } from 'node:path';
import type { ImageReference } from '../../../core/names.ts';
import type { Builder, BuildRequest, ImageEngine } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { compareText } from '../../../dockerfile/text.ts';
import { docker } from '../docker/index.ts';
import type { DockerSpec } from '../docker/spec.ts';
import { cacheFields } from './cache.ts';
import { withContext } from './context.ts';
import { type KanikoSpec, refuseUnsupported } from './spec.ts';
import { withTimeout } from './timeout.ts';
import { argumentTemplates, environmentOf, labelsOf } from './variables.ts';

/**
 * Builds what a kaniko artifact describes as a Dockerfile artifact, with whatever engine the run chose. Of kaniko's own
 * fields those that say what is built mean what they mean to kaniko; those that say how kaniko works mean nothing here.
 */
export const kaniko: Builder<KanikoSpec> = {
  type: 'kaniko',

  async inputs(artifact, parts, ctx) {
    return docker.inputs(await asDockerfile(artifact, undefined, ctx), parts, ctx);
  },

  async entries(artifact, parts, ctx) {
    const own = await asDockerfile(artifact, undefined, ctx);
    const entries = (await docker.entries?.(own, parts, ctx)) ?? [];
    const directory = relative(artifact.workspace, own.workspace);
    if (directory === '') return entries;
    return entries
      .map((entry) => ({ ...entry, path: join(directory, entry.path) }))
      .sort((left, right) => compareText(left.path, right.path));
  },

  async parameters(request, ctx) {
    refuseUnsupported(request.artifact, request.engine.name);
    return docker.parameters({ ...request, artifact: await asDockerfile(request.artifact, request, ctx) }, ctx);
  },

  async build(request, ctx) {
    refuseUnsupported(request.artifact, request.engine.name);
    return withTimeout(request.cluster?.timeout ?? defaultTimeout, request.artifact.image, ctx, (limited) =>
      buildDockerfile(request, limited),
    );
  },
};

/** Skaffold's. */
const defaultTimeout = '20m';

async function buildDockerfile(
  request: BuildRequest<KanikoSpec>,
  ctx: Context,
): ReturnType<Builder<KanikoSpec>['build']> {
  const artifact = await asDockerfile(request.artifact, request, ctx);
  return docker.build({ ...request, artifact }, ctx);
}

/** What the fields come to for the builder of Dockerfiles; without a request those that inputs depend on. */
async function asDockerfile(
  artifact: Artifact<KanikoSpec>,
  request: { readonly engine: ImageEngine; readonly reference: ImageReference } | undefined,
  ctx: Context,
): Promise<Artifact<DockerSpec>> {
  const { target, dockerfile, label, reproducible } = artifact.spec;
  const env = await environmentOf(artifact, ctx);
  const spec: DockerSpec = {
    dockerfile,
    ...(target === undefined ? {} : { target }),
    buildArgs: argumentTemplates(artifact, env),
    templateVariables: env,
    ...(label === undefined ? {} : { labels: await labelsOf(artifact, ctx) }),
    ...(reproducible === true ? { rewritesTimes: true } : {}),
    ...cacheFields(artifact, request?.engine.name, request?.reference),
  };
  return { ...withContext(artifact), spec };
}
