import type { YamlNode } from '../core/yaml-node.ts';
import { cutJsonValues } from './json-values.ts';
import { mostProblems } from './limits.ts';
import { cutDocuments, type Piece } from './pieces.ts';
import { scanDocument } from './scan.ts';

/** One document of a YAML text. Offsets are UTF-16 code units into the text; end exclusive. */
export interface YamlDocument {
  /** Undefined where the document holds nothing but blanks and comments. */
  readonly root: YamlNode | undefined;
  /** Where the document begins: the start of the text, or right behind the marker before it. */
  readonly start: number;
  /** Where it ends: at the next `---` or `...`, or the end of the text. */
  readonly end: number;
}

/** Something that is not YAML. One sentence without full stop. */
export interface YamlProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedYaml {
  /** Documents in order, also those that had problems, as far as they could be read. */
  readonly documents: readonly YamlDocument[];
  readonly errors: readonly YamlProblem[];
}

/** What may be asked of the parser beyond the limits that hold for every text. */
export interface YamlLimits {
  /** Most tokens of a document that needs the complete parser; without limit by default. */
  readonly mostTokens?: number;
  /** What the complete parser gave for documents of this text, by where they start: none is read by it twice. */
  readonly parsed?: Map<number, ParsedPiece>;
  /** Whether JSON objects may follow each other without `---`, which is no YAML. */
  readonly jsonValues?: boolean;
}

/** One document of a text; `root` is undefined where it holds nothing. */
export interface ParsedPiece {
  readonly root: YamlNode | undefined;
  readonly errors: readonly YamlProblem[];
}

/**
 * Parses a text of any number of YAML 1.2 documents into our own nodes. Never throws for what the text says: problems
 * come back in `errors`, with positions. Duplicate keys and merge keys are kept as written. A text without any
 * document, such as an empty one, has none.
 *
 * Collections nested deeper than 500 levels and documents whose aliases expand to more than a million nodes are
 * refused, so that whoever walks a tree may do so recursively and without a limit of its own. Reading ends after a
 * thousand problems.
 */
export async function parseYaml(written: string, limits: YamlLimits = {}): Promise<ParsedYaml> {
  const cut = cutText(written, limits);
  if ('problem' in cut) return { documents: [], errors: [cut.problem] };
  const { text, pieces } = cut;
  if (pieces === undefined) return parseCompletely(text, 0, limits);
  const documents: YamlDocument[] = [];
  const errors: YamlProblem[] = [];
  for (const piece of pieces) {
    const parsed = await parsePiece(text, piece, limits);
    for (const error of parsed.errors) errors.push(error);
    if (errors.length >= mostProblems) break;
    if (parsed.root !== undefined || piece.marked) documents.push({ root: parsed.root, ...placeOf(piece) });
  }
  return { documents, errors };
}

/** A text made ready for reading, with its documents; `pieces` is undefined where only the complete parser can tell them. */
export interface CutText {
  readonly text: string;
  readonly pieces: readonly Piece[] | undefined;
}

/** Checks the characters of a text and cuts it into documents, or says what character may not be there. */
export function cutText(
  written: string,
  { jsonValues = false }: YamlLimits = {},
): CutText | { readonly problem: YamlProblem } {
  // A carriage return alone is a line break too; exchanged for one, it keeps its place.
  const lines = written.includes('\r') ? written.replace(/\r(?!\n)/g, '\n') : written;
  const text = lines.includes('\ufeff', 1) ? lines.replace(innerMark, '\n') : lines;
  const problem = forbiddenCharacter(text);
  if (problem !== undefined) return { problem };
  const pieces = text.includes('\ufeff', 1) ? undefined : cutDocuments(text);
  return { text, pieces: jsonValues ? pieces?.flatMap((piece) => cutJsonValues(text, piece)) : pieces };
}

/**
 * The byte order mark of a file that was put behind another one, in front of a marker, a comment or a key: it says nothing.
 * An empty line in its place leaves all else where it is.
 */
const innerMark = /(?<=\n)\ufeff(?=---|\.\.\.|[#{\n]|["']?[\w./-]+["']?:\s)/g;

/** Parses one document of a text. */
export async function parsePiece(text: string, piece: Piece, limits: YamlLimits = {}): Promise<ParsedPiece> {
  const before = limits.parsed?.get(piece.start);
  if (before !== undefined) return before;
  const scanned = scanDocument(text, piece);
  if (scanned !== undefined) return { root: scanned.root, errors: [] };
  const { documents, errors } = await parseCompletely(text.slice(piece.start, piece.end), piece.start, limits);
  const parsed = { root: documents[0]?.root, errors };
  limits.parsed?.set(piece.start, parsed);
  return parsed;
}

function placeOf({ content, end }: Piece): { readonly start: number; readonly end: number } {
  return { start: content, end };
}

/** The package that reads all of YAML is loaded only for texts that need it. */
async function parseCompletely(text: string, base: number, { mostTokens }: YamlLimits): Promise<ParsedYaml> {
  const { composeYaml } = await import('./compose.ts');
  return composeYaml(text, base, mostTokens);
}

/** YAML allows no control characters but tab and line breaks. */
const control = /[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function forbiddenCharacter(text: string): YamlProblem | undefined {
  const match = control.exec(text);
  if (match === null) return undefined;
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return { message: `The control character U+${code} is not allowed`, start: match.index, end: match.index + 1 };
}
