/** One build: a Dockerfile and a context become an image in the store. */

import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError, withPrefix } from '../../core/errors.ts';
import type { Platform } from '../../core/names.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { parseDockerfile } from '../../dockerfile/parse.ts';
import { expandFrom, globalArguments, type ScopeOptions } from '../../dockerfile/scope.ts';
import type { Dockerfile } from '../../dockerfile/types.ts';
import { withPlatform } from '../../image/config.ts';
import { normalizePlatform } from '../../image/platform.ts';
import { parseReference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import { loadContextTree } from './context-tree.ts';
import { epochOf } from './epoch.ts';
import { buildError, unsupported } from './failure.ts';
import { runUnsupported } from './instructions/run.ts';
import { openLayerLibrary } from './layer-library.ts';
import { nameKey } from './names.ts';
import type { Node } from './node.ts';
import type { Sandbox } from './sandbox/types.ts';
import type { BuildParts, ContextFiles, Stage } from './stage.ts';
import { openStageBuilder, type StageBuilder } from './stage-builder.ts';
import { findTarget, neededStages, planStages, type StagePlan } from './stages.ts';
import { openStepLog } from './step-log.ts';
import { storeImage } from './store-image.ts';

/** Builds an image. See `ImageEngine.build`. */
export async function buildImage(
  request: DockerfileBuild,
  store: Store,
  sandbox: Sandbox | undefined,
  ctx: Context,
): Promise<BuildOutcome> {
  refuseOptions(request, ctx);
  const dockerfile = await readDockerfile(request, ctx);
  const host = normalizePlatform({ os: 'linux', architecture: ctx.system.platform.architecture });
  const scope = scopeOf(request, dockerfile, host, ctx);
  const globals = globalArguments(dockerfile, scope);
  const stages = planStages(dockerfile, (from) => expandFrom(from, globals, dockerfile.escape));
  const target = findTarget(stages, request.target);
  const needed = neededStages(stages, target);
  if (sandbox === undefined) refuseRun(needed, request);
  const parts = partsOf(request, store, sandbox, globals, scope, ctx);
  const log = openStepLog(needed, request.image, ctx.emit);
  const builder = openStageBuilder(stages, dockerfile.escape, log, parts);
  const stage = await buildAll(builder, needed, target);
  const outcome = await storeImage(finished(stage, request), store, parts.epoch);
  await store.images.set(nameKey(parseReference(request.tag)), { digest: outcome.digest, id: outcome.id });
  await store.flush();
  log.line(`Successfully built ${outcome.id.slice('sha256:'.length, 'sha256:'.length + 12)}`);
  log.line(`Successfully tagged ${request.tag}`);
  return outcome;
}

/** Options that would change the result and cannot be honoured. Those that only RUN sees change nothing without RUN. */
function refuseOptions({ squash, cacheFrom }: DockerfileBuild, ctx: Context): void {
  if (squash) {
    throw new ToolError('NOT_SUPPORTED', 'build.artifacts.docker.squash is not supported by the embedded engine', {
      suggestions: [{ code: 'USE_DOCKER_ENGINE', action: 'Remove squash, or build with --engine=docker' }],
    });
  }
  if (cacheFrom.length === 0) return;
  const message = `the embedded engine has its own layer cache and does not look into ${cacheFrom.join(', ')}`;
  ctx.emit({ type: 'log', level: 'info', message });
}

async function readDockerfile(request: DockerfileBuild, ctx: Context): Promise<Dockerfile> {
  const bytes = await ctx.system.files.readIfExists(request.dockerfile);
  if (bytes === undefined) {
    throw buildError(
      `the Dockerfile ${request.dockerfile} does not exist`,
      'Create it, or name another one in build.artifacts.docker.dockerfile',
      'BUILD_DOCKERFILE_NOT_FOUND',
    );
  }
  const dockerfile = parseDockerfile(Buffer.from(bytes).toString('utf8'), { file: request.dockerfileName });
  const { syntax } = dockerfile.directives;
  if (syntax === undefined || isKnownSyntax(syntax)) return dockerfile;
  throw unsupported(
    `${request.dockerfileName} asks for the frontend "${syntax}", which only BuildKit can run`,
    'Remove the syntax line, or build with a Docker Engine that has BuildKit: --engine=docker',
  );
}

/** The frontends whose language is the one read here. */
function isKnownSyntax(syntax: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/.test(syntax.trim());
}

function scopeOf(request: DockerfileBuild, dockerfile: Dockerfile, host: Platform, ctx: Context): ScopeOptions {
  const given = Object.entries(request.buildArgs).flatMap(([name, value]) => {
    const final = value ?? ctx.system.env[name];
    return final === undefined ? [] : [[name, final] as const];
  });
  const last = dockerfile.instructions.findLast(({ kind }) => kind === 'FROM');
  const targetStage = request.target ?? (last?.kind === 'FROM' ? last.name : undefined);
  return {
    buildArgs: Object.fromEntries(given),
    escape: dockerfile.escape,
    buildPlatform: host,
    targetPlatform: request.platform === undefined ? host : normalizePlatform(request.platform),
    ...(targetStage === undefined ? {} : { targetStage }),
  };
}

/** Says it before anything is fetched, not when the step is reached. */
function refuseRun(stages: readonly StagePlan[], { dockerfileName }: DockerfileBuild): void {
  for (const { instructions } of stages) {
    for (const instruction of instructions) {
      if (instruction.kind === 'RUN')
        throw withPrefix(`${dockerfileName}:${instruction.line}`, runUnsupported(instruction.original));
    }
  }
}

function partsOf(
  request: DockerfileBuild,
  store: Store,
  sandbox: Sandbox | undefined,
  globals: ReadonlyMap<string, string>,
  scope: ScopeOptions,
  ctx: Context,
): BuildParts {
  const given = [
    scope.buildArgs['SOURCE_DATE_EPOCH'],
    globals.get('SOURCE_DATE_EPOCH'),
    ctx.system.env['SOURCE_DATE_EPOCH'],
  ];
  const epoch = epochOf(given);
  const latestTime = given.some((value) => value !== undefined && value !== '') ? epoch : undefined;
  const context = openContext(request, epoch, ctx);
  return {
    request,
    ctx,
    store,
    library: openLayerLibrary(store, ctx),
    sandbox,
    globals,
    scope,
    epoch,
    latestTime,
    context,
  };
}

function openContext({ workspace, context }: DockerfileBuild, epoch: number, ctx: Context): ContextFiles {
  let tree: Promise<Node> | undefined;
  return {
    root: () => {
      tree ??= loadContextTree(workspace, context, epoch, ctx.system.files);
      return tree;
    },
    forget: () => {
      tree = undefined;
    },
  };
}

/** Starts every stage at once: each waits for what it needs of the others. */
async function buildAll(builder: StageBuilder, needed: readonly StagePlan[], target: StagePlan): Promise<Stage> {
  const running = needed.map((stage) => builder.build(stage));
  const results = await Promise.allSettled(running);
  // The failure of the first stage in the file is the one to tell: others may only have waited for it.
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return builder.build(target);
}

function finished({ draft, ...stage }: Stage, { platform, labels = {} }: DockerfileBuild): Stage {
  const { config } = draft;
  const isLabelled = Object.keys(labels).length > 0;
  const labelled = isLabelled ? { ...draft, config: { ...config, Labels: { ...config.Labels, ...labels } } } : draft;
  return { ...stage, draft: platform === undefined ? labelled : withPlatform(labelled, normalizePlatform(platform)) };
}
