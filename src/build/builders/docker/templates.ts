import { ToolError } from '../../../core/errors.ts';
import type { ImageReference } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import { imageVariables } from '../image-variables.ts';

/**
 * Expands a field's template over the environment and the image's name and tag; text without `{{` is returned as it is.
 *
 * @param what names the field in errors, as in `build argument "A"`.
 * @param variables more of them, over those of the image.
 * @throws `TEMPLATE_ERR` naming the field.
 */
export async function expandField(
  what: string,
  template: string,
  reference: ImageReference | undefined,
  ctx: Context,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  if (!template.includes('{{')) return template;
  const { expandEnvTemplate } = await import('../../../go/env-template.ts');
  try {
    return await expandEnvTemplate(template, { ...imageVariables(reference), ...variables }, ctx, { mode: 'lenient' });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.code, `unable to get value for ${what}: ${error.message}`, {
      cause: error,
      suggestions: error.suggestions,
    });
  }
}
