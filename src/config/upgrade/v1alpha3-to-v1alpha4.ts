import type { YamlMapping } from '../../core/yaml-node.ts';
import { withChild, withoutChild } from '../nodes.ts';
import {
  booleanNode,
  changeBuilds,
  changeDeploys,
  changeItems,
  changeMapping,
  given,
  isTrue,
  renamed,
  type UpgradeStep,
} from './step.ts';

/** Shorter names: `image`, `context`, `dockerfile`, `path`; and `push` in place of `skipPush`. */
export const step: UpgradeStep = (root) =>
  changeDeploys(changeBuilds(root, renameInBuild), (deploy) =>
    changeMapping(deploy, 'kustomize', (kustomize) => renamed(kustomize, 'kustomizePath', 'path')),
  );

function renameInBuild(build: YamlMapping): YamlMapping {
  return changeMapping(changeItems(build, 'artifacts', renameInArtifact), 'local', withPush);
}

function renameInArtifact(artifact: YamlMapping): YamlMapping {
  const named = renamed(renamed(artifact, 'imageName', 'image'), 'workspace', 'context');
  return changeMapping(named, 'docker', (docker) => renamed(docker, 'dockerfilePath', 'dockerfile'));
}

function withPush(local: YamlMapping): YamlMapping {
  const skipPush = given(local, 'skipPush');
  const plain = withoutChild(local, 'skipPush');
  return skipPush === undefined ? plain : withChild(plain, 'push', booleanNode(!isTrue(local, 'skipPush'), skipPush));
}
