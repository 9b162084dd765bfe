import type { YamlMapping } from '../../core/yaml-node.ts';
import { keyName, withChild, withoutChild } from '../nodes.ts';
import { changeBuilds, changeItems, mappingIn, type UpgradeStep } from './step.ts';

const ofArtifact = new Set(['flags', 'buildContext', 'image', 'cache']);
const ofCluster = new Set(['pullSecret', 'pullSecretName', 'namespace', 'timeout', 'dockerConfig']);

/** kaniko is a builder of artifacts, and the cluster is where it builds: `build.kaniko` is split between them. */
export const step: UpgradeStep = (root) => changeBuilds(root, splitKaniko);

function splitKaniko(build: YamlMapping): YamlMapping {
  const kaniko = mappingIn(build, 'kaniko');
  if (kaniko === undefined) return build;
  const artifacts = changeItems(withoutChild(build, 'kaniko'), 'artifacts', (artifact) =>
    withChild(artifact, 'kaniko', only(kaniko, ofArtifact)),
  );
  return withChild(artifacts, 'cluster', only(kaniko, ofCluster));
}

function only(node: YamlMapping, names: ReadonlySet<string>): YamlMapping {
  return { ...node, pairs: node.pairs.filter((pair) => names.has(keyName(pair))) };
}
