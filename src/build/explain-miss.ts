import type { Change, Explanation } from '../core/explanation.ts';
import type { BuiltDependency } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { HashedInputs } from '../store/build-inputs.ts';
import type { BuildResults } from '../store/build-results.ts';
import { type KeyParts, protectParameters } from '../store/last-builds.ts';
import { keyPartsOf } from './cache-key.ts';
import { changesBetween } from './explain.ts';
import type { BuildJob } from './jobs.ts';
import type { BuildParts } from './parts.ts';

/** An artifact that is to be built. */
export interface Miss {
  readonly job: BuildJob;
  /** What it is called in the records of last builds. */
  readonly name: string;
  /** Undefined where something it requires is to be built first. */
  readonly state: { readonly key: string; readonly keyParts: KeyParts } | undefined;
  readonly inputs: Promise<HashedInputs>;
  readonly storage: BuildResults;
  readonly parts: BuildParts;
}

/** Compares what an artifact is made of now with what it was made of when it was last there. */
export async function explainMiss(
  { job, name, state, inputs, storage, parts }: Miss,
  ctx: Context,
): Promise<Explanation> {
  const { image } = job.artifact;
  const last = await storage.lastBuild(name, ctx);
  if (last === undefined) return { image, status: 'first-build', changes: [] };
  if (last.key === state?.key) return { image, status: 'lost', changes: [] };
  const keyParts = state?.keyParts ?? (await keyPartsOf(job, assumedDependencies(job, parts), parts, ctx));
  const parameters = protectParameters(keyParts.parameters, await storage.secret(ctx));
  const dependencies = state === undefined ? last.dependencies : keyParts.dependencies;
  const rows = await (await inputs).rows();
  const own = changesBetween(last, { ...keyParts, parameters, dependencies, inputs: rows });
  return { image, status: 'changed', changes: [...own, ...rebuilt(job, state === undefined)] };
}

/** References stand for images that are still to be built; their ids are compared by nobody. */
function assumedDependencies(job: BuildJob, parts: BuildParts): ReadonlyMap<string, BuiltDependency> {
  return new Map(
    job.artifact.requires.map(({ alias, image }) => {
      const tag = parts.references?.get(image) ?? image;
      return [alias, { image, tag, outcome: { at: 'registry', digest: 'sha256:unknown' } }];
    }),
  );
}

function rebuilt({ artifact }: BuildJob, isWaiting: boolean): readonly Change[] {
  if (!isWaiting) return [];
  return artifact.requires.map(({ image }): Change => ({ kind: 'dependency-rebuilt', name: image }));
}
