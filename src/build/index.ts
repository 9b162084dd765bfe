/** The build phase: check what is there already, build the rest over the graph, push, record. */
import type { BuildOutcome, BuiltArtifact } from '../core/artifact.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { ImageName } from '../core/names.ts';
import type { BuiltDependency } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Hooks } from '../core/project.ts';
import { schedule } from '../graph/schedule.ts';
import { formatPlatform } from '../image/platform.ts';
import { runArtifactHooks, runModuleHooks, type When } from './hooks.ts';
import { type BuildJob, type BuildResult, requiredJobs } from './jobs.ts';
import { type BuildParts, builderOf, requestOf } from './parts.ts';
import { type Settled, settle } from './settle.ts';
import { skaffoldEntry } from './skaffold-cache.ts';

/**
 * Builds all jobs and returns their results in the order of `jobs`.
 *
 * @throws the first failure, after everything started has come to rest. Results recorded until then stay in the cache.
 */
export async function buildAll(
  jobs: readonly BuildJob[],
  parts: BuildParts,
  ctx: Context,
): Promise<readonly BuildResult[]> {
  if (jobs.length === 0) return [];
  const byImage = new Map(jobs.map((job) => [job.artifact.image, job]));
  const cached = (await parts.cache?.lookUp(jobs, parts, ctx)) ?? new Map<ImageName, BuildResult>();
  await amendPushed(cached.values(), parts, ctx);
  const missing = jobs.filter((job) => !cached.has(job.artifact.image));
  if (missing.length > 0) announce(missing, parts, ctx);
  const built = await withModuleHooks(missing, parts, ctx, () =>
    buildMissing(missing, byImage, cached, parts, ctx),
  ).finally(() => close(parts, ctx));
  const all = new Map([...cached, ...built.map((result) => [result.job.artifact.image, result] as const)]);
  return jobs.flatMap((job) => all.get(job.artifact.image) ?? []);
}

/** Images of earlier runs that were pushed now have a digest that Skaffold should know. */
async function amendPushed(results: Iterable<BuildResult>, parts: BuildParts, ctx: Context): Promise<void> {
  for (const { job, pushed } of results) {
    if (pushed === undefined || parts.skaffoldCache === undefined) continue;
    const hash = await parts.skaffoldCache.hash(job, parts, ctx);
    if (hash !== undefined) parts.skaffoldCache.add(hash, { digest: pushed }, 'amend');
  }
}

async function close(parts: BuildParts, ctx: Context): Promise<void> {
  await parts.cache?.close(ctx);
  await parts.skaffoldCache?.flush(ctx);
}

/** Runs `build.hooks` of every module with something to build: all `before`, then the builds, then all `after`. */
async function withModuleHooks<Result>(
  missing: readonly BuildJob[],
  parts: BuildParts,
  ctx: Context,
  build: () => Promise<Result>,
): Promise<Result> {
  const hooks = new Set(missing.flatMap(({ artifact }) => parts.moduleHooksOf(artifact) ?? []));
  await runAllModuleHooks('pre', hooks, parts, ctx);
  const result = await build();
  await runAllModuleHooks('post', hooks, parts, ctx);
  return result;
}

async function runAllModuleHooks(when: When, all: Iterable<Hooks>, parts: BuildParts, ctx: Context): Promise<void> {
  try {
    for (const hooks of all) await runModuleHooks(when, hooks, parts.hooks, ctx);
  } catch (error) {
    throw withPrefix(`running builder ${when}-hooks`, error);
  }
}

function buildMissing(
  missing: readonly BuildJob[],
  jobs: ReadonlyMap<ImageName, BuildJob>,
  cached: ReadonlyMap<ImageName, BuildResult>,
  parts: BuildParts,
  ctx: Context,
): Promise<readonly BuildResult[]> {
  return schedule<BuildJob, BuildResult>(
    missing,
    (job) => requiredJobs(job, jobs),
    (job, results, signal) => buildOne(job, dependenciesOf(job, jobs, cached, results), parts, { ...ctx, signal }),
    { concurrency: parts.concurrency, signal: ctx.signal },
  );
}

/** What the build-artifacts JSON says of a result. */
export function toBuiltArtifact({ job, tag }: BuildResult): BuiltArtifact {
  const { image, runtimeType } = job.artifact;
  return { imageName: image, tag, ...(runtimeType === undefined ? {} : { runtimeType }) };
}

function announce(missing: readonly BuildJob[], parts: BuildParts, ctx: Context): void {
  const concurrency = parts.concurrency === 0 ? missing.length : parts.concurrency;
  const { localContext } = parts;
  ctx.emit({
    type: 'builds-started',
    count: missing.length,
    concurrency,
    ...(localContext === undefined ? {} : { localContext }),
  });
}

function dependenciesOf(
  job: BuildJob,
  jobs: ReadonlyMap<ImageName, BuildJob>,
  cached: ReadonlyMap<ImageName, BuildResult>,
  built: ReadonlyMap<BuildJob, BuildResult>,
): ReadonlyMap<string, BuiltDependency> {
  requiredJobs(job, jobs);
  const dependencies = new Map<string, BuiltDependency>();
  for (const { image, alias } of job.artifact.requires) {
    const required = jobs.get(image);
    const result = cached.get(image) ?? (required === undefined ? undefined : built.get(required));
    if (result !== undefined) dependencies.set(alias, { image, tag: result.tag, outcome: result.outcome });
  }
  return dependencies;
}

async function buildOne(
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
  outer: Context,
): Promise<BuildResult> {
  const { image, type } = job.artifact;
  const ctx = speakingFor(image, outer);
  if (ctx.signal.aborted) {
    ctx.emit({ type: 'artifact-cancelled', image });
    ctx.signal.throwIfAborted();
  }
  const begun = ctx.system.clock.monotonic();
  ctx.emit({ type: 'artifact-started', image, builder: type, platforms: job.platforms.map(formatPlatform) });
  try {
    await runArtifactHooks('pre', job, parts.hooks, ctx);
    const ticket = await parts.cache?.open(job, dependencies, parts, ctx);
    const { outcome, tag, bytes, pushed, skaffoldHash } = await buildAndSettle(job, dependencies, parts, ctx);
    const isKept = await ticket?.record(outcome, pushed, ctx);
    const entry = skaffoldEntry(outcome, pushed);
    if (isKept === true && skaffoldHash !== undefined && entry !== undefined) {
      parts.skaffoldCache?.add(skaffoldHash, entry, 'replace');
    }
    await runArtifactHooks('post', job, parts.hooks, ctx);
    const result = { job, outcome, tag };
    const milliseconds = ctx.system.clock.monotonic() - begun;
    ctx.emit({
      type: 'artifact-succeeded',
      image,
      artifact: toBuiltArtifact(result),
      milliseconds,
      ...(bytes === undefined ? {} : { bytesPushed: bytes }),
    });
    return result;
  } catch (error) {
    reportFailure(image, error, ctx);
    throw error;
  }
}

/** An image where it was wanted, and Skaffold's hash of what it was made from. */
interface Built extends Settled {
  readonly outcome: BuildOutcome;
  readonly skaffoldHash: string | undefined;
}

/** The part of the work whose output may be muted. */
function buildAndSettle(
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
  ctx: Context,
): Promise<Built> {
  const build = async (inner: Context): Promise<Built> => {
    const outcome = await builderOf(job, parts.builders).build(requestOf(job, dependencies, parts), inner);
    const [settled, skaffoldHash] = await both(
      settle(job, outcome, parts.engine, inner),
      parts.skaffoldCache?.hash(job, parts, ctx),
    );
    return { outcome, skaffoldHash, ...settled };
  };
  return parts.muted === undefined ? build(ctx) : parts.muted.run(job.artifact.image, ctx, build);
}

/** Waits for both, also where one fails: nothing goes on behind a failed build. */
async function both<First, Second>(
  first: Promise<First>,
  second: Promise<Second> | undefined,
): Promise<readonly [First, Second | undefined]> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return [one.value, other.value];
}

/** Output of tools that do not know whose work they do (a push, a hook) is told as that of the artifact. */
function speakingFor(image: ImageName, ctx: Context): Context {
  return { ...ctx, emit: (event) => ctx.emit(event.type === 'output' ? { image, ...event } : event) };
}

function reportFailure(image: ImageName, error: unknown, ctx: Context): void {
  if (ctx.signal.aborted) {
    ctx.emit({ type: 'artifact-cancelled', image });
    return;
  }
  const { code, suggestions } =
    error instanceof ToolError ? error : { code: 'BUILD_UNKNOWN' as const, suggestions: [] };
  ctx.emit({
    type: 'artifact-failed',
    image,
    error: { code, message: error instanceof Error ? error.message : String(error), suggestions },
  });
}
