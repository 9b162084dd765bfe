import { referrers, tags } from './discovery.ts';
import { deletes, errors } from './management.ts';
import { pull } from './pull.ts';
import { pushBlobs } from './push-blobs.ts';
import { pushManifests } from './push-manifests.ts';
import type { Suite } from './suite.ts';

/** What the OCI distribution specification 1.1 asks of a registry, endpoint by endpoint. */
export const distributionContract: Readonly<Record<string, (suite: Suite) => void>> = {
  pull,
  'push blobs': pushBlobs,
  'push manifests': pushManifests,
  tags,
  referrers,
  deletes,
  errors,
};
