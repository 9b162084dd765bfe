/** The fields of a docker artifact that the engine is told, besides the Dockerfile and its arguments. */
import type { BuildRequest, BuildSecret, DockerfileBuild } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { DockerSecret, DockerSpec } from './spec.ts';
import { expandField } from './templates.ts';

type Request = Omit<BuildRequest<DockerSpec>, 'push'>;

/** Options that can change the result, besides build arguments and base images. Values of secrets are no part of it. */
export async function optionParameters(request: Request, ctx: Context): Promise<Readonly<Record<string, string>>> {
  const { spec } = request.artifact;
  const { network = '', cliFlags } = await expandedOptions(request, ctx);
  return {
    network,
    addHost: JSON.stringify(spec.addHost ?? []),
    squash: String(spec.squash ?? false),
    ...(cliFlags.length === 0 ? {} : { cliFlags: JSON.stringify(cliFlags) }),
    ...(spec.secrets === undefined ? {} : { secrets: JSON.stringify(spec.secrets) }),
    ...(spec.ssh === undefined ? {} : { ssh: spec.ssh }),
    ...(spec.labels === undefined ? {} : { labels: JSON.stringify(spec.labels) }),
    ...(spec.rewritesTimes === true ? { rewritesTimes: 'true' } : {}),
    ...(request.docker === undefined ? {} : { docker: JSON.stringify(request.docker) }),
  };
}

/**
 * The fields that are templates, expanded.
 *
 * @throws `TEMPLATE_ERR` naming the field.
 */
export async function expandedOptions(
  { artifact: { spec }, reference }: Request,
  ctx: Context,
): Promise<Required<Pick<DockerfileBuild, 'network' | 'cliFlags'>>> {
  const { cliFlags = [], network } = spec;
  const flags = await Promise.all(cliFlags.map((flag) => expandField('cliFlags', flag, reference, ctx)));
  const expanded = network === undefined ? undefined : await expandField('network', network, reference, ctx);
  return { cliFlags: flags, network: expanded?.toLowerCase() };
}

/** `~` at the beginning of a secret's file is the home directory. */
export function secretOf({ id, src = '', env = '' }: DockerSecret, ctx: Context): BuildSecret {
  const file = src.replace(/^~(?=\/|$)/, () => ctx.system.homeDirectory);
  return { id, ...(file === '' ? {} : { file }), ...(env === '' ? {} : { variable: env }) };
}
