import { ToolError } from '../core/errors.ts';
import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import { type ReadManifests, readManifests } from '../manifest/documents.ts';
import { placeOf } from '../manifest/place.ts';
import { createManifestReprinter } from '../manifest/read-printed.ts';

/**
 * Reads the manifests of several texts, in order.
 *
 * @throws {ToolError} `MANIFEST_PARSE_ERR` with everything that is wrong with any of them.
 */
export async function readAll(origins: readonly ManifestOrigin[]): Promise<readonly Manifest[]> {
  const reprinter = createManifestReprinter();
  const read: ReadManifests[] = [];
  for (const origin of origins) read.push(await readManifests(origin, reprinter));
  const diagnostics = read.flatMap((result) => result.diagnostics);
  const [first, ...others] = diagnostics;
  if (first === undefined) return read.flatMap((result) => result.manifests);
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  throw new ToolError('MANIFEST_PARSE_ERR', `cannot read YAML: ${placeOf(first)}: ${first.message}${more}`, {
    diagnostics,
  });
}
