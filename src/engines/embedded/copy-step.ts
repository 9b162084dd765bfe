/** COPY and ADD from their expanded words to a step that makes a layer. */
import { createHash } from 'node:crypto';
import type { AddInstruction, CopyInstruction } from '../../dockerfile/types.ts';
import { type CopySource, filterOf, findSources, findSourcesWithParents } from './copy-sources.ts';
import { copyInto } from './copy-tree.ts';
import { describeSource } from './describe.ts';
import { buildError } from './failure.ts';
import { fileNode, type Node } from './node.ts';
import { findOwner, isNumericOwner, type Owner } from './ownership.ts';
import { type ModeChange, parseMode } from './permissions.ts';
import { readImageFile } from './read-image-file.ts';
import type { Spool } from './spool.ts';
import { absolutePath, type InstructionParts, type Stage } from './stage.ts';
import type { TreeEditor } from './tree-editor.ts';

type CopyLike = CopyInstruction | AddInstruction;

/** Puts one source somewhere else than copying it would, such as unpacking it; false means that it has to be copied. */
export type PlaceOtherwise = (
  source: CopySource,
  editor: TreeEditor,
  spool: Spool,
  owner: Owner | undefined,
) => Promise<boolean>;

/** The words of a COPY or ADD that say how, checked. */
export interface CopyPlan {
  readonly instruction: CopyLike;
  /** Absolute path in the image. */
  readonly destination: string;
  readonly mode: ModeChange | undefined;
}

/** Checks an instruction's flags. @throws `BUILD_USER_ERROR`. */
export function planCopy(stage: Stage, instruction: CopyLike): CopyPlan {
  const mode = instruction.chmod === undefined || instruction.chmod === '' ? undefined : parseMode(instruction.chmod);
  if (instruction.link && instruction.chown !== undefined && !isNumericOwner(instruction.chown)) {
    throw buildError(
      `--chown=${instruction.chown} cannot be looked up with --link, which does not see the image below`,
      'Give user and group as numbers, or leave out --link',
    );
  }
  return { instruction, destination: absolutePath(stage, instruction.destination), mode };
}

/** The words that decide about a layer besides what is copied. */
export function describePlan({ instruction, destination }: CopyPlan): unknown {
  const { kind, chown, chmod, exclude } = instruction;
  const parents = instruction.kind === 'COPY' && instruction.parents;
  return [kind, destination, chown, chmod, exclude, parents];
}

/**
 * The sources of an instruction in a tree, in the order written, then its heredocs.
 *
 * @throws {ToolError} `BUILD_USER_ERROR` for a path that does not exist.
 */
export function sourcesIn(
  root: Node,
  instruction: CopyLike,
  where: string,
  parts: InstructionParts,
): readonly CopySource[] {
  const filter = filterOf(undefined, instruction.exclude);
  const withParents = instruction.kind === 'COPY' && instruction.parents;
  return instruction.sources.flatMap((source) => {
    const found = withParents
      ? findSourcesWithParents(root, source, instruction.exclude)
      : findSources(root, source, filter);
    if (found !== undefined) return found;
    throw notFound(source, where, parts);
  });
}

/** The files written inside the Dockerfile, with mode 0644. */
export function heredocSources(instruction: CopyLike, { epoch }: InstructionParts): readonly CopySource[] {
  return instruction.heredocs.map(({ name, content }) => ({
    node: fileNode(Buffer.from(content, 'utf8'), 0o644, epoch),
    path: [name],
    filter: undefined,
  }));
}

function notFound(source: string, where: string, { request }: InstructionParts): Error {
  const action =
    where === 'the build context'
      ? `Check the path below ${request.workspace}, and that no .dockerignore rule leaves it out`
      : 'Check the path, and that an earlier step makes it';
  return buildError(`"${source}" is not in ${where}`, action);
}

/** What some sources are, for a key. */
export async function describeSources(
  sources: readonly CopySource[],
  { store, request }: InstructionParts,
): Promise<unknown> {
  const described: unknown[] = [];
  const fingerprints = store.fingerprints(request.workspace);
  for (const source of sources) described.push(await describeSource(source, fingerprints));
  return createHash('sha256').update(JSON.stringify(described)).digest('hex');
}

/** Copies all sources into a tree. */
export async function copySources(
  sources: readonly CopySource[],
  plan: CopyPlan,
  editor: TreeEditor,
  spool: Spool,
  parts: InstructionParts,
  placeOtherwise?: PlaceOtherwise,
): Promise<void> {
  const { chown } = plan.instruction;
  const read = readImageFile(editor.root, spool, parts);
  const owner = chown === undefined || chown === '' ? undefined : await findOwner(chown, read);
  for (const source of sources) {
    if ((await placeOtherwise?.(source, editor, spool, owner)) === true) continue;
    if (sources.length > 1) requireDirectory(plan, source, editor);
    copyInto(editor, source, plan.destination, { owner, mode: plan.mode, madeAt: parts.epoch });
  }
}

/** Two files copied to one name would leave only the last (Dockerfile reference: the destination must end with a slash). */
function requireDirectory({ destination, instruction }: CopyPlan, source: CopySource, editor: TreeEditor): void {
  if (source.node.kind === 'directory' || /\/\.?$/.test(destination)) return;
  if (editor.directoryAt(destination)) return;
  throw buildError(
    `${instruction.kind} has more than one source, so its destination "${instruction.destination}" must be a directory`,
    `Write the destination as "${instruction.destination}/"`,
  );
}
