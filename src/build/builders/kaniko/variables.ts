/** The fields of a kaniko artifact that are templates. */
import { withPrefix } from '../../../core/errors.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { expandEnvTemplate } from '../../../go/env-template.ts';
import { toValue } from '../../../yaml/value.ts';
import type { KanikoSpec } from './spec.ts';

/**
 * The variables of `env`, expanded over the environment; those that are empty are left out, and so are values that come
 * from elsewhere in the cluster (`valueFrom`), as in Skaffold.
 *
 * @throws `TEMPLATE_ERR` naming the variable.
 */
export async function environmentOf(
  { spec: { env = [] } }: Artifact<KanikoSpec>,
  ctx: Context,
): Promise<Readonly<Record<string, string>>> {
  const result: Record<string, string> = {};
  for (const node of env) {
    const { name, value } = (toValue(node) ?? {}) as { readonly name?: unknown; readonly value?: unknown };
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (typeof name !== 'string' || !isText) continue;
    const text = await expand(`build.artifacts.kaniko.env ${name}`, String(value), ctx);
    if (text !== '') result[name] = text;
  }
  return result;
}

/**
 * The labels of the image, expanded over the environment.
 *
 * @throws `TEMPLATE_ERR` naming the label.
 */
export async function labelsOf(
  { spec: { label = {} } }: Artifact<KanikoSpec>,
  ctx: Context,
): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(label).sort();
  const labels = await Promise.all(
    names.map(async (name) => [name, await expand(`label "${name}"`, label[name] ?? '', ctx)] as const),
  );
  return Object.fromEntries(labels);
}

/**
 * Build arguments; one without a value has that of the variable of its name in `env`, as it would in kaniko's pod.
 *
 * @param env what {@link environmentOf} returned.
 */
export function argumentTemplates(
  { spec: { buildArgs = {}, reproducible } }: Artifact<KanikoSpec>,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const fromEnvironment = (name: string): string =>
    env[name] === undefined ? '' : `{{index . ${JSON.stringify(name)}}}`;
  const given = Object.entries(buildArgs).map(([name, value]) => [name, value ?? fromEnvironment(name)] as const);
  return { ...(reproducible === true ? { SOURCE_DATE_EPOCH: '0' } : {}), ...Object.fromEntries(given) };
}

async function expand(what: string, template: string, ctx: Context): Promise<string> {
  try {
    return await expandEnvTemplate(template, {}, ctx, { mode: 'lenient' });
  } catch (error) {
    throw withPrefix(`unable to get value for ${what}`, error);
  }
}
