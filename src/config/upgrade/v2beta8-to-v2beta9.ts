import type { YamlMapping } from '../../core/yaml-node.ts';
import { withChild } from '../nodes.ts';
import { booleanNode, changeArtifacts, changeMapping, given, type UpgradeStep } from './step.ts';

/** `sync.auto: {}` is `sync.auto: true`. */
export const step: UpgradeStep = (root) =>
  changeArtifacts(root, (artifact) => changeMapping(artifact, 'sync', switchOn));

function switchOn(sync: YamlMapping): YamlMapping {
  const auto = given(sync, 'auto');
  return auto === undefined ? sync : withChild(sync, 'auto', booleanNode(true, auto));
}
