import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import { readManifests } from '../manifest/documents.ts';
import { splitDocuments } from '../manifest/split.ts';
import { readAll } from './read-all.ts';

/**
 * Reads what a program printed so that every manifest keeps its own text, comments included, as its `verbatim`.
 * Several objects without anything between them have no text of their own.
 *
 * @throws {ToolError} `MANIFEST_PARSE_ERR` with everything that is wrong, at its line of the whole output.
 */
export async function readVerbatim(origin: ManifestOrigin): Promise<readonly Manifest[]> {
  const pieces = await Promise.all(splitDocuments(origin.text).map((text) => readPiece({ ...origin, text })));
  // Lines are counted from the start of a piece: what is wrong is looked for again in the whole.
  return pieces.includes(undefined) ? readAll([origin]) : pieces.flatMap((manifests) => manifests ?? []);
}

/** Undefined for a text with mistakes. */
async function readPiece(origin: ManifestOrigin): Promise<readonly Manifest[] | undefined> {
  const { manifests, diagnostics } = await readManifests(origin);
  if (diagnostics.length > 0) return undefined;
  const [only, ...others] = manifests;
  return only === undefined || others.length > 0 ? manifests : [{ ...only, verbatim: origin.text }];
}
