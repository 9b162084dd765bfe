import { changeDeploys, changeMapping, renamed, type UpgradeStep } from './step.ts';

/** kpt's `force` was published under the key `false`. */
export const step: UpgradeStep = (root) =>
  changeDeploys(root, (deploy) => changeMapping(deploy, 'kpt', (kpt) => renamed(kpt, 'false', 'force')));
