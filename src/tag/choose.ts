import { ToolError } from '../core/errors.ts';
import type { ImageName } from '../core/names.ts';
import type { InputsOf, Tagger } from '../core/plugins.ts';
import type { Context } from '../core/ports.ts';
import type { Artifact, Module } from '../core/project.ts';
import { parseSkaffoldReference } from '../image/skaffold-reference.ts';
import { createTagger } from './index.ts';

export interface TagRequest {
  readonly artifacts: readonly Artifact[];
  /** The modules the artifacts are from: each has a tag policy of its own. */
  readonly modules: readonly Module[];
  /** `--tag`: taken as it is for every artifact; empty leaves it to the policies. */
  readonly customTag: string;
  readonly inputsOf: InputsOf;
}

export interface ChosenTag {
  readonly image: ImageName;
  /** `image:tag`, or the image alone where the policy gave an empty tag; the default repo is not applied. */
  readonly tag: string;
  /** Why `latest` was taken in place of what the policy should have given. */
  readonly fallback?: string;
}

/**
 * A tag for every artifact, in their order. A policy that fails for an artifact does not fail the run: the artifact is
 * tagged `latest`, as in Skaffold, and the reason is told, which Skaffold does not do.
 *
 * @throws {ToolError} `INIT_CREATE_TAGGER_ERROR` where a policy cannot work for any artifact.
 */
export async function chooseTags(request: TagRequest, ctx: Context): Promise<readonly ChosenTag[]> {
  const taggerOf = await taggersByArtifact(request);
  return Promise.all(
    request.artifacts.map((artifact) => tagOne(artifact, taggerOf.get(artifact) ?? fixed('latest'), ctx)),
  );
}

async function taggersByArtifact({ customTag, inputsOf, modules }: TagRequest): Promise<ReadonlyMap<Artifact, Tagger>> {
  const all = modules.flatMap((module) => module.artifacts);
  const parts = { inputsOf, artifacts: new Map(all.map((artifact) => [artifact.image, artifact])) };
  const taggerOf = new Map<Artifact, Tagger>();
  for (const module of modules) {
    const tagger = customTag === '' ? await createTagger(module.build.tagPolicy, parts) : fixed(customTag);
    for (const artifact of module.artifacts) taggerOf.set(artifact, tagger);
  }
  return taggerOf;
}

function fixed(tag: string): Tagger {
  return { tag: async () => tag };
}

async function tagOne(artifact: Artifact, tagger: Tagger, ctx: Context): Promise<ChosenTag> {
  const { image } = artifact;
  try {
    const tag = await tagger.tag(artifact, ctx);
    const reference = tag === '' ? image : `${image}:${tag}`;
    parseSkaffoldReference(reference);
    return { image, tag: reference };
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof ToolError)) throw error;
    ctx.emit({
      type: 'log',
      level: 'warning',
      message: `${image} is tagged latest, since its tag policy failed: ${error.message}`,
    });
    return { image, tag: `${image}:latest`, fallback: error.message };
  }
}
