import { distributionContract } from '../contract/distribution/all.ts';
import { startDockerRegistry } from '../contract/distribution/docker-registry.ts';
import { runSuite } from '../contract/distribution/suite.ts';

/**
 * The suite against a registry that is not ours, so that it says what the specification says and not what we do.
 * docker-registry 2.8 is older than the specification; these are the statements it breaks.
 */
const deviations = new Set([
  // Ranges it cannot satisfy, or does not understand, cut the connection.
  'GET of a blob with Range bytes=1000- beyond its end answers 416',
  'GET of a blob with Range bytes=-0 beyond its end answers 416',
  'GET of a blob ignores the invalid Range bytes=9-3',
  'GET of a blob ignores the invalid Range bytes=a-b',
  'GET of a blob ignores the invalid Range lines=1-2',
  'GET of a blob ignores the invalid Range bytes=-',
  // A single POST only begins an upload, which the specification allows.
  'a single POST with a digest stores a blob',
  'a single POST of other content than its digest is 400 DIGEST_INVALID',
  // Content-Range is not looked at.
  'a chunk out of order is 416, and GET says where to go on',
  'a first chunk that does not begin at 0 is 416',
  'a last chunk out of order in the PUT is 416',
  'a chunk whose Content-Range and length differ is refused and changes nothing',
  // No sha512 for manifests, and no choice of algorithm.
  'an upload with an unknown digest algorithm is 400',
  'PUT by sha512 digest',
  // Manifests: URLs of layers are refused, other codes, no tag parameters.
  'layers that are fetched from elsewhere need not be there',
  'a manifest that is a layer without digest is 400 MANIFEST_INVALID',
  'a manifest that is too long is 413',
  'several tags are set with one PUT by digest',
  // Tags are neither sorted nor paged.
  'tags are listed in ASCII order',
  'n limits the tags',
  'an n of 0 lists nothing and has no Link',
  'last begins after a tag, which need not exist',
  'following Link lists every tag once',
  'an n that is no number is 400',
  // It knows nothing of subjects and referrers.
  'a manifest with a subject answers with OCI-Subject, also when the subject is missing',
  'what nothing refers to has an empty list, also in a repository that is not there',
  'an invalid digest is 400',
  'referrers are listed with type, size, artifact type and annotations',
  'a referrer may be pushed before its subject',
  'without an artifact type an image manifest is listed with the type of its config',
  'an index with a subject is a referrer, and has an artifact type only if it says so',
  'the filter by artifact type is applied and announced',
  'referrers of one repository are not those of another',
  'a referrer that was deleted is not listed',
  'an artifact with an empty config is a referrer by its own type',
  // Tags cannot be deleted.
  'a tag is deleted, its manifest stays',
  'deleting a manifest that is not there is 404',
  // Other statuses for what cannot be.
  'the name a//b is refused',
  'the name of 256 characters is refused',
  'POST /v2/ is 405',
  'GET /v2/a/blobs/uploads/ is 405',
  'DELETE /v2/a/referrers/DIGEST is 405',
]);

runSuite("Debian's docker-registry", startDockerRegistry, distributionContract, deviations);
