import type { ImageReference } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import type { DockerSpec } from './spec.ts';
import { expandField } from './templates.ts';

/** What build arguments are made of besides the artifact's own `buildArgs`. */
export interface BuildArgSources {
  readonly runMode: string;
  /** Names that an `ARG` anywhere in the Dockerfile declares. */
  readonly declared: ReadonlySet<string>;
  /** References of required artifacts by alias. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The reference that is being built; absent while inputs are only listed. */
  readonly reference: ImageReference | undefined;
}

/**
 * The build arguments of a docker artifact as Skaffold makes them: its own (`SKAFFOLD_RUN_MODE`, aliases of required
 * artifacts) only where the Dockerfile declares them, then the artifact's `buildArgs`, whose values are templates.
 * A null value is left to the environment of the engine.
 *
 * @throws `TEMPLATE_ERR` naming the argument whose template fails.
 */
export async function buildArguments(
  spec: DockerSpec,
  sources: BuildArgSources,
  ctx: Context,
): Promise<Record<string, string | null>> {
  const given: Record<string, string> = { SKAFFOLD_RUN_MODE: sources.runMode, ...Object.fromEntries(sources.aliases) };
  const result: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(given)) if (sources.declared.has(name)) result[name] = value;
  for (const [name, template] of Object.entries(spec.buildArgs ?? {})) {
    result[name] =
      template === null
        ? null
        : await expandField(`build argument "${name}"`, template, sources.reference, ctx, spec.templateVariables);
  }
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}
