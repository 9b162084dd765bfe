import type { BuildOutcome } from '../core/artifact.ts';
import { withPrefix } from '../core/errors.ts';
import type { Digest } from '../core/names.ts';
import type { ImageEngine } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import { formatReference, parseReference, withDigest } from '../image/reference.ts';
import { copyImage } from './copy-image.ts';
import type { BuildJob } from './jobs.ts';

/** Where an image ended, and what it is called there. */
export interface Settled {
  /** The reference to run, as the build-artifacts JSON names it. */
  readonly tag: string;
  /** What the registry serves for it, where it was pushed. */
  readonly pushed: Digest | undefined;
  /** What this push uploaded. */
  readonly bytes: number | undefined;
  /** What the registry serves, where the engine knew. */
  readonly manifest?: { readonly mediaType: string; readonly size: number } | undefined;
}

/**
 * Brings a built image to where the job wants it: pushed and named by digest, or kept and named by its id
 * (Skaffold's `name:<image id>`).
 */
export async function settle(
  job: BuildJob,
  outcome: BuildOutcome,
  engine: ImageEngine,
  ctx: Context,
): Promise<Settled> {
  if (outcome.at === 'registry') {
    await ensureCopies(job, outcome.digest, ctx);
    return { tag: withDigest(job.tag, outcome.digest), pushed: outcome.digest, bytes: undefined };
  }
  if (!job.push) {
    const tag = localTag(job, outcome.id);
    await engine.tag(outcome, parseReference(tag), ctx);
    return { tag, pushed: undefined, bytes: undefined };
  }
  ctx.emit({ type: 'artifact-step', image: job.artifact.image, step: `pushing ${job.tag}` });
  try {
    const { digest, bytes, manifest } = await engine.push(outcome, job.reference, ctx);
    await ensureCopies(job, digest, ctx);
    return { tag: withDigest(job.tag, digest), pushed: digest, bytes, manifest };
  } catch (error) {
    throw withPrefix(`could not push image "${job.tag}"`, error);
  }
}

/** `name:<image id without algorithm>`: what Skaffold calls an image that was not pushed. */
export function localTag(job: BuildJob, id: string): string {
  const { name, registry, repository } = job.reference;
  return formatReference({ name, registry, repository, tag: id.replace(/^sha256:/, '') });
}

/** Brings a pushed image to the other repositories it is wanted in, where they do not serve it yet. */
export async function ensureCopies(job: BuildJob, digest: Digest, ctx: Context): Promise<void> {
  const { tag: _tag, ...repository } = job.reference;
  for (const copy of job.copies ?? []) {
    if ((await ctx.system.registry.resolve(copy, ctx.signal))?.digest === digest) continue;
    await copyImage({ ...repository, digest }, copy, ctx);
  }
}
