import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { child, itemsOf, textNode, withChild, withoutChild } from '../nodes.ts';
import {
  changePipelines,
  given,
  listOf,
  mappingIn,
  mappingOf,
  type Report,
  type UpgradeStep,
  withOptional,
} from './step.ts';
import { withImageTemplates } from './v3alpha1-helm.ts';
import { kubectlFor } from './v3alpha1-kubectl.ts';
import { withMovedPatches } from './v3alpha1-patches.ts';

/**
 * Rendering is separate from deploying: files of kubectl and kustomize move to `manifests`, kubectl deploys what
 * kustomize made, Helm releases are in both, and patches of profiles follow.
 */
export const step: UpgradeStep = (root, report) => {
  const pipelines = changePipelines(root, (pipeline) => separate(pipeline, report));
  return withMovedPatches(pipelines, root, report);
};

function separate(pipeline: YamlMapping, report: Report): YamlMapping {
  const deploy = mappingIn(pipeline, 'deploy');
  if (deploy === undefined) return pipeline;
  const kpt = given(deploy, 'kpt');
  if (kpt !== undefined) report(kpt, 'deploy.kpt of before skaffold/v3alpha1 cannot be upgraded', kptAdvice);
  const helm = mappingIn(deploy, 'helm');
  const releases = helm === undefined ? undefined : releasesOf(helm);
  const manifests = mappingOf(
    {
      rawYaml: filledList(child(mappingIn(deploy, 'kubectl'), 'manifests')),
      kustomize: kustomizeOf(mappingIn(deploy, 'kustomize')),
      helm: helm && mappingOf({ releases, flags: given(helm, 'flags') }, helm),
    },
    deploy,
  );
  const kubectl = withOptional(withoutChild(deploy, 'kustomize'), 'kubectl', kubectlFor(deploy, report));
  const deployed = withOptional(kubectl, 'helm', helm && withOptional(helm, 'releases', releases));
  const separated = withChild(pipeline, 'deploy', deployed);
  return manifests.pairs.length === 0 ? separated : withChild(separated, 'manifests', manifests);
}

const kptAdvice = {
  suggestion: 'Name the packages in manifests.kpt and how they are applied in deploy.kpt, and raise the apiVersion',
} as const;

function filledList(node: YamlNode | undefined): YamlNode | undefined {
  return itemsOf(node).length === 0 ? undefined : node;
}

function kustomizeOf(kustomize: YamlMapping | undefined): YamlMapping | undefined {
  if (kustomize === undefined) return undefined;
  const paths = filledList(child(kustomize, 'paths')) ?? listOf([textNode('.', kustomize)], kustomize);
  return mappingOf({ paths, buildArgs: given(kustomize, 'buildArgs') }, kustomize);
}

function releasesOf(helm: YamlMapping): YamlNode | undefined {
  const releases = given(helm, 'releases');
  if (releases?.kind !== 'sequence') return releases;
  const items = releases.items.map((release) => (release.kind === 'mapping' ? withImageTemplates(release) : release));
  return { ...releases, items };
}
