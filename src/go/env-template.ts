import type { Context } from '../core/ports.ts';

export interface EnvTemplateOptions {
  /**
   * What a variable that is not set gives: the text `<no value>` (`lenient`, most fields of a configuration), or an
   * error (`strict`).
   */
  readonly mode: 'lenient' | 'strict';
}

/**
 * Expands a template of the configuration as Skaffold does: Go's text/template with sprig's functions and `cmd NAME ARGUMENTS…`, which
 * runs a program and gives what it prints. `.` holds the environment, and over it the given variables.
 * A text without actions is returned as it is, and nothing is loaded for it.
 *
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message.
 */
export async function expandEnvTemplate(
  text: string,
  variables: Readonly<Record<string, string>>,
  ctx: Context,
  options: EnvTemplateOptions,
): Promise<string> {
  if (!text.includes('{{')) return text;
  const { runEnvTemplate } = await import('./env-template-engine.ts');
  return runEnvTemplate(text, variables, ctx, options);
}
