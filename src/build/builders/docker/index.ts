import { relative, resolve } from 'node:path';
import type { ImageName } from '../../../core/names.ts';
import type { Builder, BuildRequest, DockerfileBuild, ImageConfig, InputParts } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { dockerfileEntries } from '../../../dockerfile/entries.ts';
import { dockerfileInputs } from '../../../dockerfile/inputs.ts';
import { declaredArguments, type ScopeOptions } from '../../../dockerfile/scope.ts';
import type { Dockerfile } from '../../../dockerfile/types.ts';
import { buildArguments } from './build-args.ts';
import { loadDockerfile } from './dockerfile.ts';
import { expandedOptions, optionParameters, secretOf } from './options.ts';
import { imageParameters } from './parameters.ts';
import { requiredTriggers } from './required-triggers.ts';
import { skaffoldKey } from './skaffold-key.ts';
import { type DockerSpec, refuseUnsupported } from './spec.ts';

type Request = Omit<BuildRequest<DockerSpec>, 'push'>;

/** Dockerfile artifacts, executed by whatever engine the run chose. */
export const docker: Builder<DockerSpec> = {
  type: 'docker',

  async inputs(artifact, parts, ctx) {
    const { path, buildArgs } = await ownDockerfile(artifact, parts, ctx);
    const files = await reachableFiles(artifact, { path, buildArgs, names: new Map(), parts }, ctx);
    return files.map((file) => resolve(artifact.workspace, file));
  },

  async entries(artifact, parts, ctx) {
    const { path, buildArgs } = await ownDockerfile(artifact, parts, ctx);
    const { workspace, spec } = artifact;
    const readOnBuild = triggersFor(artifact, new Map(), parts, ctx);
    const target = spec.target ?? '';
    return dockerfileEntries({ workspace, dockerfile: path, buildArgs, readOnBuild, target }, ctx);
  },

  async parameters(request, ctx) {
    const { spec } = request.artifact;
    refuseUnsupported(request.artifact, request.engine.name);
    const planned = await plan(request, ctx);
    return {
      ...(await imageParameters(request, planned, ctx)),
      dockerfile: spec.dockerfile,
      ...(await optionParameters(request, ctx)),
    };
  },

  async build(request, ctx) {
    refuseUnsupported(request.artifact, request.engine.name);
    return request.engine.build(await engineRequest(request, ctx), ctx);
  },

  skaffoldKey,
};

/** The Dockerfile and its arguments while nothing is tagged: a required artifact stands for itself. */
async function ownDockerfile(
  artifact: Artifact<DockerSpec>,
  { runMode }: InputParts,
  ctx: Context,
): Promise<{ readonly path: string; readonly buildArgs: Readonly<Record<string, string | null>> }> {
  const aliases = new Map(artifact.requires.map(({ alias, image }) => [alias, image as string]));
  const { parsed, path } = await loadDockerfile(artifact, ctx);
  const sources = { runMode, declared: declaredArguments(parsed.instructions), aliases, reference: undefined };
  return { path, buildArgs: await buildArguments(artifact.spec, sources, ctx) };
}

/** What the Dockerfile of a request comes to. */
async function plan(
  request: Request,
  ctx: Context,
): Promise<{
  readonly path: string;
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly scope: ScopeOptions;
  readonly parsed: Dockerfile;
}> {
  const { artifact, dependencies, platforms, reference, runMode } = request;
  const { path, parsed } = await loadDockerfile(artifact, ctx);
  const aliases = new Map([...dependencies].map(([alias, { tag }]) => [alias, tag]));
  const sources = { runMode, declared: declaredArguments(parsed.instructions), aliases, reference };
  const buildArgs = await buildArguments(artifact.spec, sources, ctx);
  const host = { os: 'linux', architecture: ctx.system.platform.architecture };
  const scope: ScopeOptions = {
    buildArgs: finalArguments(buildArgs, ctx),
    escape: parsed.escape,
    buildPlatform: host,
    targetPlatform: platforms[0] ?? host,
  };
  return { path, parsed, buildArgs, scope };
}

/** Arguments without a value take it from the environment, or are not given at all. */
function finalArguments(buildArgs: Readonly<Record<string, string | null>>, ctx: Context): Record<string, string> {
  const entries = Object.entries(buildArgs).map(([name, value]) => [name, value ?? ctx.system.env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

interface Reach {
  readonly path: string;
  readonly buildArgs: Readonly<Record<string, string | null>>;
  /** Required artifacts by the text a FROM may name them with, besides their image names. */
  readonly names: ReadonlyMap<string, ImageName>;
  readonly parts: Pick<InputParts, 'artifacts'> & {
    readonly imageConfig: (image: string, ctx: Context) => Promise<ImageConfig>;
  };
}

function reachableFiles(
  artifact: Artifact<DockerSpec>,
  { path, buildArgs, names, parts }: Reach,
  ctx: Context,
): Promise<readonly string[]> {
  const readOnBuild = triggersFor(artifact, names, parts, ctx);
  return dockerfileInputs({ workspace: artifact.workspace, dockerfile: path, buildArgs, readOnBuild }, ctx);
}

function triggersFor(
  artifact: Artifact<DockerSpec>,
  names: Reach['names'],
  parts: Reach['parts'],
  ctx: Context,
): (image: string) => Promise<readonly string[]> {
  return async (image) =>
    (await requiredTriggers(image, artifact, names, parts, ctx)) ?? (await parts.imageConfig(image, ctx)).onBuild;
}

async function engineRequest(request: BuildRequest<DockerSpec>, ctx: Context): Promise<DockerfileBuild> {
  const { artifact, artifacts, dependencies, engine, platforms, tag } = request;
  const { spec, workspace, image } = artifact;
  const { path, buildArgs } = await plan(request, ctx);
  const built = [...dependencies.values()];
  // Skaffold's way to switch that off.
  const adjusts = (ctx.system.env['SKAFFOLD_DISABLE_DOCKER_CACHE_ADJUSTMENT'] ?? '') === '';
  const imageConfig = (base: string): Promise<ImageConfig> => engine.imageConfig(base, platforms[0], ctx);
  const reach = {
    path,
    buildArgs,
    names: new Map(built.map((entry) => [entry.tag, entry.image])),
    parts: { artifacts, imageConfig },
  };
  return {
    image,
    workspace,
    dockerfile: path,
    dockerfileName: relative(workspace, path).replaceAll('\\', '/'),
    context: await reachableFiles(artifact, reach, ctx),
    target: spec.target === '' ? undefined : spec.target,
    buildArgs,
    platform: platforms.length > 1 ? undefined : platforms[0],
    ...(platforms.length > 1 ? { platforms } : {}),
    noCache: spec.noCache ?? false,
    pullParent: spec.pullParent ?? false,
    cacheFrom: (spec.cacheFrom ?? []).map((entry) => (entry === image && adjusts ? tag : entry)),
    ...(await expandedOptions(request, ctx)),
    addHosts: spec.addHost ?? [],
    squash: spec.squash ?? false,
    secrets: (spec.secrets ?? []).map((secret) => secretOf(secret, ctx)),
    ssh: spec.ssh,
    cacheTo: spec.cacheTo ?? [],
    ...(spec.labels === undefined ? {} : { labels: spec.labels }),
    ...(spec.rewritesTimes === true ? { rewritesTimes: true } : {}),
    docker: request.docker ?? {},
    contextArgument: resolve(ctx.system.cwd, artifact.context) === workspace ? artifact.context : workspace,
    push: request.push,
    tag,
    built: new Map(built.map(({ tag: name, outcome }) => [name, outcome])),
  };
}
