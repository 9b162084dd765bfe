import type { ErrorCode } from './errors.ts';

/** A half-open range in a text the user wrote. Lines and columns count from 1; columns count UTF-16 code units. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One finding about the user's input. Collected and returned, never thrown one at a time. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode;
  /** One sentence, no trailing full stop. */
  readonly message: string;
  readonly at?: SourceRange;
  /** The source line(s) at `at`, for the excerpt under the message. */
  readonly excerpt?: string;
  /** The line Skaffold reports for it, where it counts in a sorted copy of the file; for those who know its messages. */
  readonly skaffoldLine?: number;
  /** What the user can do about it, as an imperative sentence. */
  readonly suggestion?: string;
  /** Other places that explain this one, such as the first definition of a duplicate. */
  readonly related?: readonly { readonly message: string; readonly at: SourceRange }[];
}
