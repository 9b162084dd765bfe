import type { ImageName } from '../../../core/names.ts';
import type { InputParts } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { withContext } from '../kaniko/context.ts';
import type { KanikoSpec } from '../kaniko/spec.ts';
import { loadDockerfile } from './dockerfile.ts';
import type { DockerSpec } from './spec.ts';

/**
 * The ONBUILD triggers that a required artifact's image will carry, read from its own Dockerfile, since the image need
 * not exist yet. Undefined where `image` is none of the artifact's requirements. (Skaffold does not see these triggers.)
 *
 * @param image what a FROM names: the image name of a required artifact, or the reference it was built as.
 */
export async function requiredTriggers(
  image: string,
  artifact: Artifact,
  names: ReadonlyMap<string, ImageName>,
  parts: Pick<InputParts, 'artifacts'>,
  ctx: Context,
): Promise<readonly string[] | undefined> {
  const required = names.get(image) ?? artifact.requires.find((entry) => entry.image === image)?.image;
  const base = required === undefined ? undefined : parts.artifacts.get(required);
  if (base === undefined) return undefined;
  if (base.type !== 'docker' && base.type !== 'kaniko') return [];
  const { parsed } = await loadDockerfile(withContext(base as Artifact<DockerSpec & KanikoSpec>), ctx);
  return triggersOf(parsed.instructions, (base.spec as DockerSpec).target);
}

/** The triggers of the stage the image is made of: the target, else the last one. */
function triggersOf(
  instructions: Awaited<ReturnType<typeof loadDockerfile>>['parsed']['instructions'],
  target: string | undefined,
): readonly string[] {
  let triggers: string[] = [];
  for (const [index, instruction] of instructions.entries()) {
    if (instruction.kind === 'FROM') {
      if (index > 0 && isTarget(instructions.slice(0, index), target)) return triggers;
      triggers = [];
    }
    if (instruction.kind === 'ONBUILD') triggers.push(instruction.expression);
  }
  return triggers;
}

function isTarget(before: Parameters<typeof triggersOf>[0], target: string | undefined): boolean {
  if (target === undefined || target === '') return false;
  const stage = before.findLast((instruction) => instruction.kind === 'FROM');
  return stage?.kind === 'FROM' && stage.name === target.toLowerCase();
}
