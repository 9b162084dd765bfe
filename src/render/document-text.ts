import type { Manifest } from '../core/manifest.ts';
import { printManifest } from '../manifest/lazy.ts';
import { joinDocuments } from '../manifest/split.ts';

/** A manifest as it is written out, with a final line break. */
export function documentText(manifest: Manifest): string {
  return manifest.verbatim ?? printManifest(manifest);
}

/**
 * All manifests as one text. Every document ends with its line break, so that a block scalar at its end keeps what it
 * had; without any there is a single line break.
 */
export function documentsText(
  manifests: readonly Manifest[],
  write: (manifest: Manifest) => string = documentText,
): string {
  return manifests.length === 0 ? '\n' : joinDocuments(manifests.map(write));
}

/** A manifest under a comment that names its source, in the form Helm gives it: `# Source: k8s/web.yaml`. */
export function annotatedText(manifest: Manifest): string {
  return `# Source: ${manifest.origin.source.replace(/\s+/g, ' ')}\n${documentText(manifest)}`;
}
