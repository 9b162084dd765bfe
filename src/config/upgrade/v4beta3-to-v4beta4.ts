import type { YamlMapping } from '../../core/yaml-node.ts';
import { keyName } from '../nodes.ts';
import { changeItems, changeMapping, changePipelines, type UpgradeStep } from './step.ts';

const keptFields = new Set(['name', 'image', 'command', 'args', 'env']);
const keptVariableFields = new Set(['name', 'value']);

/** A verify container was a Kubernetes container; only what could be used is left of it. */
export const step: UpgradeStep = (root) =>
  changePipelines(root, (pipeline) =>
    changeItems(pipeline, 'verify', (test) =>
      changeMapping(test, 'container', (container) =>
        changeItems(only(container, keptFields), 'env', (variable) => only(variable, keptVariableFields)),
      ),
    ),
  );

function only(node: YamlMapping, names: ReadonlySet<string>): YamlMapping {
  return { ...node, pairs: node.pairs.filter((pair) => names.has(keyName(pair))) };
}
