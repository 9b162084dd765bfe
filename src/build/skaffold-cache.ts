/**
 * Skaffold's cache file (`~/.skaffold/cache`), kept up to date for Skaffold's sake: it finds what was built here and
 * does not build it again. What the file says is never used here. Nothing about it can make a build fail.
 */
import { dirname } from 'node:path';
import type { BuildOutcome } from '../core/artifact.ts';
import type { Digest, ImageName } from '../core/names.ts';
import type { Context } from '../core/ports.ts';
import type { ImageTest } from '../core/project.ts';
import { compareText } from '../dockerfile/text.ts';
import { formatPlatform } from '../image/platform.ts';
import { type BuildJob, requiredJobs } from './jobs.ts';
import { type BuildParts, builderOf } from './parts.ts';
import { parseEntries, printEntries, type SkaffoldEntries, type SkaffoldEntry, withEntry } from './skaffold-entries.ts';
import { filesOfTests, hashArtifact, hashWithRequired } from './skaffold-hash.ts';

export interface SkaffoldCache {
  /** Skaffold's hash of a job, or undefined where there is none. */
  hash(job: BuildJob, parts: BuildParts, ctx: Context): Promise<string | undefined>;
  /** Keeps an entry for the file: in place of what stands there, or (`amend`) beside it. */
  add(hash: string, entry: SkaffoldEntry, how: 'replace' | 'amend'): void;
  /** Writes the entries that were added. */
  flush(ctx: Context): Promise<void>;
}

export interface SkaffoldCacheOptions {
  /** Absolute. */
  readonly file: string;
  /** All jobs of the run, by image. */
  readonly jobs: ReadonlyMap<ImageName, BuildJob>;
  /** The tests of an image. */
  readonly testsOf: (image: ImageName) => readonly ImageTest[];
}

export function createSkaffoldCache({ file, jobs, testsOf }: SkaffoldCacheOptions): SkaffoldCache {
  const hashes = new Map<BuildJob, Promise<string | undefined>>();
  const added = new Map<string, { readonly entry: SkaffoldEntry; readonly how: 'replace' | 'amend' }>();

  const hash = (job: BuildJob, parts: BuildParts, ctx: Context): Promise<string | undefined> => {
    const known = hashes.get(job) ?? compute(job, parts, ctx);
    hashes.set(job, known);
    return known;
  };
  const compute = async (job: BuildJob, parts: BuildParts, ctx: Context): Promise<string | undefined> => {
    const required = [...requiredJobs(job, jobs)].sort((a, b) => compareText(a.artifact.image, b.artifact.image));
    const [own, ...others] = await Promise.all([
      ownHash(job, testsOf(job.artifact.image), parts, ctx),
      ...required.map((other) => hash(other, parts, ctx)),
    ]);
    const known = others.filter((other) => other !== undefined);
    return own === undefined || known.length < others.length ? undefined : hashWithRequired(own, known);
  };

  return {
    hash: (job, parts, ctx) => unlessItFails(file, ctx, () => hash(job, parts, ctx)),
    add: (key, entry, how) => added.set(key, { entry, how }),
    flush: async (ctx) => {
      if (added.size === 0) return;
      await unlessItFails(file, ctx, async () => {
        let entries = await readEntries(file, ctx);
        for (const [key, { entry, how }] of added) {
          entries = withEntry(entries, key, how === 'amend' ? { ...entries.get(key), ...entry } : entry);
        }
        await ctx.system.files.mkdir(dirname(file), 0o744);
        await ctx.system.files.writeAtomic(file, printEntries(entries));
      });
    },
  };
}

/** What a result is in Skaffold's eyes: a digest once pushed, else the id in the Docker Engine; nothing elsewhere. */
export function skaffoldEntry(outcome: BuildOutcome, pushed: Digest | undefined): SkaffoldEntry | undefined {
  if (pushed !== undefined) return { digest: pushed };
  return outcome.at === 'daemon' ? { id: outcome.id } : undefined;
}

/** Makes the file where `--cache-file` names one that is not there, as Skaffold does before it does anything else. */
export async function ensureCacheFile(file: string, ctx: Context): Promise<void> {
  const { files } = ctx.system;
  await unlessItFails(file, ctx, async () => {
    if ((await files.stat(file)) !== undefined) return;
    await files.mkdir(dirname(file), 0o744);
    await files.writeAtomic(file, '');
  });
}

async function ownHash(
  job: BuildJob,
  tests: readonly ImageTest[],
  parts: BuildParts,
  ctx: Context,
): Promise<string | undefined> {
  const { artifact, reference, platforms } = job;
  const builder = builderOf(job, parts.builders);
  const [key, sources, testFiles] = await Promise.all([
    builder.skaffoldKey?.(artifact, { runMode: parts.runMode, reference }, ctx),
    builder.inputs(artifact, parts.inputParts, ctx),
    filesOfTests(tests, ctx),
  ]);
  if (key === undefined || testFiles === undefined) return undefined;
  return hashArtifact({ ...key, files: [...sources, ...testFiles], platforms: platforms.map(formatPlatform) }, ctx);
}

/** Tells of a failure and goes on: the build does not depend on this file. */
async function unlessItFails<Result>(
  file: string,
  ctx: Context,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    ctx.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    ctx.emit({ type: 'log', level: 'warning', message: `Skaffold's cache file ${file} is left as it is: ${reason}` });
    return undefined;
  }
}

async function readEntries(file: string, ctx: Context): Promise<SkaffoldEntries> {
  const bytes = await ctx.system.files.readIfExists(file);
  return bytes === undefined ? new Map() : parseEntries(new TextDecoder().decode(bytes));
}
