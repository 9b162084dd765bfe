/**
 * Results of builds in the registry itself, beside the images: a machine with an empty disk finds what another one built.
 *
 * An entry is an OCI index under the tag `slipway-KEY` in the image's own repository, with the image as its only manifest, so
 * that the registry keeps the image as long as the entry. Who may push to a repository may also put a wrong entry there, as he
 * may move the image's tags: entries are believed as far as the repository is. Where that is not enough, `SLIPWAY_SHARED_CACHE_KEY`
 * is a secret that machines share: entries then carry a keyed hash, and those without the right one count as not there.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { BuildOutcome } from '../core/artifact.ts';
import { ToolError } from '../core/errors.ts';
import type { Digest, ImageId, ImageReference } from '../core/names.ts';
import type { Context } from '../core/ports.ts';
import { isDigest } from '../image/digest.ts';
import { encodeJson, mediaTypes } from '../image/oci.ts';
import { confirmServed, type Hit } from './confirm.ts';
import type { BuildJob } from './jobs.ts';

export interface SharedResults {
  /** What some machine built under a key and pushed to the repository of the job, confirmed. Failures count as nothing found. */
  find(job: BuildJob, key: string, ctx: Context): Promise<Hit | undefined>;
  /** Leaves a result for others. A registry that refuses it is no reason for a build to fail. */
  publish(job: BuildJob, result: SharedResult, ctx: Context): Promise<void>;
}

/** A result to share. */
export interface SharedResult {
  readonly key: string;
  readonly outcome: BuildOutcome;
  readonly pushed: Digest;
  /** Of the image, where it is known without asking the registry. */
  readonly manifest: { readonly mediaType: string; readonly size: number } | undefined;
}

const annotations = { key: 'dev.slipway.key', id: 'dev.slipway.id', proof: 'dev.slipway.proof' } as const;
const artifactType = 'application/vnd.slipway.result.v1';

/** @param secret what proofs are made with; empty for none. */
export function createSharedResults(secret: string): SharedResults {
  let isRefused = false;
  return {
    async find(job, key, ctx) {
      if (!job.push) return undefined;
      const entry = await readEntry(entryReference(job, key), ctx);
      if (entry === undefined || entry.key !== key || !isProven(entry, job, secret)) return undefined;
      const { digest, id } = entry;
      const outcome: BuildOutcome = id === undefined ? { at: 'registry', digest } : { at: 'registry', digest, id };
      return confirmServed(job, outcome, digest, 'shared', ctx);
    },
    async publish(job, result, ctx) {
      if (!job.push || isRefused) return;
      try {
        await writeEntry(job, result, secret, ctx);
      } catch (error) {
        ctx.signal.throwIfAborted();
        if (!(error instanceof ToolError)) throw error;
        isRefused = true;
        const message = `results are not shared through ${job.reference.registry}: ${error.message}`;
        ctx.emit({ type: 'log', level: 'info', message });
      }
    },
  };
}

function entryReference({ reference }: BuildJob, key: string): ImageReference {
  const { name, registry, repository } = reference;
  return { name, registry, repository, tag: `slipway-${key}` };
}

interface Entry {
  readonly key: string | undefined;
  readonly digest: Digest;
  readonly id: ImageId | undefined;
  readonly proof: string | undefined;
}

async function readEntry(reference: ImageReference, ctx: Context): Promise<Entry | undefined> {
  try {
    const { bytes } = await ctx.system.registry.manifest(reference, ctx.signal);
    const index = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      readonly artifactType?: unknown;
      readonly manifests?: readonly { readonly digest?: unknown }[];
      readonly annotations?: Readonly<Record<string, unknown>>;
    };
    const [image, ...others] = Array.isArray(index.manifests) ? index.manifests : [];
    if (index.artifactType !== artifactType || others.length > 0) return undefined;
    const text = (name: keyof typeof annotations): string | undefined => {
      const value = index.annotations?.[annotations[name]];
      return typeof value === 'string' ? value : undefined;
    };
    const [digest, id] = [image?.digest, text('id')];
    if (typeof digest !== 'string' || !isDigest(digest) || (id !== undefined && !isDigest(id))) return undefined;
    return { key: text('key'), digest, id: id as ImageId | undefined, proof: text('proof') };
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (error instanceof ToolError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function writeEntry(
  job: BuildJob,
  { key, outcome, pushed, manifest }: SharedResult,
  secret: string,
  ctx: Context,
): Promise<void> {
  const { tag: _tag, ...repository } = job.reference;
  const image =
    manifest === undefined
      ? await ctx.system.registry.resolve({ ...repository, digest: pushed }, ctx.signal)
      : { ...manifest, digest: pushed };
  if (image === undefined) return;
  const { mediaType, digest, size } = image;
  const proof = proofOf(key, digest, outcome.id, job, secret);
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    artifactType,
    manifests: [{ mediaType, digest, size }],
    annotations: {
      [annotations.key]: key,
      ...(outcome.id === undefined ? {} : { [annotations.id]: outcome.id }),
      ...(proof === undefined ? {} : { [annotations.proof]: proof }),
    },
  };
  await ctx.system.registry.pushManifest(entryReference(job, key), mediaTypes.ociIndex, encodeJson(index), ctx.signal);
}

function isProven({ key, digest, id, proof }: Entry, job: BuildJob, secret: string): boolean {
  const expected = proofOf(key ?? '', digest, id, job, secret);
  if (expected === undefined) return true;
  const [a, b] = [Buffer.from(expected), Buffer.from(proof ?? '')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function proofOf(
  key: string,
  digest: Digest,
  id: ImageId | undefined,
  { reference }: BuildJob,
  secret: string,
): string | undefined {
  if (secret === '') return undefined;
  const text = JSON.stringify([reference.repository, key, digest, id ?? '']);
  return createHmac('sha256', secret).update(text).digest('hex');
}
