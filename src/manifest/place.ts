import type { Diagnostic } from '../core/diagnostic.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { ManifestOrigin } from '../core/manifest.ts';
import { lineIndex } from '../yaml/lines.ts';

/** A finding about a piece of a manifest: what is wrong, and where in the text it came from. */
export interface Finding {
  readonly severity: Diagnostic['severity'];
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestion?: string;
  /** Offsets into the origin's text. */
  readonly start: number;
  readonly end: number;
}

/** Gives findings about one text their lines and excerpts. */
export function diagnosticsOf(origin: ManifestOrigin, findings: readonly Finding[]): readonly Diagnostic[] {
  if (findings.length === 0) return [];
  const lines = lineIndex(origin.text);
  return findings.map(({ start, end, ...finding }) => {
    const at = lines.range(origin.source, start, end);
    return { ...finding, at, excerpt: lines.excerpt(at) };
  });
}

/** The place of a finding as text: `file:line:column`. */
export function placeOf({ at }: Diagnostic): string {
  return at === undefined ? '' : `${at.file}:${at.line}:${at.column}`;
}
