import type { Handler } from './exchange.ts';
import { parseDigest } from './names.ts';
import { json } from './responses.ts';

const imageIndex = 'application/vnd.oci.image.index.v1+json';

/**
 * Manifests whose `subject` is the digest, as an image index in one answer ("Listing Referrers"). It is never 404: a
 * client would take that for a registry without this endpoint.
 */
export const listReferrers: Handler = async ({ repository, reference, query }, { manifests }) => {
  const found = await manifests.referrers(repository, parseDigest(reference));
  const types = query.getAll('artifactType').filter((type) => type !== '');
  const chosen =
    types.length === 0
      ? found
      : found.filter(({ artifactType }) => artifactType !== undefined && types.includes(artifactType));
  const headers = {
    'content-type': imageIndex,
    ...(types.length === 0 ? {} : { 'oci-filters-applied': 'artifactType' }),
  };
  return json(200, { schemaVersion: 2, mediaType: imageIndex, manifests: chosen }, headers);
};
