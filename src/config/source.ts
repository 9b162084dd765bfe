import type { Diagnostic, SourceRange } from '../core/diagnostic.ts';
import type { ErrorCode } from '../core/errors.ts';
import { type LineIndex, lineIndex } from '../yaml/lines.ts';

/** A configuration text and where it came from. */
export interface Source {
  /** As findings name it: the path as the user would write it, `-` for standard input, or a URL. */
  readonly file: string;
  readonly text: string;
  /** Turns offsets into lines and columns. */
  lines(): LineIndex;
}

/** A place in a source: offsets, end exclusive. Every YAML node is one. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What a finding says besides its place. */
export interface FindingDetails extends Pick<Diagnostic, 'suggestion' | 'related'> {
  readonly code?: ErrorCode;
  readonly severity?: Diagnostic['severity'];
}

export function createSource(file: string, text: string): Source {
  let lines: LineIndex | undefined;
  return {
    file,
    text,
    lines() {
      lines ??= lineIndex(text);
      return lines;
    },
  };
}

/** Lines and columns of a place; of a place that spans lines only the part on the first, which is what a person looks for. */
export function rangeOf(source: Source, place: Place): SourceRange {
  const lines = source.lines();
  const end = Math.min(place.end, lines.lineEnd(place.start));
  return lines.range(source.file, place.start, Math.max(place.start, end));
}

/** A finding at a place of a source. `message` is one sentence without full stop. */
export function findingAt(source: Source, place: Place, message: string, details: FindingDetails = {}): Diagnostic {
  const at = rangeOf(source, place);
  const { code = 'CONFIG_FILE_PARSING_ERR', severity = 'error', ...rest } = details;
  return { severity, code, message: shortened(message), at, excerpt: source.lines().excerpt(at), ...rest };
}

/** Names and values may be of any length; what is told of them is not. */
const longestMessage = 2000;

function shortened(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}

/** Findings without repetitions, such as of a file that is required twice. */
export function uniqueFindings(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return firstOfEach(findings, (finding) => `${placeKey(finding)}:${finding.code}:${finding.message}`);
}

/** The first finding of each place: what is wrong with an anchor is told once, however many aliases there are. */
export function onePerPlace(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return firstOfEach(findings, placeKey);
}

function placeKey({ at }: Diagnostic): string {
  return `${at?.file}:${at?.line}:${at?.column}`;
}

function firstOfEach(findings: readonly Diagnostic[], keyOf: (finding: Diagnostic) => string): readonly Diagnostic[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = keyOf(finding);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
