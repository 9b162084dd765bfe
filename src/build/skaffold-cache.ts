/**
 * Skaffold's cache file (`~/.skaffold/cache`), kept up to date for Skaffold's sake: it finds what was built here and
 * does not build it again. What the file says is never used here. Nothing about it can make a build fail.
 */
import { dirname } from 'node:path';
import type { BuildOutcome } from '../core/artifact.ts';
import type { Digest, ImageId, ImageName } from '../core/names.ts';
import type { Context } from '../core/ports.ts';
import type { ImageTest } from '../core/project.ts';
import type { YamlNode } from '../core/yaml-node.ts';
import { compareText } from '../dockerfile/text.ts';
import { formatPlatform } from '../image/platform.ts';
import { type BuildJob, requiredJobs } from './jobs.ts';
import { type BuildParts, builderOf } from './parts.ts';
import { filesOfTests, hashArtifact, hashWithRequired } from './skaffold-hash.ts';

/** What the file says of a hash. */
export interface SkaffoldEntry {
  readonly digest?: Digest;
  readonly id?: ImageId;
}

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
        const entries = await readEntries(file, ctx);
        for (const [key, { entry, how }] of added) {
          entries.set(key, how === 'amend' ? { ...entries.get(key), ...entry } : entry);
        }
        await writeEntries(file, entries, ctx);
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

/** @throws {Error} where the file holds anything else than entries of Skaffold. */
async function readEntries(file: string, ctx: Context): Promise<Map<string, SkaffoldEntry>> {
  const bytes = await ctx.system.files.readIfExists(file);
  if (bytes === undefined) return new Map();
  const { parseYaml } = await import('../yaml/parse.ts');
  const { documents, errors } = await parseYaml(new TextDecoder().decode(bytes));
  const [problem] = errors;
  if (problem !== undefined) throw new Error(problem.message);
  const root = documents[0]?.root;
  if (root === undefined || (root.kind === 'scalar' && root.text === '')) return new Map();
  if (root.kind !== 'mapping' || documents.length > 1) throw new Error('it holds no mapping');
  return new Map(root.pairs.map(({ key, value }) => [textOf(key), entryOf(value)]));
}

function entryOf(node: YamlNode): SkaffoldEntry {
  const fields = node.kind === 'mapping' ? node.pairs.map(({ key, value }) => [textOf(key), textOf(value)]) : undefined;
  if (fields?.every(([name]) => name === 'digest' || name === 'id') !== true)
    throw new Error('an entry is none of Skaffold');
  return Object.fromEntries(fields) as SkaffoldEntry;
}

function textOf(node: YamlNode): string {
  if (node.kind !== 'scalar') throw new Error('an entry is none of Skaffold');
  return node.text;
}

async function writeEntries(file: string, entries: ReadonlyMap<string, SkaffoldEntry>, ctx: Context): Promise<void> {
  const { printNode } = await import('../yaml/print.ts');
  const { pairNode } = await import('../yaml/value-node.ts');
  const pairs = [...entries].map(([hash, entry]) => pairNode(hash, entry));
  const text = printNode({ kind: 'mapping', flow: false, pairs, start: 0, end: 0 });
  await ctx.system.files.mkdir(dirname(file), 0o744);
  await ctx.system.files.writeAtomic(file, text);
}
