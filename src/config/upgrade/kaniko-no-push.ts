import { withoutChild } from '../nodes.ts';
import { changeItems, changeMapping, changePipelines, type UpgradeStep } from './step.ts';

/** kaniko's `noPush` is gone since v4beta5. */
export const kanikoWithoutNoPush: UpgradeStep = {
  to: 'v4beta5',
  apply: (root) =>
    changePipelines(root, (pipeline) =>
      changeMapping(pipeline, 'build', (build) =>
        changeItems(build, 'artifacts', (artifact) =>
          changeMapping(artifact, 'kaniko', (kaniko) => withoutChild(kaniko, 'noPush')),
        ),
      ),
    ),
};
