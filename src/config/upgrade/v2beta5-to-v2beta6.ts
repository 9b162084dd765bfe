import type { YamlMapping, YamlNode } from '../../core/yaml-node.ts';
import { textNode } from '../nodes.ts';
import { scalarText } from '../scalar.ts';
import { changeMapping, changeReleases, type UpgradeStep } from './step.ts';

const fields = ['setValues', 'setValueTemplates', 'artifactOverrides'];

/** Values of Helm were texts; from now on what is written decides, so the texts are spelt out. */
export const step: UpgradeStep = (root) =>
  changeReleases(root, (release) =>
    fields.reduce((changed, field) => changeMapping(changed, field, withTexts), release),
  );

function withTexts(values: YamlMapping): YamlMapping {
  return { ...values, pairs: values.pairs.map(({ key, value }) => ({ key, value: asText(value) })) };
}

function asText(value: YamlNode): YamlNode {
  return value.kind === 'scalar' ? textNode(scalarText(value), value) : value;
}
