import { createHash } from 'node:crypto';
import { withPrefix } from '../../../core/errors.ts';
import type { ImageReference } from '../../../core/names.ts';
import type { ImageEngine } from '../../../core/plugins.ts';
import type { Artifact } from '../../../core/project.ts';
import { parseReference } from '../../../image/reference.ts';
import type { DockerSpec } from '../docker/spec.ts';
import type { KanikoSpec } from './spec.ts';

type CacheFields = Pick<DockerSpec, 'cacheFrom' | 'cacheTo' | 'noCache'>;

/**
 * kaniko's cache in a registry as BuildKit's. It is in `cache.repo`, where nothing is said in `cache` below the image's own
 * repository (kaniko's rule); artifacts share a repository, each under a tag of its own. A cache that cannot be
 * written does not fail the build, as with kaniko. Other engines keep what they know to themselves.
 *
 * @param reference what is built; undefined while inputs are only listed.
 * @throws `REFERENCE_INVALID` naming `cache.repo`.
 */
export function cacheFields(
  { image, spec: { cache } }: Artifact<KanikoSpec>,
  engine: ImageEngine['name'] | undefined,
  reference: ImageReference | undefined,
): CacheFields {
  if (cache === undefined) return {};
  // What RUN makes is not to be used again, so nothing that follows a RUN can be.
  if (cache.cacheRunLayers === false) return { noCache: true };
  const repository = cache.repo || (reference === undefined ? '' : `${reference.name}/cache`);
  if (engine !== 'buildkit' || repository === '') return {};
  const entry = `type=registry,ref=${cacheReference(repository, image)}`;
  return { cacheFrom: [entry], cacheTo: [`${entry},mode=max,ignore-error=true`] };
}

function cacheReference(repository: string, image: string): string {
  try {
    const { tag, digest } = parseReference(repository);
    if (tag !== undefined || digest !== undefined) return repository;
  } catch (error) {
    throw withPrefix(`build.artifacts.kaniko.cache.repo of "${image}"`, error);
  }
  const name = (image.split('/').at(-1) ?? '').replace(/[^\w.-]/g, '_').slice(0, 80);
  const hash = createHash('sha256').update(image).digest('hex').slice(0, 12);
  return `${repository}:buildcache-${name}-${hash}`;
}
