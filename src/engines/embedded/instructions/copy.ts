import type { CopyInstruction } from '../../../dockerfile/types.ts';
import { copySources, describePlan, describeSources, heredocSources, planCopy, sourcesIn } from '../copy-step.ts';
import { makeLayer } from '../layer-step.ts';
import type { SourceTree } from '../node.ts';
import { type Execute, withHistory } from '../stage.ts';

/** COPY, from the build context, a stage, an artifact of this run or an image (Dockerfile reference, "COPY"). */
export const copy: Execute<'COPY'> = async (stage, instruction, parts) => {
  const plan = planCopy(stage, instruction);
  const { from } = instruction;
  const tree: SourceTree =
    from === undefined ? { chainId: undefined, root: parts.context.root } : await parts.treeOf(from);
  const where = from === undefined ? 'the build context' : `"${from}"`;
  const sources = async (): Promise<ReturnType<typeof sourcesIn>> => [
    ...sourcesIn(await tree.root(), instruction, where, parts),
    ...heredocSources(instruction, parts),
  ];
  const hasLayer = await makeLayer(
    stage,
    {
      isLinked: instruction.link,
      descriptions: [
        // Where nothing of the other stage changed, its tree need not even be looked at.
        ...(tree.chainId === undefined ? [] : [() => [describePlan(plan), instruction.sources, tree.chainId]]),
        async () => [describePlan(plan), await describeSources(await sources(), parts)],
      ],
      change: async (editor, spool) => copySources(await sources(), plan, editor, spool, parts),
    },
    parts,
  );
  return withHistory(stage, historyOf(instruction), hasLayer, parts);
};

function historyOf(instruction: CopyInstruction): string {
  const flags = [
    ...(instruction.parents ? ['--parents'] : []),
    ...(instruction.chown === undefined ? [] : [`--chown=${instruction.chown}`]),
    ...(instruction.chmod === undefined ? [] : [`--chmod=${instruction.chmod}`]),
  ];
  const heredocs = instruction.heredocs.map(({ name }) => `<<${name}`);
  return ['COPY', ...flags, ...instruction.sources, ...heredocs, instruction.destination].join(' ');
}
