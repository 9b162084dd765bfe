/** Whether what was built before is still where it is claimed to be, and what is to do so that it is where the run wants it. */
import type { BuildOutcome } from '../core/artifact.ts';
import { withPrefix } from '../core/errors.ts';
import type { CacheOutcome } from '../core/events.ts';
import type { Digest } from '../core/names.ts';
import type { Context } from '../core/ports.ts';
import { parseReference, withDigest } from '../image/reference.ts';
import type { BuildResultRecord } from '../store/results.ts';
import { copyImage } from './copy-image.ts';
import type { BuildJob, BuildResult } from './jobs.ts';
import type { BuildParts } from './parts.ts';
import { ensureCopies, localTag, settle } from './settle.ts';

/** A confirmed result of an earlier build. */
export interface Hit {
  readonly answer: CacheOutcome;
  readonly where: 'registry' | 'engine' | 'shared';
  /** What `finish` will return, as far as it is known before. */
  readonly result: BuildResult;
  /** Does what the answer says is still to do, and names the result. */
  finish(): Promise<BuildResult>;
}

/** Asks the registry or the engine for an image; undefined where neither has it. */
export async function confirm(
  job: BuildJob,
  record: BuildResultRecord,
  parts: BuildParts,
  ctx: Context,
): Promise<Hit | undefined> {
  return job.push ? confirmPushed(job, record, parts, ctx) : confirmLocal(job, record.outcome, parts, ctx);
}

async function confirmPushed(
  job: BuildJob,
  { outcome, pushed }: BuildResultRecord,
  parts: BuildParts,
  ctx: Context,
): Promise<Hit | undefined> {
  const digest = pushed ?? (outcome.at === 'daemon' ? undefined : outcome.digest);
  const served = digest === undefined ? undefined : await confirmServed(job, outcome, digest, 'registry', ctx);
  if (served !== undefined) return served;
  if (outcome.at === 'registry' || !(await parts.engine.holds(outcome, ctx))) return undefined;
  const tag = digest === undefined ? job.tag : withDigest(job.tag, digest);
  return {
    answer: 'pushing',
    where: 'engine',
    result: { job, outcome, tag },
    finish: async () => settled(job, outcome, parts, ctx),
  };
}

/** Looks for a digest in the registry: under the wanted tag, else under any other name in that repository. */
export async function confirmServed(
  job: BuildJob,
  outcome: BuildOutcome,
  digest: Digest,
  where: Hit['where'],
  ctx: Context,
): Promise<Hit | undefined> {
  const result = { job, outcome, tag: withDigest(job.tag, digest) };
  const { registry } = ctx.system;
  if ((await registry.resolve(job.reference, ctx.signal))?.digest === digest) {
    const finish = async (): Promise<BuildResult> => {
      await ensureCopies(job, digest, ctx);
      return result;
    };
    return { answer: 'found-remotely', where, result, finish };
  }
  const { tag: _tag, ...repository } = job.reference;
  const byDigest = { ...repository, digest };
  if ((await registry.resolve(byDigest, ctx.signal))?.digest !== digest) return undefined;
  const finish = async (): Promise<BuildResult> => {
    await copyImage(byDigest, job.reference, ctx);
    await ensureCopies(job, digest, ctx);
    return result;
  };
  return { answer: 'tagging', where, result, finish };
}

async function confirmLocal(
  job: BuildJob,
  outcome: BuildOutcome,
  parts: BuildParts,
  ctx: Context,
): Promise<Hit | undefined> {
  if (outcome.at === 'registry' || !(await parts.engine.holds(outcome, ctx))) return undefined;
  const there = (await parts.engine.find(job.tag, ctx)) === outcome.id;
  const result = { job, outcome, tag: localTag(job, outcome.id) };
  if (there) return { answer: 'found-locally', where: 'engine', result, finish: async () => result };
  const finish = async (): Promise<BuildResult> => {
    await parts.engine.tag(outcome, parseReference(job.tag), ctx);
    return settled(job, outcome, parts, ctx);
  };
  return { answer: 'tagging', where: 'engine', result, finish };
}

async function settled(job: BuildJob, outcome: BuildOutcome, parts: BuildParts, ctx: Context): Promise<BuildResult> {
  try {
    const { tag, pushed } = await settle(job, outcome, parts.engine, ctx);
    return pushed === undefined ? { job, outcome, tag } : { job, outcome, tag, pushed };
  } catch (error) {
    throw withPrefix('could not push image', error);
  }
}
