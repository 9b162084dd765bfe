/**
 * The artifact cache: what was built from exactly these inputs before, and is it still where it is claimed to be?
 *
 * The key covers the path, kind, mode, link target and content of every input, all parameters of the builder (build
 * arguments, target, base images by their ids), the platforms, the engine and the ids of required images. A hit counts only
 * after the registry or the engine's storage confirmed it. Skaffold's own cache keys leave out paths.
 */
import type { BuildOutcome } from '../core/artifact.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { Explanation } from '../core/explanation.ts';
import type { ImageName } from '../core/names.ts';
import type { BuiltDependency } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { HashedInputs } from '../store/build-inputs.ts';
import type { BuildResults } from '../store/build-results.ts';
import { type KeyParts, protectParameters } from '../store/last-builds.ts';
import { keyOf, keyPartsOf } from './cache-key.ts';
import { confirm, type Hit } from './confirm.ts';
import { entriesOf } from './inputs.ts';
import { type BuildJob, type BuildResult, requiredJobs } from './jobs.ts';
import { type BuildParts, builderOf } from './parts.ts';
import type { Settled } from './settle.ts';

/** A build under way: remembers what its inputs were before it began. */
export interface CacheTicket {
  /**
   * Keeps the image under the key of the inputs as they were when the ticket was opened: before it is pushed, so that a run that is
   * killed while it pushes need not build again.
   *
   * @returns whether it was kept: a result belongs to no state of its inputs when they changed meanwhile.
   */
  record(outcome: BuildOutcome, ctx: Context): Promise<boolean>;
  /** Keeps what the registry served for it, also for other machines. Only after `record` kept the image. */
  settled(outcome: BuildOutcome, settled: Settled, ctx: Context): Promise<void>;
}

/** What came of looking for all jobs. */
export interface LookedUp {
  readonly found: ReadonlyMap<ImageName, BuildResult>;
  /** Jobs that could not be looked for, and why, where a failure is to stop only what needs what failed. */
  readonly failed: ReadonlyMap<BuildJob, unknown>;
}

export interface BuildCache {
  /** All artifacts at once, before any build. Those found are confirmed, named and (where needed) pushed. */
  lookUp(jobs: readonly BuildJob[], parts: BuildParts, ctx: Context): Promise<LookedUp>;
  /** As `lookUp`, but nothing is named, pushed or told: why each job would be built, or where it was found. */
  explain(jobs: readonly BuildJob[], parts: BuildParts, ctx: Context): Promise<readonly Explanation[]>;
  /** @param isChanged files may have changed since `lookUp`: hooks ran. */
  open(
    job: BuildJob,
    dependencies: ReadonlyMap<string, BuiltDependency>,
    isChanged: boolean,
    parts: BuildParts,
    ctx: Context,
  ): Promise<CacheTicket>;
  close(ctx: Context): Promise<void>;
}

/** What is known of a job at a moment. */
interface JobState {
  readonly key: string;
  readonly keyParts: KeyParts;
  readonly inputs: HashedInputs;
}

/** What came of looking a job up. */
interface Answer {
  readonly state: JobState | undefined;
  readonly hit: Hit | undefined;
}

/** What the functions of a cache share: where it keeps things, and what the inputs of jobs hashed to in this run. */
interface CacheState {
  readonly storage: BuildResults;
  readonly hashed: Map<ImageName, Promise<HashedInputs>>;
}

/** The cache over a storage. */
export function createBuildCache(storage: BuildResults): BuildCache {
  const cache: CacheState = { storage, hashed: new Map() };
  return {
    lookUp: (jobs, parts, ctx) => lookUp(cache, jobs, parts, ctx),
    async explain(jobs, parts, ctx) {
      const answers = askAll(cache, jobs, parts, ctx);
      const explanations: Explanation[] = [];
      for (const job of jobs)
        explanations.push(await explainAnswer(cache, job, (await answers.get(job)) ?? missing, parts, ctx));
      return explanations;
    },
    open: (job, dependencies, isChanged, parts, ctx) => openTicket(cache, job, dependencies, isChanged, parts, ctx),
    close: (ctx) => storage.flush(ctx),
  };
}

async function lookUp(
  cache: CacheState,
  jobs: readonly BuildJob[],
  parts: BuildParts,
  ctx: Context,
): Promise<LookedUp> {
  ctx.emit({ type: 'cache-check-started' });
  const answers = askAll(cache, jobs, parts, ctx);
  const found = new Map<ImageName, BuildResult>();
  const failed = new Map<BuildJob, unknown>();
  const settleOne = async (job: BuildJob, answer: Answer): Promise<void> => {
    const result = await explainingHash(job, () => finish(cache, job, answer, ctx), ctx);
    if (result !== undefined) found.set(job.artifact.image, result);
  };
  const unlessGoingOn = async (job: BuildJob, work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => {
      if (parts.keepsGoing !== true || !(error instanceof ToolError) || ctx.signal.aborted) throw error;
      failed.set(job, error);
    });
  };
  const finishing: Promise<void>[] = [];
  // Told in the order of the configuration, whichever answer comes first.
  for (const job of jobs) {
    const told = tell(cache, job, answers.get(job), parts, ctx);
    await unlessGoingOn(
      job,
      told.then(() => undefined),
    );
    if (!failed.has(job))
      finishing.push(
        unlessGoingOn(
          job,
          told.then((answer) => settleOne(job, answer)),
        ),
      );
  }
  for (const outcome of await Promise.allSettled(finishing)) if (outcome.status === 'rejected') throw outcome.reason;
  return { found, failed };
}

async function tell(
  cache: CacheState,
  job: BuildJob,
  answered: Promise<Answer> | undefined,
  parts: BuildParts,
  ctx: Context,
): Promise<Answer> {
  const answer = await explainingHash(job, async () => (await answered) ?? missing, ctx);
  ctx.emit({ type: 'cache-checked', image: job.artifact.image, outcome: answer.hit?.answer ?? 'not-found' });
  if (parts.explains === true)
    ctx.emit({ type: 'cache-explained', explanation: await explainAnswer(cache, job, answer, parts, ctx) });
  return answer;
}

async function openTicket(
  cache: CacheState,
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  isChanged: boolean,
  parts: BuildParts,
  ctx: Context,
): Promise<CacheTicket> {
  const { storage, hashed } = cache;
  if (isChanged) hashed.delete(job.artifact.image);
  const before = await explainingHash(job, () => inputsOf(cache, job, parts, ctx), ctx);
  let kept: JobState | undefined;
  return {
    // The parameters are taken after the build: a base image that was pulled by it is known by its id only then.
    // Files that changed while it ran make a result that belongs to no state of them: it is not remembered.
    record: async (outcome, context) => {
      const inputs = hashAgain(cache, job, parts, context);
      if ((await inputs).hash !== before.hash) return false;
      kept = await stateOf(job, inputs, dependencies, parts, context);
      await storage.write(kept.key, { outcome }, context);
      await remember(cache, job, kept, context);
      return true;
    },
    settled: async (outcome, { pushed, manifest }, context) => {
      if (kept === undefined || pushed === undefined) return;
      if (outcome.at === 'daemon') await storage.write(kept.key, { outcome, pushed }, context);
      await parts.shared?.publish(job, { key: kept.key, outcome, pushed, manifest }, context);
    },
  };
}

async function hashAgain(
  { storage }: CacheState,
  job: BuildJob,
  parts: BuildParts,
  ctx: Context,
): Promise<HashedInputs> {
  const { workspace, image } = job.artifact;
  return storage.hashInputs(workspace, image, await entriesOf(job, parts, ctx), ctx);
}

function inputsOf(cache: CacheState, job: BuildJob, parts: BuildParts, ctx: Context): Promise<HashedInputs> {
  const known = cache.hashed.get(job.artifact.image) ?? hashAgain(cache, job, parts, ctx);
  cache.hashed.set(job.artifact.image, known);
  return known;
}

async function stateOf(
  job: BuildJob,
  inputs: Promise<HashedInputs>,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
  ctx: Context,
): Promise<JobState> {
  const [known, keyParts] = await Promise.all([inputs, keyPartsOf(job, dependencies, parts, ctx)]);
  return { key: keyOf(job, keyParts, known.hash), keyParts, inputs: known };
}

async function ask(
  cache: CacheState,
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
  ctx: Context,
): Promise<Answer> {
  const state = await stateOf(job, inputsOf(cache, job, parts, ctx), dependencies, parts, ctx);
  const { entries, filesRead } = state.inputs;
  const message = `${job.artifact.image}: looked at ${entries} inputs and read ${filesRead} files`;
  ctx.emit({ type: 'log', level: 'debug', message });
  const record = await cache.storage.read(state.key, ctx);
  const own = record === undefined ? undefined : await confirm(job, record, parts, ctx);
  return { state, hit: own ?? (await parts.shared?.find(job, state.key, ctx)) };
}

/** Keeps the state of an artifact that is there, for later explanations. */
async function remember(
  { storage }: CacheState,
  job: BuildJob,
  { key, keyParts, inputs }: JobState,
  ctx: Context,
): Promise<void> {
  const name = nameOf(job);
  // Notes are no part of the key, but an edit that changed nothing must not be told with the next one that does.
  const mark = `${key} ${inputs.notes}`;
  if ((await storage.lastMark(name, ctx)) === mark) return;
  const parameters = protectParameters(keyParts.parameters, await storage.secret(ctx));
  await storage.setLastBuild(name, { key, ...keyParts, parameters, inputs: await inputs.rows() }, mark, ctx);
}

async function finish(
  cache: CacheState,
  job: BuildJob,
  { state, hit }: Answer,
  ctx: Context,
): Promise<BuildResult | undefined> {
  if (hit === undefined || state === undefined) return undefined;
  try {
    const result = await hit.finish();
    const { outcome } = result;
    if (hit.where !== 'engine' && outcome.at === 'registry')
      await cache.storage.write(state.key, { outcome, pushed: outcome.digest }, ctx);
    await remember(cache, job, state, ctx);
    return result;
  } catch (error) {
    // The store dropped what turned out to be damaged: it is made anew.
    if (error instanceof ToolError && error.code === 'STORE_DAMAGED') return undefined;
    throw error;
  }
}

async function explainAnswer(
  cache: CacheState,
  job: BuildJob,
  { state, hit }: Answer,
  parts: BuildParts,
  ctx: Context,
): Promise<Explanation> {
  const { image } = job.artifact;
  if (hit !== undefined) return { image, status: 'found', where: hit.where, changes: [] };
  const { explainMiss } = await import('./explain-miss.ts');
  const inputs = inputsOf(cache, job, parts, ctx);
  return explainMiss({ job, name: nameOf(job), state, inputs, storage: cache.storage, parts }, ctx);
}

/** What an artifact is called in the records of last builds. */
function nameOf({ artifact }: BuildJob): string {
  return JSON.stringify([artifact.workspace, artifact.image]);
}

const missing: Answer = { state: undefined, hit: undefined };

/** Asks for all jobs at once, for each after those it requires; where one of them is still to be built, so is this one. */
function askAll(
  cache: CacheState,
  jobs: readonly BuildJob[],
  parts: BuildParts,
  ctx: Context,
): ReadonlyMap<BuildJob, Promise<Answer>> {
  const byImage = new Map(jobs.map((job) => [job.artifact.image, job]));
  const answers = new Map<BuildJob, Promise<Answer>>();
  const found = new Map<ImageName, BuildResult>();
  const visit = (job: BuildJob): Promise<Answer> => {
    const known = answers.get(job);
    if (known !== undefined) return known;
    const answered = (async () => {
      builderOf(job, parts.builders);
      const required = requiredJobs(job, byImage).map(visit);
      // A failure of what is required is told there; here it only means that there is nothing to look for yet.
      await (parts.keepsGoing === true ? Promise.allSettled(required) : Promise.all(required));
      const dependencies = foundDependencies(job, found);
      const answer = dependencies === undefined ? missing : await ask(cache, job, dependencies, parts, ctx);
      if (answer.hit !== undefined) found.set(job.artifact.image, answer.hit.result);
      return answer;
    })();
    // Whoever asks for the answer is told; until then a failure waits.
    answered.catch(() => undefined);
    answers.set(job, answered);
    return answered;
  };
  for (const job of jobs) visit(job);
  return answers;
}

/** Skaffold's words for a failure while the key is made, with the red line of the cache check before it. */
async function explainingHash<T>(job: BuildJob, work: () => Promise<T>, ctx: Context): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ToolError && error.code !== 'NOT_SUPPORTED') {
      ctx.emit({ type: 'cache-checked', image: job.artifact.image, outcome: 'error' });
      throw withPrefix(`getting hash for artifact "${job.artifact.image}"`, error);
    }
    throw error;
  }
}

/** The dependencies by alias, or undefined where one of them is still to be built. */
function foundDependencies(
  job: BuildJob,
  found: ReadonlyMap<ImageName, BuildResult>,
): ReadonlyMap<string, BuiltDependency> | undefined {
  const dependencies = new Map<string, BuiltDependency>();
  for (const { image, alias } of job.artifact.requires) {
    const result = found.get(image);
    if (result === undefined) return undefined;
    dependencies.set(alias, { image, tag: result.tag, outcome: result.outcome });
  }
  return dependencies;
}
