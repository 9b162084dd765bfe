import type { Diagnostic } from '../core/diagnostic.ts';
import { type Suggestion, ToolError } from '../core/errors.ts';
import { coloured, red } from '../report/colour.ts';
import { clip, printable } from './excerpt.ts';
import type { Output } from './invocation.ts';

export interface ShowErrorOptions {
  /** Print stack traces of bugs and what caused an error. */
  readonly verbose: boolean;
}

/** Prints what made a run fail: all findings about the configuration, or one message with what to do next. */
export function showError(error: unknown, stderr: Output, options: ShowErrorOptions): void {
  const paint = (text: string): string => coloured(printable(text), red, stderr.colour);
  if (!(error instanceof ToolError)) {
    stderr.write(describeBug(error, options, paint));
    return;
  }
  if (repeatsDiagnostic(error)) stderr.write(describeDiagnostics(error.diagnostics, paint));
  else {
    stderr.write(`${paint(withSuggestions(error.message, error.suggestions))}\n`);
    stderr.write(describeDiagnostics(error.diagnostics, paint));
  }
  if (options.verbose && error.cause !== undefined) stderr.write(describeCause(error.cause));
}

/** Nobody reads more at once, and repairing the first ones often repairs the rest. */
const mostShown = 50;

function describeDiagnostics(findings: readonly Diagnostic[], paint: (text: string) => string): string {
  const shown = findings.slice(0, mostShown).map((finding) => describeDiagnostic(finding, paint));
  const more = findings.length - shown.length;
  return shown.join('') + (more === 0 ? '' : `and ${more} more like these\n`);
}

/** One finding whose message is the error's: saying it twice helps nobody. */
function repeatsDiagnostic({ diagnostics, message, suggestions }: ToolError): boolean {
  const [only, ...more] = diagnostics;
  return only !== undefined && more.length === 0 && suggestions.length === 0 && message.endsWith(only.message);
}

/** Skaffold's form: `message. First thing to do or second thing to do.`; the message alone where there is nothing to do. */
export function withSuggestions(message: string, suggestions: readonly Suggestion[]): string {
  if (suggestions.length === 0) return message;
  return `${sentence(message)} ${sentence(suggestions.map(({ action }) => action.replace(/\.$/, '')).join(' or '))}`;
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

/** `file:line:column: error: message`, the source line with a caret under the place, and what to do. */
function describeDiagnostic(finding: Diagnostic, paint: (text: string) => string): string {
  const place = finding.at === undefined ? '' : `${finding.at.file}:${finding.at.line}:${finding.at.column}: `;
  const severity = finding.severity === 'error' ? paint('error') : finding.severity;
  const related = (finding.related ?? []).map(
    ({ message, at }) => `  ${at.file}:${at.line}:${at.column}: ${message}\n`,
  );
  const suggestion = finding.suggestion === undefined ? '' : `  ${finding.suggestion}\n`;
  return `${place}${severity}: ${printable(finding.message)}${skaffoldPlace(finding)}\n${excerptOf(finding, paint)}${related.join('')}${suggestion}`;
}

/** Skaffold counts lines in a sorted copy of the file; who comes from its messages finds the place by both. */
function skaffoldPlace({ at, skaffoldLine }: Diagnostic): string {
  return skaffoldLine === undefined || skaffoldLine === at?.line ? '' : ` (Skaffold calls it line ${skaffoldLine})`;
}

function excerptOf({ at, excerpt }: Diagnostic, paint: (text: string) => string): string {
  if (at === undefined || excerpt === undefined) return '';
  const [whole = ''] = excerpt.split('\n');
  const { line, column, end } = clip({
    line: printable(whole),
    column: at.column,
    end: at.endLine === at.line ? at.endColumn : whole.length + 1,
  });
  const gutter = ` line ${at.line} | `;
  // Tabs stay tabs, so that the caret stands below the right character whatever their width.
  const indent = line.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const marks = '^'.repeat(Math.max(1, end - column));
  return `${gutter}${line}\n${' '.repeat(gutter.length - 2)}| ${indent}${paint(marks)}\n`;
}

function describeBug(error: unknown, options: ShowErrorOptions, paint: (text: string) => string): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = options.verbose && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  const hint = options.verbose ? '' : ', and what the same call prints with -v debug';
  return `${paint(`internal error: ${text}`)}\n${stack}This is a bug: please report it to the project with the command line${hint}.\n`;
}

function describeCause(cause: unknown): string {
  const lines: string[] = [];
  for (let current = cause; current !== undefined && lines.length < 10; ) {
    lines.push(`caused by ${current instanceof Error ? `${current.name}: ${current.message}` : String(current)}\n`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines.join('');
}
