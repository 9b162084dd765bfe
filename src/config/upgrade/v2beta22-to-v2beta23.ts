import type { YamlMapping } from '../../core/yaml-node.ts';
import { withChild, withoutChild } from '../nodes.ts';
import { changeArtifacts, changeMapping, listOf, mappingIn, type UpgradeStep } from './step.ts';

/** A Docker build has any number of secrets: `secret` becomes the one entry of `secrets`. */
export const step: UpgradeStep = (root) =>
  changeArtifacts(root, (artifact) => changeMapping(artifact, 'docker', listSecret));

function listSecret(docker: YamlMapping): YamlMapping {
  const secret = mappingIn(docker, 'secret');
  if (secret === undefined) return docker;
  return withChild(withoutChild(docker, 'secret'), 'secrets', listOf([secret], secret));
}
