import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { withoutChild } from '../nodes.ts';
import { booleanNode, given, isTrue, joined, mappingIn, mappingOf, type Report, textIn, withOptional } from './step.ts';

/** The kubectl deployer of a `deploy` that had a kubectl and a kustomize deployer, either of them, or none. */
export function kubectlFor(deploy: YamlMapping, report: Report): YamlMapping | undefined {
  const kubectl = mappingIn(deploy, 'kubectl');
  const kustomize = mappingIn(deploy, 'kustomize');
  const plain = kubectl && withoutChild(kubectl, 'manifests');
  if (kustomize === undefined) return plain;
  if (plain === undefined) return mappingOf(sharedFields(kustomize), kustomize);
  reportConflicts(plain, kustomize, report);
  const merged = {
    flags: mergedFlags(mappingIn(plain, 'flags'), mappingIn(kustomize, 'flags')),
    defaultNamespace: given(kustomize, 'defaultNamespace') ?? given(plain, 'defaultNamespace'),
    hooks: mergedHooks(mappingIn(plain, 'hooks'), mappingIn(kustomize, 'hooks')),
  };
  return Object.entries(merged).reduce((node, [name, value]) => withOptional(node, name, value), plain);
}

/** What both deployers have. */
function sharedFields(deployer: YamlMapping): Readonly<Record<string, YamlNode | undefined>> {
  return {
    flags: given(deployer, 'flags'),
    defaultNamespace: given(deployer, 'defaultNamespace'),
    hooks: given(deployer, 'hooks'),
  };
}

/** One kubectl deployer cannot do what two said differently. */
function reportConflicts(kubectl: YamlMapping, kustomize: YamlMapping, report: Report): void {
  const namespace = given(kustomize, 'defaultNamespace');
  const other = given(kubectl, 'defaultNamespace');
  const same = textIn(kustomize, 'defaultNamespace') === textIn(kubectl, 'defaultNamespace');
  if (namespace !== undefined && other !== undefined && !same)
    report(namespace, 'deploy.kubectl and deploy.kustomize have different values of defaultNamespace', mergeAdvice);
  const [flags, otherFlags] = [mappingIn(kustomize, 'flags'), mappingIn(kubectl, 'flags')];
  if (isTrue(flags, 'disableValidation') === isTrue(otherFlags, 'disableValidation')) return;
  const place = given(flags, 'disableValidation') ?? given(otherFlags, 'disableValidation') ?? kustomize;
  report(place, 'deploy.kubectl and deploy.kustomize have different values of flags.disableValidation', mergeAdvice);
}

const mergeAdvice = {
  suggestion: 'Give both the same value: since skaffold/v3alpha1 one kubectl deployer works for both',
} as const;

function mergedFlags(first: YamlMapping | undefined, second: YamlMapping | undefined): YamlMapping | undefined {
  const place = first ?? second;
  if (place === undefined) return undefined;
  const disabled = isTrue(first, 'disableValidation') ? booleanNode(true, place) : undefined;
  return mappingOf(
    {
      global: joined(first, second, 'global'),
      apply: joined(first, second, 'apply'),
      delete: joined(first, second, 'delete'),
      disableValidation: disabled,
    },
    place,
  );
}

function mergedHooks(first: YamlMapping | undefined, second: YamlMapping | undefined): YamlMapping | undefined {
  const place = first ?? second;
  if (place === undefined) return undefined;
  return mappingOf({ before: joined(first, second, 'before'), after: joined(first, second, 'after') }, place);
}
