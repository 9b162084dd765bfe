import type { YamlMapping } from '../../core/yaml-node.ts';
import { withoutChild } from '../nodes.ts';
import { changeReleases, isTrue, renamed, type UpgradeStep } from './step.ts';

/** Charts of a Helm repository are named by `remoteChart` rather than marked by `remote`. */
export const step: UpgradeStep = (root) => changeReleases(root, nameRemoteChart);

function nameRemoteChart(release: YamlMapping): YamlMapping {
  const plain = withoutChild(release, 'remote');
  return isTrue(release, 'remote') ? renamed(plain, 'chartPath', 'remoteChart') : plain;
}
