import type { YamlMapping } from '../../core/yaml-node.ts';
import { keyName, keyNode } from '../nodes.ts';
import { changeMapping, changePipelines, type UpgradeStep } from './step.ts';

/** kpt's `force` was published under the key `false` until v4beta7. */
export const kptForce: UpgradeStep = {
  to: 'v4beta8',
  apply: (root) => changePipelines(root, (pipeline) => changeMapping(pipeline, 'deploy', withForce)),
};

function withForce(deploy: YamlMapping): YamlMapping {
  return changeMapping(deploy, 'kpt', (kpt) => ({
    ...kpt,
    pairs: kpt.pairs.map((pair) =>
      keyName(pair) === 'false' ? { key: keyNode('force', pair.key), value: pair.value } : pair,
    ),
  }));
}
