import type { ImageReference } from '../../core/names.ts';

/** One text for all the ways to write an image's name: registry, repository and tag or digest in full. */
export function nameKey({ registry, repository, tag, digest }: ImageReference): string {
  const suffix = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return `${registry}/${repository}${suffix}`;
}
