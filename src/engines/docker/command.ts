/** Builds with the `docker` command itself, for `useDockerCLI` and `cliFlags`. */
import type { BuildOutcome } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { formatPlatform } from '../../image/platform.ts';
import type { DockerConnection } from './connection.ts';
import { defaultSource } from './endpoint.ts';
import { findImage } from './images.ts';

/**
 * Runs `docker build` with Skaffold's arguments, in the working directory, its output passed on.
 *
 * @throws `COMMAND_NOT_FOUND` where there is no such command, `BUILD_USER_ERROR` when it fails.
 */
export async function buildWithCommand(
  docker: DockerConnection,
  request: DockerfileBuild,
  ctx: Context,
): Promise<BuildOutcome> {
  const { image, tag } = request;
  const { exitCode } = await ctx.system.exec.run('docker', commandArguments(request), {
    cwd: ctx.system.cwd,
    env: commandEnvironment(request, docker, ctx),
    signal: ctx.signal,
    onOutput: (stream, text) => ctx.emit({ type: 'output', phase: 'Build', image, stream, text }),
  });
  if (exitCode !== 0) throw failed(request, exitCode);
  const id = await findImage(docker, tag, ctx);
  if (id !== undefined) return { at: 'daemon', id };
  throw new ToolError(
    'BUILD_DOCKER_SYSTEM_ERR',
    `docker build ended well, but ${docker.endpoint.address} has no ${tag}`,
    {
      suggestions: [
        {
          code: 'LOAD_IMAGE',
          action: 'A builder of its own keeps what it builds: add --load to cliFlags, or use docker’s',
        },
      ],
    },
  );
}

/** The arguments in Skaffold's order (`docker build CONTEXT --file … -t …`). */
export function commandArguments(request: DockerfileBuild): readonly string[] {
  const { target, network, platform, ssh, docker } = request;
  const each = (flag: string, values: readonly string[] = []): readonly string[] =>
    values.flatMap((value) => [flag, value]);
  const optional = (flag: string, value: string | undefined): readonly string[] =>
    value === undefined || value === '' ? [] : [flag, value];
  return [
    'build',
    request.contextArgument ?? request.workspace,
    ...['--file', request.dockerfile, '-t', request.tag],
    ...each('--build-arg', assignments(request.buildArgs)),
    ...each('--label', assignments(request.labels ?? {})),
    ...each('--add-host', request.addHosts),
    ...each('--cache-from', request.cacheFrom),
    ...each('--cache-to', request.cacheTo),
    ...(request.cliFlags ?? []),
    ...optional('--target', target),
    ...optional('--network', network?.toLowerCase()),
    ...(request.noCache ? ['--no-cache'] : []),
    ...(request.squash ? ['--squash'] : []),
    ...(request.pullParent ? ['--pull'] : []),
    ...each('--secret', secretArguments(request)),
    ...optional('--ssh', ssh),
    ...optional('--platform', platform === undefined ? undefined : formatPlatform(platform)),
    ...(docker?.useBuildkit === true && request.push !== true ? ['--load'] : []),
  ];
}

function assignments(values: Readonly<Record<string, string | null>>): readonly string[] {
  return Object.keys(values)
    .sort()
    .map((name) => (values[name] === null ? name : `${name}=${values[name]}`));
}

function secretArguments({ secrets = [] }: DockerfileBuild): readonly string[] {
  return secrets.map(({ id, file, variable }) =>
    [
      `id=${id}`,
      ...(file === undefined ? [] : [`src=${file}`]),
      ...(variable === undefined ? [] : [`env=${variable}`]),
    ].join(','),
  );
}

/** The command's own environment, with the builder that is asked for and the engine that was found. */
function commandEnvironment(
  { docker, platform }: DockerfileBuild,
  { endpoint }: DockerConnection,
  ctx: Context,
): Readonly<Record<string, string>> {
  const env = Object.entries(ctx.system.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const wanted = docker?.useBuildkit ?? (platform === undefined ? undefined : true);
  return {
    ...Object.fromEntries(env),
    // The command looks in fewer places when it is told nothing.
    ...(endpoint.source === defaultSource ? { DOCKER_HOST: endpoint.address } : {}),
    ...(wanted === undefined ? {} : { DOCKER_BUILDKIT: wanted ? '1' : '0' }),
  };
}

function failed({ image }: DockerfileBuild, exitCode: number): ToolError {
  const message = `docker build failure: the docker command ended with exit code ${exitCode} while building ${image}`;
  return new ToolError('BUILD_USER_ERROR', message, {
    suggestions: [{ code: 'FIX_USER_BUILD_ERR', action: 'Please fix the Dockerfile and try again' }],
  });
}
