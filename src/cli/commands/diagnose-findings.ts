import { checkConfigs } from '../../config/load.ts';
import type { Diagnostic, SourceRange } from '../../core/diagnostic.ts';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { Invocation } from '../invocation.ts';
import { loadOptions } from './load-options.ts';
import { writeResult } from './session-options.ts';

/**
 * `diagnose --format=json`: all findings about the configuration, as `{"findings":[…]}` on standard output or in the file
 * of `--output`. What stops the configuration from being read at all is a finding too.
 *
 * @returns 0, or 1 when one of the findings is an error.
 * @throws `NOT_SUPPORTED` with flags that only change how a configuration is printed.
 */
export async function run({ options, command, io, ctx }: Invocation<'diagnose'>): Promise<number> {
  if (options.yamlOnly || options.enableTemplating) throw noConfiguration();
  const findings = await findingsOf(async () => {
    const quiet: Context = { ...ctx, emit: () => {} };
    return (await checkConfigs(await loadOptions(options, command, io), quiet)).findings;
  }, ctx);
  const text = `${JSON.stringify({ findings: [...findings].sort(byPlace).map(document) })}\n`;
  if (options.output === '') io.stdout.write(text);
  else await writeResult(options.output, text, ctx);
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function noConfiguration(): ToolError {
  return new ToolError(
    'NOT_SUPPORTED',
    '--format=json prints findings, so --yaml-only and --enable-templating say nothing',
    { suggestions: [{ code: 'REMOVE_FLAG', action: 'Leave out either --format or the other flag' }] },
  );
}

async function findingsOf(check: () => Promise<readonly Diagnostic[]>, ctx: Context): Promise<readonly Diagnostic[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof ToolError) || ctx.signal.aborted) throw error;
    if (error.diagnostics.some(({ severity }) => severity === 'error')) return error.diagnostics;
    const { code, message, suggestions } = error;
    const suggestion = suggestions.map(({ action }) => action).join(' or ');
    return [...error.diagnostics, { severity: 'error', code, message, ...(suggestion === '' ? {} : { suggestion }) }];
  }
}

/** Without a place first, then by file, line and column; findings of one place keep their order. */
function byPlace({ at: left }: Diagnostic, { at: right }: Diagnostic): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}

/** A finding as it is printed; its keys are an interface that other programs rely on. */
function document({ severity, code, message, at, suggestion, related }: Diagnostic): unknown {
  return {
    severity,
    code,
    message,
    ...place(at),
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(related === undefined
      ? {}
      : { related: related.map((other) => ({ message: other.message, ...place(other.at) })) }),
  };
}

function place(at: SourceRange | undefined): Readonly<Record<keyof SourceRange, string | number | null>> {
  if (at === undefined) return { file: null, line: null, column: null, endLine: null, endColumn: null };
  const { file, line, column, endLine, endColumn } = at;
  return { file, line, column, endLine, endColumn };
}
