import type { YamlMapping } from '../../core/yaml-node.ts';
import { child, withChild, withoutChild } from '../nodes.ts';
import {
  changeBuilds,
  changeMapping,
  changeReleases,
  given,
  listOf,
  mappingOf,
  textIn,
  type UpgradeStep,
} from './step.ts';

/** A Helm release has a list of files with values, and kaniko's bucket is one way to pass the build context. */
export const step: UpgradeStep = (root) =>
  changeBuilds(changeReleases(root, listValuesFile), (build) => changeMapping(build, 'kaniko', nestBucket));

function listValuesFile(release: YamlMapping): YamlMapping {
  const file = child(release, 'valuesFilePath');
  const plain = withoutChild(release, 'valuesFilePath');
  return file === undefined || textIn(release, 'valuesFilePath') === ''
    ? plain
    : withChild(plain, 'valuesFiles', listOf([file], file));
}

function nestBucket(kaniko: YamlMapping): YamlMapping {
  const gcsBucket = given(kaniko, 'gcsBucket');
  const plain = withoutChild(kaniko, 'gcsBucket');
  return gcsBucket === undefined ? plain : withChild(plain, 'buildContext', mappingOf({ gcsBucket }, gcsBucket));
}
