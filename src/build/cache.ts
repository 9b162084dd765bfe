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

export interface BuildCache {
  /** All artifacts at once, before any build. Those found are confirmed, named and (where needed) pushed. */
  lookUp(jobs: readonly BuildJob[], parts: BuildParts, ctx: Context): Promise<ReadonlyMap<ImageName, BuildResult>>;
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

/** The cache over a storage. */
export function createBuildCache(storage: BuildResults): BuildCache {
  const hashed = new Map<ImageName, Promise<HashedInputs>>();
  const hashAgain = async (job: BuildJob, parts: BuildParts, ctx: Context): Promise<HashedInputs> => {
    const { workspace, image } = job.artifact;
    return storage.hashInputs(workspace, image, await entriesOf(job, parts, ctx), ctx);
  };
  const inputsOf = (job: BuildJob, parts: BuildParts, ctx: Context): Promise<HashedInputs> => {
    const known = hashed.get(job.artifact.image) ?? hashAgain(job, parts, ctx);
    hashed.set(job.artifact.image, known);
    return known;
  };

  const stateOf = async (
    job: BuildJob,
    inputs: Promise<HashedInputs>,
    dependencies: ReadonlyMap<string, BuiltDependency>,
    parts: BuildParts,
    ctx: Context,
  ): Promise<JobState> => {
    const [known, keyParts] = await Promise.all([inputs, keyPartsOf(job, dependencies, parts, ctx)]);
    return { key: keyOf(job, keyParts, known.hash), keyParts, inputs: known };
  };

  const ask: Ask = async (job, dependencies, parts, ctx) => {
    const state = await stateOf(job, inputsOf(job, parts, ctx), dependencies, parts, ctx);
    const { entries, filesRead } = state.inputs;
    const message = `${job.artifact.image}: looked at ${entries} inputs and read ${filesRead} files`;
    ctx.emit({ type: 'log', level: 'debug', message });
    const record = await storage.read(state.key, ctx);
    const own = record === undefined ? undefined : await confirm(job, record, parts, ctx);
    return { state, hit: own ?? (await parts.shared?.find(job, state.key, ctx)) };
  };

  /** Keeps the state of an artifact that is there, for later explanations. */
  const remember = async (job: BuildJob, { key, keyParts, inputs }: JobState, ctx: Context): Promise<void> => {
    const name = nameOf(job);
    if ((await storage.lastKey(name, ctx)) === key) return;
    const parameters = protectParameters(keyParts.parameters, await storage.secret(ctx));
    await storage.setLastBuild(name, { key, ...keyParts, parameters, inputs: await inputs.rows() }, ctx);
  };

  const finish = async (job: BuildJob, { state, hit }: Answer, ctx: Context): Promise<BuildResult | undefined> => {
    if (hit === undefined || state === undefined) return undefined;
    try {
      const result = await hit.finish();
      if (hit.where !== 'engine' && result.outcome.at === 'registry')
        await storage.write(state.key, { outcome: result.outcome, pushed: result.outcome.digest }, ctx);
      await remember(job, state, ctx);
      return result;
    } catch (error) {
      // The store dropped what turned out to be damaged: it is made anew.
      if (error instanceof ToolError && error.code === 'STORE_DAMAGED') return undefined;
      throw error;
    }
  };

  const explainAnswer = async (
    job: BuildJob,
    { state, hit }: Answer,
    parts: BuildParts,
    ctx: Context,
  ): Promise<Explanation> => {
    const { explainMiss } = await import('./explain-miss.ts');
    const { image } = job.artifact;
    if (hit !== undefined) return { image, status: 'found', where: hit.where, changes: [] };
    return explainMiss({ job, name: nameOf(job), state, inputs: inputsOf(job, parts, ctx), storage, parts }, ctx);
  };

  return {
    async lookUp(jobs, parts, ctx) {
      ctx.emit({ type: 'cache-check-started' });
      const answers = askAll(ask, jobs, parts, ctx);
      const found = new Map<ImageName, BuildResult>();
      const finishing: Promise<void>[] = [];
      // Told in the order of the configuration, whichever answer comes first.
      for (const job of jobs) {
        const { image } = job.artifact;
        const answer = await explainingHash(job, async () => answers.get(job) ?? missing, ctx);
        ctx.emit({ type: 'cache-checked', image, outcome: answer.hit?.answer ?? 'not-found' });
        if (parts.explains === true)
          ctx.emit({ type: 'cache-explained', explanation: await explainAnswer(job, answer, parts, ctx) });
        const finished = explainingHash(job, () => finish(job, answer, ctx), ctx);
        finishing.push(finished.then((result) => void (result !== undefined && found.set(image, result))));
      }
      for (const outcome of await Promise.allSettled(finishing))
        if (outcome.status === 'rejected') throw outcome.reason;
      return found;
    },

    async explain(jobs, parts, ctx) {
      const answers = askAll(ask, jobs, parts, ctx);
      const explanations: Explanation[] = [];
      for (const job of jobs)
        explanations.push(await explainAnswer(job, (await answers.get(job)) ?? missing, parts, ctx));
      return explanations;
    },

    async open(job, dependencies, isChanged, parts, ctx) {
      if (isChanged) hashed.delete(job.artifact.image);
      const before = await explainingHash(job, () => inputsOf(job, parts, ctx), ctx);
      let kept: JobState | undefined;
      return {
        // The parameters are taken after the build: a base image that was pulled by it is known by its id only then.
        // Files that changed while it ran make a result that belongs to no state of them: it is not remembered.
        record: async (outcome, context) => {
          const inputs = hashAgain(job, parts, context);
          if ((await inputs).hash !== before.hash) return false;
          kept = await stateOf(job, inputs, dependencies, parts, context);
          await storage.write(kept.key, { outcome }, context);
          await remember(job, kept, context);
          return true;
        },
        settled: async (outcome, { pushed, manifest }, context) => {
          if (kept === undefined || pushed === undefined) return;
          if (outcome.at === 'daemon') await storage.write(kept.key, { outcome, pushed }, context);
          await parts.shared?.publish(job, { key: kept.key, outcome, pushed, manifest }, context);
        },
      };
    },

    close: (ctx) => storage.flush(ctx),
  };
}

/** What an artifact is called in the records of last builds. */
function nameOf({ artifact }: BuildJob): string {
  return JSON.stringify([artifact.workspace, artifact.image]);
}

type Ask = (
  job: BuildJob,
  dependencies: ReadonlyMap<string, BuiltDependency>,
  parts: BuildParts,
  ctx: Context,
) => Promise<Answer>;

const missing: Answer = { state: undefined, hit: undefined };

/** Asks for all jobs at once, for each after those it requires; where one of them is still to be built, so is this one. */
function askAll(
  ask: Ask,
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
      await Promise.all(requiredJobs(job, byImage).map(visit));
      const dependencies = foundDependencies(job, found);
      const answer = dependencies === undefined ? missing : await ask(job, dependencies, parts, ctx);
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
