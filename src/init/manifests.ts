import type { YamlNode } from '../core/yaml-node.ts';
import { fieldOf, follow, stringOf } from '../manifest/fields.ts';
import { parseYaml } from '../yaml/parse.ts';
import { keyText } from '../yaml/value.ts';

/** Whether the file's name is one manifests have. */
export function hasManifestName(path: string): boolean {
  return /\.(ya?ml|json)$/.test(path);
}

/**
 * Every text under a key `image` in the Kubernetes objects of a text, at any depth and as written; undefined where the
 * text cannot be read or holds no object (something with apiVersion, kind and metadata).
 */
export async function imagesInManifests(text: string): Promise<readonly string[] | undefined> {
  if (!text.includes('apiVersion')) return undefined;
  const { documents, errors } = await parseYaml(text);
  if (errors.length > 0) return undefined;
  const roots = documents.flatMap(({ root }) => (root === undefined ? [] : [root]));
  const objects = roots.filter((root) =>
    ['apiVersion', 'kind', 'metadata'].every((name) => fieldOf(root, name) !== undefined),
  );
  return objects.length === 0 ? undefined : objects.flatMap((root) => imagesIn(root));
}

function imagesIn(node: YamlNode): readonly string[] {
  const written = follow(node);
  if (written.kind === 'sequence') return written.items.flatMap(imagesIn);
  if (written.kind !== 'mapping') return [];
  return written.pairs.flatMap(({ key, value }) => {
    const image = keyText(key) === 'image' ? stringOf(value) : undefined;
    return image === undefined ? imagesIn(value) : [image];
  });
}
