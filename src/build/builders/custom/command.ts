import { ToolError, withPrefix } from '../../../core/errors.ts';
import type { BuildRequest, ClusterSettings } from '../../../core/plugins.ts';
import type { Context } from '../../../core/ports.ts';
import type { Artifact } from '../../../core/project.ts';
import { expandEnvTemplate } from '../../../go/env-template.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { lastLine } from './last-line.ts';
import type { CustomSpec } from './spec.ts';

/**
 * The shell command of an artifact, its template expanded over the environment.
 *
 * @throws `TEMPLATE_ERR`.
 */
export async function buildCommand({ spec }: Artifact<CustomSpec>, ctx: Context): Promise<string> {
  const template = spec.buildCommand ?? '';
  try {
    return await expandEnvTemplate(template, {}, ctx, { mode: 'lenient' });
  } catch (error) {
    throw withPrefix(`unable to parse build command "${template}"`, error);
  }
}

/**
 * Runs the command in the context, by a shell, since that is what the field holds. Standard output and standard error
 * are one stream, so that lines come in the order they were written.
 *
 * @throws `COMMAND_FAILED` carrying the command's exit code, which becomes that of the run.
 */
export async function runBuildCommand(request: BuildRequest<CustomSpec>, ctx: Context): Promise<void> {
  const { image, workspace } = request.artifact;
  const command = await buildCommand(request.artifact, ctx);
  const { exitCode, stdout } = await ctx.system.exec.run('sh', ['-c', 'exec sh -c "$1" 2>&1', 'sh', command], {
    cwd: workspace,
    env: environment(request, ctx),
    signal: ctx.signal,
    onOutput: (stream, text) => ctx.emit({ type: 'output', phase: 'Build', image, stream, text }),
  });
  if (exitCode === 0) return;
  throw new ToolError(
    'COMMAND_FAILED',
    `building custom artifact "${image}": exit status ${exitCode}${lastLine(stdout)}`,
    {
      exitCode,
      suggestions: [
        {
          code: 'FIX_BUILD_COMMAND',
          action: `Run the build command in ${workspace}, with IMAGE set, to see what it needs`,
        },
      ],
    },
  );
}

/** What Skaffold tells the command; variables of the caller's own environment win, as they do there. */
function environment(request: BuildRequest<CustomSpec>, { system }: Context): Record<string, string> {
  const { artifact, cluster, dependencies, push, reference, skipTests, tag } = request;
  const variables: Record<string, string> = {
    IMAGE: tag,
    PUSH_IMAGE: String(push),
    BUILD_CONTEXT: artifact.workspace,
    PLATFORMS: platformList(request),
    SKIP_TEST: String(skipTests),
    IMAGE_REPO: reference.name,
    IMAGE_TAG: reference.tag ?? '',
  };
  for (const [alias, built] of dependencies) variables[alias] = built.tag;
  Object.assign(variables, clusterVariables(cluster));
  for (const [name, value] of Object.entries(system.env)) if (value !== undefined) variables[name] = value;
  return variables;
}

/** What a command is told of the cluster it builds in. */
function clusterVariables(cluster: ClusterSettings | undefined): Readonly<Record<string, string>> {
  if (cluster === undefined) return {};
  const { kubeContext, namespace, pullSecretName, dockerConfigSecretName, timeout } = cluster;
  return {
    KUBE_CONTEXT: kubeContext,
    NAMESPACE: namespace,
    PULL_SECRET_NAME: pullSecretName,
    ...(dockerConfigSecretName === undefined ? {} : { DOCKER_CONFIG_SECRET_NAME: dockerConfigSecretName }),
    TIMEOUT: timeout,
  };
}

/** `PLATFORMS`: names separated by commas, `all`, or nothing where the choice is the command's. */
export function platformList({
  allPlatforms,
  platforms,
}: Pick<BuildRequest<never>, 'allPlatforms' | 'platforms'>): string {
  return allPlatforms ? 'all' : platforms.map(formatPlatform).join(',');
}
