import { changeReleases, renamed, type UpgradeStep } from './step.ts';

/** `values` of a Helm release are called `artifactOverrides`. */
export const step: UpgradeStep = (root) =>
  changeReleases(root, (release) => renamed(release, 'values', 'artifactOverrides'));
