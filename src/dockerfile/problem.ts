import type { Diagnostic } from '../core/diagnostic.ts';
import { ToolError } from '../core/errors.ts';

/** A finding about one instruction, before it is known in which file. */
export class DockerfileProblem extends Error {
  override readonly name = 'DockerfileProblem';
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** Lines `line` to `endLine` of a text, as a diagnostic. */
export function diagnosticAt(
  file: string,
  text: string,
  place: { line: number; endLine: number },
  problem: DockerfileProblem,
): Diagnostic {
  const lines = text.split('\n').slice(place.line - 1, place.endLine);
  const last = (lines.at(-1) ?? '').replace(/\r$/, '');
  return {
    severity: 'error',
    code: 'DOCKERFILE_PARSE_ERR',
    message: problem.message,
    at: { file, line: place.line, column: 1, endLine: place.endLine, endColumn: last.length + 1 },
    excerpt: lines.map((line) => line.replace(/\r$/, '')).join('\n'),
    ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
  };
}

/** The error for a Dockerfile with findings; its message is the first one, with its place. */
export function parseError(diagnostics: readonly Diagnostic[]): ToolError {
  const [first] = diagnostics;
  const place = first?.at === undefined ? '' : `${first.at.file}:${first.at.line}: `;
  return new ToolError('DOCKERFILE_PARSE_ERR', `${place}${first?.message ?? 'the Dockerfile cannot be parsed'}`, {
    diagnostics,
    suggestions: first?.suggestion === undefined ? [] : [{ code: 'FIX_DOCKERFILE', action: first.suggestion }],
  });
}

/** The error for a word that cannot be expanded; the caller knows the line, or gives it. */
export function wordError(word: string, problem: DockerfileProblem, line?: number): ToolError {
  const place = line === undefined ? '' : ` in line ${line} of the Dockerfile`;
  return new ToolError('DOCKERFILE_PARSE_ERR', `cannot expand "${word}"${place}: ${problem.message}`, {
    suggestions: problem.suggestion === undefined ? [] : [{ code: 'FIX_DOCKERFILE', action: problem.suggestion }],
  });
}
