import type { Manifest, ManifestOrigin } from '../core/manifest.ts';
import type { YamlNode } from '../core/yaml-node.ts';
import { cutText, parsePiece, type YamlLimits } from '../yaml/parse.ts';
import type { Piece } from '../yaml/pieces.ts';
import { createReprinter, type Reprinted, type Reprinter } from '../yaml/reprint.ts';
import { scanDocument } from '../yaml/scan.ts';
import { findingsIn } from './check.ts';
import { follow, isEmpty } from './fields.ts';
import { printedManifest } from './lazy.ts';

/**
 * What holds while one text is read. Objects with more tokens fit into no cluster; lists of objects are everyday YAML, which
 * has no limit.
 */
export function manifestLimits(): YamlLimits {
  return { mostTokens: 250_000, parsed: new Map(), jsonValues: true };
}

/** A reprinter for manifests: the places in its texts are images. */
export function createManifestReprinter(): Reprinter {
  return createReprinter('image');
}

/**
 * Reads the manifests of a text as their printed forms where possible, as nodes where not. Undefined where anything is wrong
 * with the text or only the complete parser understands it: then it has to be read as a whole.
 */
export async function readPrinted(
  origin: ManifestOrigin,
  reprinter: Reprinter,
  limits: YamlLimits,
): Promise<readonly Manifest[] | undefined> {
  const cut = cutText(origin.text, limits);
  if ('problem' in cut || cut.pieces === undefined) return undefined;
  const manifests: Manifest[] = [];
  for (const piece of cut.pieces) {
    const printed = reprintPiece(cut.text, piece, reprinter);
    if (printed === undefined) {
      const root = await readRoot(cut.text, piece, limits);
      if (root === 'unreadable') return undefined;
      if (root !== undefined) manifests.push({ origin, root });
    } else if (printed.pieces.length > 0) {
      const { text } = cut;
      manifests.push(printedManifest(origin, () => rootOf(text, piece), printed));
    }
  }
  return manifests;
}

function reprintPiece(text: string, { content, end, marked }: Piece, reprinter: Reprinter): Reprinted | undefined {
  const lines = text.slice(content, end).split('\n');
  // What stands beside a `---` is in no column of its own.
  if ((marked || text.startsWith('...', content - 3)) && !/^[ \r]*(?: #.*)?$/.test(lines[0] ?? '')) return undefined;
  return reprinter.reprint(lines);
}

/** Whatever the reprinter prints, the scanner reads. */
function rootOf(text: string, piece: Piece): YamlNode {
  const root = scanDocument(text, piece)?.root;
  if (root === undefined) throw new TypeError('A document that was printed cannot be scanned');
  return root;
}

/** The object of a document; undefined where there is none, `unreadable` where something is wrong with it. */
async function readRoot(text: string, piece: Piece, limits: YamlLimits): Promise<YamlNode | undefined | 'unreadable'> {
  const { root: written, errors } = await parsePiece(text, piece, limits);
  if (errors.length > 0) return 'unreadable';
  const root = written === undefined ? undefined : follow(written);
  if (root === undefined || isEmpty(root)) return undefined;
  return root.kind !== 'mapping' || findingsIn(root, () => 0).length > 0 ? 'unreadable' : root;
}
