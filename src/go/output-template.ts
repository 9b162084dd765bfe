import type { BuiltArtifact } from '../core/artifact.ts';

/** What `build --output` is when nobody says otherwise. */
export const defaultOutputTemplate = '{{json .}}';

/**
 * Checks the template of `build --output`.
 *
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message: `template: flagtemplate:1: unclosed action`.
 */
export async function checkOutputTemplate(template: string): Promise<void> {
  if (template === defaultOutputTemplate) return;
  const { parseOutputTemplate } = await import('./output-template-engine.ts');
  parseOutputTemplate(template);
}

/**
 * What `build --quiet` prints: the template (Go's text/template with the functions json, join, title, lower and upper) executed on
 * `{Builds: [{ImageName, Tag, RuntimeType}]}`. The default gives `{"builds":[…]}`, or `{"builds":null}` without artifacts.
 *
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message.
 */
export async function formatBuildOutput(template: string, builds: readonly BuiltArtifact[]): Promise<string> {
  if (template === defaultOutputTemplate) return buildOutputJson(builds);
  const { runOutputTemplate } = await import('./output-template-engine.ts');
  return runOutputTemplate(template, builds);
}

/** The build-artifacts JSON as Go's encoder writes it with HTML escaping off: compact, no newline at the end. */
function buildOutputJson(builds: readonly BuiltArtifact[]): string {
  const entries = builds.map(({ imageName, tag, runtimeType }) => ({
    imageName,
    tag,
    ...(runtimeType ? { runtimeType } : {}),
  }));
  const text = JSON.stringify({ builds: entries.length === 0 ? null : entries });
  return text.replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
