import type { YamlMapping } from '../../core/yaml-node.ts';
import { child, withChild, withoutChild } from '../nodes.ts';
import { changeDeploys, changeMapping, listOf, textIn, type UpgradeStep } from './step.ts';

/** The kustomize deployer takes a list of directories: `path` becomes the one entry of `paths`. */
export const step: UpgradeStep = (root) =>
  changeDeploys(root, (deploy) => changeMapping(deploy, 'kustomize', listPath));

function listPath(kustomize: YamlMapping): YamlMapping {
  const path = child(kustomize, 'path');
  const plain = withoutChild(kustomize, 'path');
  return path === undefined || textIn(kustomize, 'path') === ''
    ? plain
    : withChild(plain, 'paths', listOf([path], path));
}
