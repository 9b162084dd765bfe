import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { expandEnvTemplate } from '../../../go/env-template.ts';
import type { ProjectDescriptor } from './project-descriptor.ts';
import type { BuildpacksSpec } from './spec.ts';

/**
 * The variables that buildpacks see, sorted by name: those of the artifact, those of `project.toml` over them (Skaffold's
 * order), and what builders of Google read with `debug`.
 *
 * @throws `TEMPLATE_ERR`; `BUILD_USER_ERROR` for an entry that is not `NAME=VALUE`, or a name that no file can have.
 */
export async function buildVariables(
  { image, spec }: Artifact<BuildpacksSpec>,
  descriptor: Pick<ProjectDescriptor, 'env'>,
  runMode: string,
  ctx: Context,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  for (const template of spec.env ?? []) {
    const text = await expand(template, image, ctx);
    const sign = text.indexOf('=');
    if (sign <= 0) throw noValue(image);
    variables.set(text.slice(0, sign), text.slice(sign + 1));
  }
  if (runMode === 'debug') variables.set('GOOGLE_GOGCFLAGS', 'all=-N -l');
  for (const [name, value] of descriptor.env) variables.set(name, value);
  for (const name of variables.keys()) if (name.includes('/') || /^\.{0,2}$/.test(name)) throw badName(image, name);
  return new Map([...variables].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function expand(template: string, image: string, ctx: Context): Promise<string> {
  try {
    return await expandEnvTemplate(template, {}, ctx, { mode: 'lenient' });
  } catch (error) {
    throw withPrefix(`build.artifacts.buildpacks.env of "${image}"`, error);
  }
}

function noValue(image: string): ToolError {
  return new ToolError(
    'BUILD_USER_ERROR',
    `build.artifacts.buildpacks.env of "${image}" has an entry without a value`,
    {
      suggestions: [{ code: 'FIX_ENV', action: 'Write each entry as NAME=VALUE' }],
    },
  );
}

/** Each variable becomes a file of its name. */
function badName(image: string, name: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `"${name}" is no name of a variable for the build of "${image}"`, {
    suggestions: [{ code: 'FIX_ENV', action: 'Use letters, digits and _ in names of variables' }],
  });
}
