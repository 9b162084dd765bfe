import type { YamlMapping } from '../../core/yaml-node.ts';
import { keyNode, withChild } from '../nodes.ts';
import { latest } from '../schema.ts';
import { apiVersionPrefix, apiVersions, versionIndex } from '../versions.ts';
import { withKnownFields } from './known-fields.ts';
import type { Report, UpgradeStep } from './step.ts';

/**
 * Every step that does more than raise the version and drop fields, by the version it leads to, oldest first. A step is
 * loaded for configurations that are older only. Adding a version that moves something is a file and a line.
 */
const steps: readonly (readonly [to: string, load: () => Promise<{ readonly step: UpgradeStep }>])[] = [
  ['v1alpha2', () => import('./v1alpha1-to-v1alpha2.ts')],
  ['v1alpha3', () => import('./v1alpha2-to-v1alpha3.ts')],
  ['v1alpha4', () => import('./v1alpha3-to-v1alpha4.ts')],
  ['v1beta1', () => import('./v1alpha5-to-v1beta1.ts')],
  ['v1beta5', () => import('./v1beta4-to-v1beta5.ts')],
  ['v1beta7', () => import('./v1beta6-to-v1beta7.ts')],
  ['v1beta9', () => import('./v1beta8-to-v1beta9.ts')],
  ['v1beta10', () => import('./v1beta9-to-v1beta10.ts')],
  ['v1beta14', () => import('./v1beta13-to-v1beta14.ts')],
  ['v2alpha2', () => import('./v2alpha1-to-v2alpha2.ts')],
  ['v2alpha3', () => import('./v2alpha2-to-v2alpha3.ts')],
  ['v2beta4', () => import('./v2beta3-to-v2beta4.ts')],
  ['v2beta5', () => import('./v2beta4-to-v2beta5.ts')],
  ['v2beta6', () => import('./v2beta5-to-v2beta6.ts')],
  ['v2beta9', () => import('./v2beta8-to-v2beta9.ts')],
  ['v2beta13', () => import('./v2beta12-to-v2beta13.ts')],
  ['v2beta17', () => import('./v2beta16-to-v2beta17.ts')],
  ['v2beta23', () => import('./v2beta22-to-v2beta23.ts')],
  ['v2beta28', () => import('./v2beta27-to-v2beta28.ts')],
  ['v3alpha1', () => import('./v2beta29-to-v3alpha1.ts')],
  ['v4beta1', () => import('./v3-to-v4beta1.ts')],
  ['v4beta4', () => import('./v4beta3-to-v4beta4.ts')],
  ['v4beta8', () => import('./v4beta7-to-v4beta8.ts')],
];

/**
 * Brings a normalised document of a version (its index) to the latest one, or to the version `target`. Nodes that are
 * moved keep their place in the user's text, so that later findings still point there. What is lost is reported as a
 * warning, what cannot be upgraded as an error with code `CONFIG_UPGRADE_ERR`.
 */
export async function upgrade(
  root: YamlMapping,
  version: number,
  report: Report,
  target: number = latest,
): Promise<YamlMapping> {
  let document = withKnownFields(root, version);
  for (const [to, load] of steps) {
    const index = versionIndex(to);
    if (index <= version || index > target) continue;
    const { step } = await load();
    document = step(document, report);
  }
  const upgraded = withKnownFields(document, target);
  return withChild(upgraded, 'apiVersion', keyNode(`${apiVersionPrefix}${apiVersions[target]}`, root));
}
