import type { Manifest, ManifestOrigin } from '../../../core/manifest.ts';
import { readVerbatim } from '../../pieces.ts';

/**
 * The manifests of what `helm template` printed. Each says which template it comes from, as far as helm does.
 *
 * @param asPrinted keeps their text as it is, helm's comments included, for output that nothing is done to (Skaffold's rule).
 * @throws {ToolError} `MANIFEST_PARSE_ERR`.
 */
export async function readOutput(origin: ManifestOrigin, asPrinted: boolean): Promise<readonly Manifest[]> {
  const manifests = (await readVerbatim(origin)).map(withTemplate);
  if (!asPrinted) return manifests.map(({ root, origin: from }) => ({ root, origin: from }));
  // Helm starts with a separator, and Skaffold keeps it.
  return manifests.map((manifest, index) => {
    const { verbatim } = manifest;
    return index > 0 || verbatim === undefined ? manifest : { ...manifest, verbatim: `---\n${verbatim}` };
  });
}

function withTemplate(manifest: Manifest): Manifest {
  const template = /^# Source: (.+)$/m.exec(manifest.origin.text)?.[1];
  if (template === undefined) return manifest;
  return { ...manifest, origin: { ...manifest.origin, source: `${manifest.origin.source} (${template})` } };
}
