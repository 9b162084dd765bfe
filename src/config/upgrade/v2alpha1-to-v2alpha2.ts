import type { YamlMapping } from '../../core/yaml-node.ts';
import { withoutChild } from '../nodes.ts';
import { changeArtifacts, changeMapping, given, mappingIn, type UpgradeStep, withOptional } from './step.ts';

/** kaniko always copies the build context into its pod: of `buildContext` only the init image is left. */
export const step: UpgradeStep = (root) =>
  changeArtifacts(root, (artifact) => changeMapping(artifact, 'kaniko', withoutContext));

function withoutContext(kaniko: YamlMapping): YamlMapping {
  const initImage = given(mappingIn(mappingIn(kaniko, 'buildContext'), 'localDir'), 'initImage');
  return withOptional(withoutChild(kaniko, 'buildContext'), 'initImage', initImage);
}
