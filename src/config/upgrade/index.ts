import type { YamlMapping } from '../../core/yaml-node.ts';
import { keyNode, withChild } from '../nodes.ts';
import { apiVersionPrefix, latestVersion, versionIndex } from '../versions.ts';
import { kanikoWithoutNoPush } from './kaniko-no-push.ts';
import { kptForce } from './kpt-force.ts';
import type { UpgradeStep } from './step.ts';
import { verifyContainer } from './verify-container.ts';

/** Every step that does more than raise the version, oldest first. Adding a version that moves something is a file and a line. */
const steps: readonly UpgradeStep[] = [verifyContainer, kanikoWithoutNoPush, kptForce];

/**
 * Brings a normalised document of a version (its index) to the latest one. Nodes that are moved keep their place in the
 * user's text, so that later findings still point there.
 */
export function upgrade(root: YamlMapping, version: number): YamlMapping {
  const upgraded = steps
    .filter((step) => versionIndex(step.to) > version)
    .reduce((document, step) => step.apply(document), root);
  return withChild(upgraded, 'apiVersion', keyNode(apiVersionPrefix + latestVersion, root));
}
