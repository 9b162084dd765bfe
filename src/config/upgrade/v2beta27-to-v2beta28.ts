import type { YamlMapping } from '../../core/yaml-node.ts';
import { child, itemsOf, withChild } from '../nodes.ts';
import { changeArtifacts, mappingIn, type UpgradeStep } from './step.ts';

/** The platforms of ko are those of the artifact. */
export const step: UpgradeStep = (root) => changeArtifacts(root, liftPlatforms);

function liftPlatforms(artifact: YamlMapping): YamlMapping {
  const platforms = child(mappingIn(artifact, 'ko'), 'platforms');
  if (platforms === undefined || itemsOf(platforms).length === 0) return artifact;
  return withChild(artifact, 'platforms', platforms);
}
