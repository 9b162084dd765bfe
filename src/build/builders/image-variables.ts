import type { ImageReference } from '../../core/names.ts';

/**
 * The variables that templates of builders see for the image that is being built; none while inputs are only listed.
 * `IMAGE_REPO` and `IMAGE_NAME` are both empty for a name without `/`, as in Skaffold.
 */
export function imageVariables(reference: ImageReference | undefined): Record<string, string> {
  if (reference === undefined) return {};
  const slash = reference.name.lastIndexOf('/');
  return {
    IMAGE_REPO: slash < 0 ? '' : reference.name.slice(0, slash),
    IMAGE_NAME: slash < 0 ? '' : reference.name.slice(slash + 1),
    IMAGE_TAG: reference.tag ?? 'latest',
  };
}
