import { ToolError } from '../core/errors.ts';
import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import { readManifests } from '../manifest/documents.ts';
import { placeOf } from '../manifest/place.ts';

/**
 * Reads the manifests of several texts, in order.
 *
 * @throws {ToolError} `MANIFEST_PARSE_ERR` with everything that is wrong with any of them.
 */
export async function readAll(origins: readonly ManifestOrigin[]): Promise<readonly Manifest[]> {
  const read = await Promise.all(origins.map(readManifests));
  const diagnostics = read.flatMap((result) => result.diagnostics);
  const [first, ...others] = diagnostics;
  if (first === undefined) return read.flatMap((result) => result.manifests);
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  throw new ToolError('MANIFEST_PARSE_ERR', `cannot read YAML: ${placeOf(first)}: ${first.message}${more}`, {
    diagnostics,
  });
}
