import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { child, emptyMapping, itemsOf, withChild, withoutChild } from '../nodes.ts';
import {
  changeDeploys,
  changeItems,
  changeMapping,
  given,
  listOf,
  mappingIn,
  mappingOf,
  type Report,
  textIn,
  type UpgradeStep,
} from './step.ts';

/** Tag policies and builders are objects, and kubectl takes one list of files. */
export const step: UpgradeStep = (root, report) =>
  changeDeploys(
    changeMapping(root, 'build', (build) => withTagPolicy(changeItems(build, 'artifacts', withDocker), report)),
    (deploy) => changeMapping(deploy, 'kubectl', (kubectl) => withFileList(kubectl, report)),
  );

const policies = ['gitCommit', 'sha256'];

function withTagPolicy(build: YamlMapping, report: Report): YamlMapping {
  const policy = given(build, 'tagPolicy');
  const name = textIn(build, 'tagPolicy');
  const plain = withoutChild(build, 'tagPolicy');
  if (policy === undefined || name === '') return plain;
  if (policies.includes(name))
    return withChild(plain, 'tagPolicy', mappingOf({ [name]: emptyMapping(policy) }, policy));
  report(policy, `tagPolicy "${name}" is not known; gitCommit is used`, {
    severity: 'warning',
    suggestion: `Use one of ${policies.join(' and ')}`,
  });
  return plain;
}

function withDocker(artifact: YamlMapping): YamlMapping {
  const dockerfilePath = textIn(artifact, 'dockerfilePath') === '' ? undefined : child(artifact, 'dockerfilePath');
  const buildArgs = filled(mappingIn(artifact, 'buildArgs'));
  const plain = withoutChild(withoutChild(artifact, 'dockerfilePath'), 'buildArgs');
  const place = dockerfilePath ?? buildArgs;
  return place === undefined ? plain : withChild(plain, 'docker', mappingOf({ dockerfilePath, buildArgs }, place));
}

function filled(node: YamlMapping | undefined): YamlMapping | undefined {
  return node?.pairs.length === 0 ? undefined : node;
}

function withFileList(kubectl: YamlMapping, report: Report): YamlMapping {
  const manifests = given(kubectl, 'manifests');
  if (manifests === undefined) return kubectl;
  const files: readonly YamlNode[] = itemsOf(manifests).flatMap((entry) => itemsOf(child(entry, 'paths')));
  for (const entry of itemsOf(manifests)) {
    const parameters = given(entry, 'parameters');
    if (parameters !== undefined)
      report(parameters, 'parameters of manifests are ignored', {
        severity: 'warning',
        suggestion: 'Write the values into the manifests, or render them with helm or kustomize',
      });
  }
  return withChild(kubectl, 'manifests', listOf(files, manifests));
}
