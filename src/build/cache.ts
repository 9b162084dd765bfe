/**
 * The artifact cache: what was built from exactly these inputs before, and is it still where it is claimed to be?
 *
 * The key covers the path, kind, mode, link target and content of every input, all parameters of the builder (build
 * arguments, target, base images by their ids), the platforms, the engine and the keys of required artifacts. A hit
 * counts only after the registry or the engine's storage confirmed it. Skaffold's own cache keys leave out paths.
 */
import { createHash } from 'node:crypto';
import type { BuildOutcome } from '../core/artifact.ts';
import { ToolError, withPrefix } from '../core/errors.ts';
import type { CacheOutcome } from '../core/events.ts';
import type { Digest, ImageName } from '../core/names.ts';
import type { BuiltDependency } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import { formatPlatform } from '../image/platform.ts';
import { parseReference, withDigest } from '../image/reference.ts';
import { type BuildJob, type BuildResult, requiredJobs } from './jobs.ts';
import { type BuildParts, builderOf, requestOf } from './parts.ts';
import { localTag, settle } from './settle.ts';

/** A build that was done before. */
export interface CacheRecord {
  readonly outcome: BuildOutcome;
  /** The digest a registry served for it, where it was pushed. */
  readonly pushed?: Digest;
}

/** What the cache keeps on disk, and how it hashes files; `store/` provides it. */
export interface CacheStorage {
  /** One hash over path (relative to `root`), kind, mode, link target and content of the files. */
  hashFiles(root: string, paths: readonly string[], ctx: Context): Promise<string>;
  read(key: string, ctx: Context): Promise<CacheRecord | undefined>;
  write(key: string, record: CacheRecord, ctx: Context): Promise<void>;
  /** Writes what was learnt about files. */
  flush(ctx: Context): Promise<void>;
}

/** A build under way: remembers what its inputs were before it began. */
export interface CacheTicket {
  /**
   * Keeps the result under the key of the inputs as they were when the ticket was opened.
   *
   * @returns whether it was kept: a result belongs to no state of its inputs when they changed meanwhile.
   */
  record(outcome: BuildOutcome, pushed: Digest | undefined, ctx: Context): Promise<boolean>;
}

export interface BuildCache {
  /** All artifacts at once, before any build. Those found are confirmed, named and (where needed) pushed. */
  lookUp(jobs: readonly BuildJob[], parts: BuildParts, ctx: Context): Promise<ReadonlyMap<ImageName, BuildResult>>;
  open(
    job: BuildJob,
    dependencies: ReadonlyMap<string, BuiltDependency>,
    parts: BuildParts,
    ctx: Context,
  ): Promise<CacheTicket>;
  /** The inputs of a job as they were listed when the cache first looked at it. */
  inputs(job: BuildJob, parts: BuildParts, ctx: Context): Promise<readonly string[]>;
  close(ctx: Context): Promise<void>;
}

/** The cache over a storage. */
export function createBuildCache(storage: CacheStorage): BuildCache {
  const hashed = new Map<ImageName, Promise<HashedInputs>>();
  const inputsOf = (job: BuildJob, parts: BuildParts, ctx: Context): Promise<HashedInputs> => {
    const known = hashed.get(job.artifact.image) ?? hashInputsOf(job, parts, storage, ctx);
    hashed.set(job.artifact.image, known);
    return known;
  };

  const keyOf = async (
    job: BuildJob,
    dependencies: ReadonlyMap<string, BuiltDependency>,
    parts: BuildParts,
    ctx: Context,
  ): Promise<string> => {
    const builder = builderOf(job, parts.builders);
    const [inputs, parameters] = await Promise.all([
      inputsOf(job, parts, ctx),
      builder.parameters(requestOf(job, dependencies, parts), ctx),
    ]);
    return digestOfParts([
      job.artifact.type,
      parts.engine.name,
      inputs.hash,
      ...Object.entries(parameters)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
      ...job.platforms.map(formatPlatform),
      ...[...dependencies].map(([alias, { outcome }]) => `${alias}=${identityOf(outcome)}`).sort(),
    ]);
  };

  const lookUpOne = async (
    job: BuildJob,
    found: ReadonlyMap<ImageName, BuildResult>,
    parts: BuildParts,
    ctx: Context,
  ): Promise<BuildResult | undefined> => {
    const dependencies = foundDependencies(job, found);
    const record =
      dependencies === undefined ? undefined : await storage.read(await keyOf(job, dependencies, parts, ctx), ctx);
    const hit = record === undefined ? undefined : await confirm(job, record, parts, ctx);
    const say = (answer: CacheOutcome): void =>
      ctx.emit({ type: 'cache-checked', image: job.artifact.image, outcome: answer });
    say(hit?.answer ?? 'not-found');
    return hit?.finish();
  };

  return {
    async lookUp(jobs, parts, ctx) {
      ctx.emit({ type: 'cache-check-started' });
      const byImage = new Map(jobs.map((job) => [job.artifact.image, job]));
      const found = new Map<ImageName, BuildResult>();
      const pending = new Map<BuildJob, Promise<void>>();
      const visit = (job: BuildJob): Promise<void> => {
        const known = pending.get(job);
        if (known !== undefined) return known;
        const visited = (async () => {
          await Promise.all(requiredJobs(job, byImage).map(visit));
          const result = await explainingHash(job, () => lookUpOne(job, found, parts, ctx), ctx);
          if (result !== undefined) found.set(job.artifact.image, result);
        })();
        pending.set(job, visited);
        return visited;
      };
      await Promise.all(jobs.map(visit));
      return found;
    },

    async open(job, dependencies, parts, ctx) {
      const before = await explainingHash(job, () => inputsOf(job, parts, ctx), ctx);
      return {
        // The parameters are taken after the build: a base image that was pulled by it is known by its id only then.
        // Files that changed while it ran make a result that belongs to no state of them: it is not remembered.
        record: async (outcome, pushed, context) => {
          if ((await hashInputsOf(job, parts, storage, context)).hash !== before.hash) return false;
          const key = await keyOf(job, dependencies, parts, context);
          await storage.write(key, pushed === undefined ? { outcome } : { outcome, pushed }, context);
          return true;
        },
      };
    },

    inputs: async (job, parts, ctx) => (await inputsOf(job, parts, ctx)).paths,

    close: (ctx) => storage.flush(ctx),
  };
}

/** The inputs of a job, and a hash over them. */
interface HashedInputs {
  readonly paths: readonly string[];
  readonly hash: string;
}

async function hashInputsOf(
  job: BuildJob,
  parts: BuildParts,
  storage: CacheStorage,
  ctx: Context,
): Promise<HashedInputs> {
  const { artifact } = job;
  try {
    const paths = await builderOf(job, parts.builders).inputs(artifact, parts.inputParts, ctx);
    return { paths, hash: await storage.hashFiles(artifact.workspace, paths, ctx) };
  } catch (error) {
    throw withPrefix(`getting dependencies for "${artifact.image}"`, error);
  }
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

/** The dependencies by alias, or undefined where one of them is still to be built: then this one is too. */
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

interface Hit {
  readonly answer: CacheOutcome;
  /** Does what the answer says is still to do, and names the result. */
  finish(): Promise<BuildResult>;
}

async function confirm(job: BuildJob, record: CacheRecord, parts: BuildParts, ctx: Context): Promise<Hit | undefined> {
  return job.push ? confirmPushed(job, record, parts, ctx) : confirmLocal(job, record.outcome, parts, ctx);
}

async function confirmPushed(
  job: BuildJob,
  { outcome, pushed }: CacheRecord,
  parts: BuildParts,
  ctx: Context,
): Promise<Hit | undefined> {
  const digest = pushed ?? (outcome.at === 'daemon' ? undefined : outcome.digest);
  if (digest !== undefined && (await servedDigest(job, ctx)) === digest) {
    return { answer: 'found-remotely', finish: async () => ({ job, outcome, tag: withDigest(job.tag, digest) }) };
  }
  if (outcome.at === 'registry' || !(await parts.engine.holds(outcome, ctx))) return undefined;
  return { answer: 'pushing', finish: async () => settled(job, outcome, parts, ctx) };
}

async function confirmLocal(
  job: BuildJob,
  outcome: BuildOutcome,
  parts: BuildParts,
  ctx: Context,
): Promise<Hit | undefined> {
  if (outcome.at === 'registry' || !(await parts.engine.holds(outcome, ctx))) return undefined;
  const there = (await parts.engine.find(job.tag, ctx)) === outcome.id;
  if (there) return { answer: 'found-locally', finish: async () => ({ job, outcome, tag: localTag(job, outcome.id) }) };
  return {
    answer: 'tagging',
    finish: async () => {
      await parts.engine.tag(outcome, parseReference(job.tag), ctx);
      return settled(job, outcome, parts, ctx);
    },
  };
}

async function settled(job: BuildJob, outcome: BuildOutcome, parts: BuildParts, ctx: Context): Promise<BuildResult> {
  try {
    const { tag, pushed } = await settle(job, outcome, parts.engine, ctx);
    return pushed === undefined ? { job, outcome, tag } : { job, outcome, tag, pushed };
  } catch (error) {
    throw withPrefix('could not push image', error);
  }
}

/** The digest the registry serves for the job's tag now; an unreachable registry means a push will have to tell. */
async function servedDigest(job: BuildJob, ctx: Context): Promise<string | undefined> {
  return (await ctx.system.registry.resolve(job.reference, ctx.signal))?.digest;
}

/** What makes two outcomes the same image. */
function identityOf(outcome: BuildOutcome): string {
  return outcome.at === 'registry' ? outcome.digest : outcome.id;
}

function digestOfParts(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
