import type { Diagnostic } from '../../core/diagnostic.ts';
import { findingIn, type LoadedConfig } from '../loaded-config.ts';
import { nearestNode } from '../nodes.ts';
import { rangeOf } from '../source.ts';

/** One image built by two artifacts, of one configuration or of several. */
export function duplicateImages(configs: readonly LoadedConfig[]): readonly Diagnostic[] {
  const first = new Map<string, { readonly loaded: LoadedConfig; readonly index: number }>();
  const found: Diagnostic[] = [];
  for (const loaded of configs) {
    for (const [index, { image = '' }] of (loaded.config.build?.artifacts ?? []).entries()) {
      const earlier = first.get(image);
      if (image === '') continue;
      if (earlier === undefined) first.set(image, { loaded, index });
      else found.push(duplicate(image, loaded, index, earlier));
    }
  }
  return found;
}

function duplicate(
  image: string,
  loaded: LoadedConfig,
  index: number,
  earlier: { readonly loaded: LoadedConfig; readonly index: number },
): Diagnostic {
  const { source, root } = earlier.loaded.document;
  const at = rangeOf(source, nearestNode(root, ['build', 'artifacts', earlier.index, 'image']));
  const where = `${at.file} (line ${at.line})`;
  const message = `duplicate image "${image}": it is already built by the artifact in ${where}; artifact image names must be unique across all configurations`;
  return findingIn(loaded, ['build', 'artifacts', index, 'image'], message, {
    suggestion: 'Remove one of the artifacts or rename its image',
    related: [{ message: 'the first one is here', at }],
  });
}
