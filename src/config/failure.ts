import type { Diagnostic } from '../core/diagnostic.ts';
import { type ErrorCode, type Suggestion, ToolError } from '../core/errors.ts';

/**
 * The error for findings about a configuration: its code is the findings' own where they agree, else `fallback`.
 * The message of a single finding is that finding's; of several it counts them. All of them are in `diagnostics`.
 */
export function failWith(findings: readonly Diagnostic[], fallback: ErrorCode): ToolError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const codes = new Set(errors.map(({ code }) => code));
  const [only] = codes.size === 1 ? codes : [];
  return new ToolError(only ?? fallback, summaryOf(errors), { diagnostics: findings });
}

function summaryOf(errors: readonly Diagnostic[]): string {
  const first = errors[0];
  if (errors.length === 1 && first !== undefined) return `invalid skaffold config: ${first.message}`;
  const files = new Set(errors.flatMap(({ at }) => (at === undefined ? [] : [at.file])));
  return `invalid skaffold config: ${errors.length} errors${files.size === 0 ? '' : ` in ${[...files].join(', ')}`}`;
}

/** Whether anything among the findings stops the run. */
export function hasErrors(findings: readonly Diagnostic[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** A suggestion for a `ToolError` raised here. */
export function advice(code: string, action: string): readonly Suggestion[] {
  return [{ code, action }];
}
