import type { YamlMapping } from '../../core/yaml-node.ts';
import { flattenNodes } from '../flat-map.ts';
import { textNode, withChild, withoutChild } from '../nodes.ts';
import { goText } from '../scalar.ts';
import { isTrue, mappingIn, mappingOf, type Place } from './step.ts';

/** A value of a release and the template that fills it. */
interface ValueTemplate {
  readonly key: string;
  readonly template: string;
}

/**
 * The values that an entry of `artifactOverrides`, an image under a key, stands for in `setValueTemplates`: those that
 * the release's `imageStrategy` asks for. The first one takes the place of the entry.
 */
export function imageTemplates(
  release: YamlMapping,
  key: string,
  image: string,
): readonly [ValueTemplate, ...ValueTemplate[]] {
  const name = image.replace(/[./:-]/g, '_');
  const helm = mappingIn(mappingIn(release, 'imageStrategy'), 'helm');
  if (helm === undefined) return [{ key, template: `{{.IMAGE_FULLY_QUALIFIED_${name}}}` }];
  const tag = { key: `${key}.tag`, template: `{{.IMAGE_TAG_${name}}}@{{.IMAGE_DIGEST_${name}}}` };
  if (!isTrue(helm, 'explicitRegistry'))
    return [tag, { key: `${key}.repository`, template: `{{.IMAGE_REPO_${name}}}` }];
  return [
    tag,
    { key: `${key}.registry`, template: `{{.IMAGE_DOMAIN_${name}}}` },
    { key: `${key}.repository`, template: `{{.IMAGE_REPO_NO_DOMAIN_${name}}}` },
  ];
}

/** A release whose images are `setValueTemplates` rather than `artifactOverrides` with an `imageStrategy`. */
export function withImageTemplates(release: YamlMapping): YamlMapping {
  const overrides = mappingIn(release, 'artifactOverrides');
  const plain = withoutChild(withoutChild(release, 'artifactOverrides'), 'imageStrategy');
  if (overrides === undefined || overrides.pairs.length === 0) return plain;
  const templates = flattenNodes(overrides).reduce(
    (node, { key, value }) => withTemplates(node, imageTemplates(release, key, goText(value)), value),
    mappingIn(plain, 'setValueTemplates') ?? mappingOf({}, overrides),
  );
  return withChild(plain, 'setValueTemplates', templates);
}

function withTemplates(node: YamlMapping, templates: readonly ValueTemplate[], place: Place): YamlMapping {
  return templates.reduce((filled, { key, template }) => withChild(filled, key, textNode(template, place)), node);
}
