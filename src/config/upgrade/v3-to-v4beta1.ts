import type { YamlMapping } from '../../core/yaml-node.ts';
import { child, itemsOf, withChild, withoutChild } from '../nodes.ts';
import { isNull } from '../scalar.ts';
import { changeMapping, changePipelines, given, listOf, mappingIn, mappingOf, type UpgradeStep } from './step.ts';

/** Manifests that kubectl took from the cluster are rendered: `deploy.kubectl.remoteManifests` moves to `manifests`. */
export const step: UpgradeStep = (root) => changePipelines(root, moveRemoteManifests);

function moveRemoteManifests(pipeline: YamlMapping): YamlMapping {
  const deploy = mappingIn(pipeline, 'deploy');
  const written = child(mappingIn(deploy, 'kubectl'), 'remoteManifests');
  if (deploy === undefined || written === undefined) return pipeline;
  const kubeContext = given(deploy, 'kubeContext');
  const remote = itemsOf(written).map((manifest) => mappingOf({ manifest, kubeContext }, manifest));
  const deployed = withChild(
    pipeline,
    'deploy',
    changeMapping(deploy, 'kubectl', (kubectl) => withoutChild(kubectl, 'remoteManifests')),
  );
  if (remote.length === 0 || isNull(written)) return deployed;
  const manifests = mappingIn(pipeline, 'manifests') ?? mappingOf({}, written);
  return withChild(deployed, 'manifests', withChild(manifests, 'remoteManifests', listOf(remote, written)));
}
