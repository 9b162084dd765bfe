import { withChild } from '../nodes.ts';
import { booleanNode, changeBuilds, changeMapping, given, type UpgradeStep } from './step.ts';

/** `useBuildkit` left out meant false; from now on it means that Docker decides. */
export const step: UpgradeStep = (root) =>
  changeBuilds(root, (build) =>
    changeMapping(build, 'local', (local) =>
      given(local, 'useBuildkit') === undefined ? withChild(local, 'useBuildkit', booleanNode(false, local)) : local,
    ),
  );
