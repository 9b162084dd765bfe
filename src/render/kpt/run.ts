import { ToolError } from '../../core/errors.ts';
import type { Context, ExecResult } from '../../core/ports.ts';
import { joinDocuments, splitDocuments } from '../../manifest/split.ts';
import type { KptFunction } from './functions.ts';

/**
 * Sends manifests through functions, one after the other: `kpt fn eval` reads them on its standard input and prints the
 * result (Skaffold's command line).
 *
 * @param text manifests, separated by `---`.
 * @returns what the last function printed.
 * @throws {ToolError} `RENDER_TRANSFORM_MANIFEST_ERR` naming the function; `COMMAND_NOT_FOUND` without kpt.
 */
export async function transformText(functions: readonly KptFunction[], text: string, ctx: Context): Promise<string> {
  let current = text;
  for (const step of functions) {
    const input = joinDocuments(splitDocuments(current));
    const result = await runKpt(step, evalArguments(step, '-o', 'unwrap', '-'), input, ctx);
    if (result.exitCode !== 0) throw failure(step, result, 'RENDER_TRANSFORM_MANIFEST_ERR');
    current = result.stdout;
  }
  return current;
}

/**
 * Sends a file through functions, each of which changes it in place. A function that fails decides the exit code.
 *
 * @throws {ToolError} `RENDER_TRANSFORM_MANIFEST_ERR` naming the function; `COMMAND_NOT_FOUND` without kpt.
 */
export async function transformFile(functions: readonly KptFunction[], path: string, ctx: Context): Promise<void> {
  for (const step of functions) {
    const result = await runKpt(step, evalArguments(step, path), undefined, ctx);
    if (result.exitCode !== 0) throw failure(step, result, 'RENDER_TRANSFORM_MANIFEST_ERR', result.exitCode);
  }
}

/**
 * Shows manifests to functions that only look. One that fails decides the exit code.
 *
 * @throws {ToolError} `COMMAND_FAILED` naming the function; `COMMAND_NOT_FOUND` without kpt.
 */
export async function validateText(functions: readonly KptFunction[], text: string, ctx: Context): Promise<void> {
  for (const step of functions) {
    const result = await runKpt(step, evalArguments(step, '-o', 'unwrap', '-'), text, ctx);
    if (result.exitCode !== 0) throw failure(step, result, 'COMMAND_FAILED', result.exitCode);
  }
}

function evalArguments({ image, settings }: KptFunction, ...target: readonly string[]): readonly string[] {
  return ['fn', 'eval', '-i', image, ...target, '--', ...settings];
}

async function runKpt(
  { name }: KptFunction,
  args: readonly string[],
  input: string | undefined,
  ctx: Context,
): Promise<ExecResult> {
  try {
    return await ctx.system.exec.run('kpt', args, { signal: ctx.signal, ...(input === undefined ? {} : { input }) });
  } catch (error) {
    throw kptMissing(error, `the function ${name}`);
  }
}

/** Says what kpt is needed for where it is not installed; other failures as they are. */
export function kptMissing(error: unknown, need: string): unknown {
  if (!(error instanceof ToolError) || error.code !== 'COMMAND_NOT_FOUND') return error;
  return new ToolError('COMMAND_NOT_FOUND', `${need} needs kpt, which cannot be run: ${error.message}`, {
    suggestions: [{ code: 'INSTALL_KPT', action: 'Install kpt and put its directory into PATH' }],
  });
}

function failure(
  { name, image }: KptFunction,
  { exitCode, stdout, stderr }: ExecResult,
  code: 'RENDER_TRANSFORM_MANIFEST_ERR' | 'COMMAND_FAILED',
  runExitCode?: number,
): ToolError {
  const said = stderr.trim() === '' ? stdout.trim() : stderr.trim();
  const message = `the function ${name} (${image}) failed: exit status ${exitCode}${said === '' ? '' : `: ${said}`}`;
  return new ToolError(code, message, {
    ...(runExitCode === undefined ? {} : { exitCode: runExitCode }),
    suggestions: [{ code: 'CHECK_FUNCTION', action: `Correct what kpt complains about, or take ${name} out` }],
  });
}
