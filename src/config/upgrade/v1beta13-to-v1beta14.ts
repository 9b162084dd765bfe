import type { YamlMapping } from '../../core/yaml-node.ts';
import { child, itemsOf, textNode, withChild, withoutChild } from '../nodes.ts';
import { changeArtifacts, given, listOf, mappingIn, mappingOf, textIn, type UpgradeStep } from './step.ts';

/** One builder for Jib: `jibMaven` and `jibGradle` become `jib` with a type. */
export const step: UpgradeStep = (root) => changeArtifacts(root, oneJib);

function oneJib(artifact: YamlMapping): YamlMapping {
  const [maven, gradle] = [mappingIn(artifact, 'jibMaven'), mappingIn(artifact, 'jibGradle')];
  const jib = maven === undefined ? gradle && fromGradle(gradle) : fromMaven(maven);
  const plain = withoutChild(withoutChild(artifact, 'jibMaven'), 'jibGradle');
  return jib === undefined ? plain : withChild(plain, 'jib', jib);
}

/** A Maven profile is switched on by arguments. */
function fromMaven(maven: YamlMapping): YamlMapping {
  const args = child(maven, 'args');
  const profile = child(maven, 'profile');
  const switched =
    profile === undefined || textIn(maven, 'profile') === '' ? [] : [textNode('--activate-profiles', profile), profile];
  const all = [...itemsOf(args), ...switched];
  const project = given(maven, 'module');
  return mappingOf(
    { project, args: all.length === 0 ? undefined : listOf(all, args ?? maven), type: textNode('maven', maven) },
    maven,
  );
}

function fromGradle(gradle: YamlMapping): YamlMapping {
  return mappingOf(
    { project: given(gradle, 'project'), args: given(gradle, 'args'), type: textNode('gradle', gradle) },
    gradle,
  );
}
