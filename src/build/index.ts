/** The build phase: check what is there already, build the rest over the graph, push, record. */
import type { BuildOutcome, BuiltArtifact } from '../core/artifact.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { ImageName } from '../core/names.ts';
import type { BuiltDependency } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Hooks } from '../core/project.ts';
import { SeveralFailures, schedule } from '../graph/schedule.ts';
import { formatPlatform } from '../image/platform.ts';
import type { CacheTicket, LookedUp } from './cache.ts';
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
  const { found: cached, failed } = (await parts.cache?.lookUp(jobs, parts, ctx)) ?? nothingKnown;
  await amendPushed(cached.values(), parts, ctx);
  const missing = jobs.filter((job) => !cached.has(job.artifact.image));
  if (missing.length > 0) announce(missing, parts, ctx);
  const built = await withModuleHooks(missing, parts, ctx, () =>
    buildMissing(missing, { jobs: byImage, cached, failed }, parts, ctx),
  ).finally(() => close(parts, ctx));
  const all = new Map([...cached, ...built.map((result) => [result.job.artifact.image, result] as const)]);
  return jobs.flatMap((job) => all.get(job.artifact.image) ?? []);
}

const nothingKnown: LookedUp = { found: new Map(), failed: new Map() };

/** Images of earlier runs that were pushed now have a digest that Skaffold should know. */
async function amendPushed(results: Iterable<BuildResult>, parts: BuildParts, ctx: Context): Promise<void> {
  for (const { job, pushed } of results) {
    if (pushed === undefined || parts.skaffoldCache === undefined) continue;
    const hash = await parts.skaffoldCache.hash(job, parts, ctx);
    if (hash !== undefined) parts.skaffoldCache.add(hash, { digest: pushed }, 'amend');
  }
}

/** What was learnt is worth keeping, but no reason to fail when the work is done. */
async function close(parts: BuildParts, ctx: Context): Promise<void> {
  try {
    await parts.cache?.close(ctx);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    ctx.emit({ type: 'log', level: 'warning', message: `what was learnt about files was not kept: ${error.message}` });
  }
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

/** What is known before anything is built. */
interface KnownJobs {
  readonly jobs: ReadonlyMap<ImageName, BuildJob>;
  readonly cached: ReadonlyMap<ImageName, BuildResult>;
  readonly failed: LookedUp['failed'];
}

async function buildMissing(
  missing: readonly BuildJob[],
  { jobs, cached, failed }: KnownJobs,
  parts: BuildParts,
  ctx: Context,
): Promise<readonly BuildResult[]> {
  const begun = new Set<BuildJob>();
  try {
    return await schedule<BuildJob, BuildResult>(
      missing,
      (job) => requiredJobs(job, jobs),
      (job, results, signal) => {
        begun.add(job);
        if (failed.has(job)) return Promise.reject(failed.get(job));
        return buildOne(job, dependenciesOf(job, jobs, cached, results), parts, { ...ctx, signal });
      },
      { concurrency: parts.concurrency, signal: ctx.signal, keepsGoing: parts.keepsGoing ?? false },
    );
  } catch (error) {
    if (parts.keepsGoing !== true || ctx.signal.aborted) throw error;
    const left = missing.filter((job) => !begun.has(job));
    for (const { artifact } of left) ctx.emit({ type: 'artifact-cancelled', image: artifact.image });
    throw error instanceof SeveralFailures ? joined(error.failures) : error;
  }
}

/** All failures of a run that kept going as one; what is not ours stays what it is. */
function joined(failures: readonly unknown[]): unknown {
  const known = failures.filter((error): error is ToolError => error instanceof ToolError);
  const [first] = known;
  if (first === undefined || known.length < failures.length)
    return failures.find((error) => !(error instanceof ToolError));
  const messages = known.map(({ message }) => message).join('; ');
  const suggestions = new Map(known.flatMap((error) => error.suggestions.map((one) => [one.action, one] as const)));
  return new ToolError(first.code, `${known.length} artifacts could not be built: ${messages}`, {
    cause: first,
    suggestions: [...suggestions.values()],
    diagnostics: known.flatMap(({ diagnostics }) => diagnostics),
    ...(first.exitCode === undefined ? {} : { exitCode: first.exitCode }),
  });
}

/** What the build-artifacts JSON says of a result. */
export function toBuiltArtifact({ job, tag }: BuildResult): BuiltArtifact {
  const { image, runtimeType } = job.artifact;
  return { imageName: image, tag, ...(runtimeType === undefined ? {} : { runtimeType }) };
}

function announce(missing: readonly BuildJob[], parts: BuildParts, ctx: Context): void {
  const shown = parts.shownConcurrency ?? parts.concurrency;
  const concurrency = shown === 0 ? missing.length : shown;
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
    const ticket = await parts.cache?.open(job, dependencies, hasHooks(job, parts), parts, ctx);
    const { outcome, tag, bytes, isKept, pushed, skaffoldHash } = await buildAndSettle(
      job,
      dependencies,
      ticket,
      parts,
      ctx,
    );
    const entry = skaffoldEntry(outcome, pushed);
    if (isKept && skaffoldHash !== undefined && entry !== undefined) {
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

/** Hooks may have changed what the cache looked at before them. */
function hasHooks({ artifact }: BuildJob, parts: BuildParts): boolean {
  const ofModule = parts.moduleHooksOf(artifact)?.before ?? [];
  return artifact.hooks.before.length > 0 || ofModule.length > 0;
}

/** An image where it was wanted, and Skaffold's hash of what it was made from. */
interface Built extends Settled {
  readonly outcome: BuildOutcome;
  /** The cache has it. */
  readonly isKept: boolean;
  readonly skaffoldHash: string | undefined;
}

/** The part of the work whose output may be muted. What turns out to be damaged in the store is gone then and made anew. */
async function buildAndSettle(
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  ticket: CacheTicket | undefined,
  parts: BuildParts,
  ctx: Context,
): Promise<Built> {
  const attempt = async (inner: Context): Promise<Built> => {
    const outcome = await builderOf(job, parts.builders).build(requestOf(job, dependencies, parts), inner);
    const isKept = (await ticket?.record(outcome, ctx)) ?? false;
    const [settled, skaffoldHash] = await both(
      settle(job, outcome, parts.engine, inner),
      parts.skaffoldCache?.hash(job, parts, ctx),
    );
    if (isKept) await ticket?.settled(outcome, settled, ctx);
    return { outcome, isKept, skaffoldHash, ...settled };
  };
  const build = async (inner: Context): Promise<Built> => {
    try {
      return await attempt(inner);
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'STORE_DAMAGED') throw error;
      return await attempt(inner);
    }
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
