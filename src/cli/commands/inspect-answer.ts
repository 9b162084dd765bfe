import { failWith, hasErrors } from '../../config/failure.ts';
import { loadConfigs } from '../../config/load-configs.ts';
import type { LoadedConfig } from '../../config/loaded-config.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { type ErrorCode, ToolError } from '../../core/errors.ts';
import type { Invocation } from '../invocation.ts';
import { withSuggestions } from '../show-error.ts';
import { jsonLine } from './json-line.ts';
import { type ConfigurationFlags, loadOptions } from './load-options.ts';

/** What every `inspect` command is given. */
export type InspectInvocation = Pick<Invocation, 'command' | 'io' | 'ctx'> & { readonly options: ConfigurationFlags };

/**
 * Prints an answer as one line of JSON on standard output, or what went wrong as
 * `{"errorCode":"…","errorMessage":"…"}`: programs read it, so nothing is written anywhere else.
 *
 * @param ask returns the answer; undefined where nothing is to be said.
 * @returns the exit code, 1 for a failure.
 */
export async function answer({ io, ctx }: InspectInvocation, ask: () => Promise<unknown>): Promise<number> {
  try {
    const result = await ask();
    if (result !== undefined) io.stdout.write(jsonLine(result));
    return 0;
  } catch (error) {
    if (!(error instanceof ToolError) || ctx.signal.aborted) throw error;
    io.stdout.write(jsonLine({ errorCode: error.code, errorMessage: messageOf(error) }));
    return refusals.includes(error.code) ? 0 : 1;
  }
}

/** An answer rather than a failure, as in Skaffold: nothing was changed, and the code says why. */
const refusals: readonly ErrorCode[] = [
  'INSPECT_BUILD_ENV_ALREADY_EXISTS_ERR',
  'INSPECT_BUILD_ENV_INCORRECT_TYPE_ERR',
  'INSPECT_PROFILE_NOT_FOUND_ERR',
];

/** The configurations that are asked about, those they require first. @throws what loading throws, and all findings. */
export async function inspectedConfigs({ options, io, ctx }: InspectInvocation): Promise<readonly LoadedConfig[]> {
  const { configs, findings } = await loadConfigs(await loadOptions(options, 'inspect', io), ctx);
  if (hasErrors(findings)) throw failWith(findings, 'CONFIG_FILE_PARSING_ERR');
  return configs;
}

function messageOf({ message, suggestions, diagnostics }: ToolError): string {
  if (diagnostics.length === 0) return withSuggestions(message, suggestions);
  return diagnostics.map(lineOf).join('\n');
}

function lineOf({ at, message, suggestion }: Diagnostic): string {
  const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `;
  return `${place}${message}${suggestion === undefined ? '' : `. ${suggestion}`}`;
}
