import { ToolError } from '../core/errors.ts';
import type { TaggerFactory } from '../core/plugins.ts';
import { expandEnvTemplate } from '../go/env-template.ts';
import { templateError } from './template-error.ts';

/** `tagPolicy.envTemplate`. */
export interface EnvTemplateSpec {
  readonly template: string;
}

/**
 * A template over the environment; `IMAGE_NAME` is the artifact's image as written (Skaffold's `envTemplate`). Its syntax is checked
 * before any artifact. A variable that is not set is an error, though the template language would print `<no value>` for it.
 */
export const envTemplate: TaggerFactory<EnvTemplateSpec> = {
  type: 'envTemplate',
  async create({ template }) {
    await checkSyntax(template);
    return {
      tag: async ({ image }, ctx) => {
        const tag = await expandEnvTemplate(template, { IMAGE_NAME: image }, ctx, { mode: 'lenient' });
        if (!tag.includes('<no value>')) return tag;
        throw new ToolError(
          'TEMPLATE_ERR',
          `environment variables missing for template keys of ${JSON.stringify(template)}`,
          {
            suggestions: [{ code: 'SET_VARIABLE', action: 'Set every variable that the template names' }],
          },
        );
      },
    };
  },
};

async function checkSyntax(template: string): Promise<void> {
  if (!template.includes('{{')) return;
  const { checkEnvTemplate } = await import('../go/env-template-engine.ts');
  try {
    checkEnvTemplate(template);
  } catch (error) {
    throw templateError(error);
  }
}
