/** Which of Docker's ways a build takes: the classic builder, BuildKit, or the `docker` command. */
import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { unsupportedField } from '../../core/unsupported.ts';
import type { Dockerfile } from '../../dockerfile/types.ts';
import { buildKitNeed } from './buildkit-need.ts';

export type DockerWay = 'classic' | 'buildkit' | 'command';

/**
 * Decides. `useDockerCLI` and `cliFlags` ask for the command, as in Skaffold; `useBuildkit` and, where it is not set,
 * `DOCKER_BUILDKIT` choose between the builders. Where nothing is said, BuildKit builds what only it can: Dockerfiles with
 * its instructions, secrets, SSH, cache exports, and platforms other than the engine's machine.
 *
 * @throws `DOCKERFILE_UNSUPPORTED` or `NOT_SUPPORTED` when the classic builder is asked for and cannot do it.
 */
export function chooseWay(request: DockerfileBuild, dockerfile: Dockerfile, ctx: Context): DockerWay {
  const { docker = {}, cliFlags = [] } = request;
  if (docker.useDockerCLI === true || cliFlags.length > 0) return 'command';
  const wanted = docker.useBuildkit ?? booleanOf(ctx.system.env['DOCKER_BUILDKIT']);
  if (wanted === true) return 'buildkit';
  if (wanted === false) refuseForClassic(request, dockerfile);
  const isNeeded =
    fieldsForBuildKit(request).length > 0 || buildKitNeed(dockerfile) !== undefined || isOtherPlatform(request, ctx);
  return wanted === undefined && isNeeded ? 'buildkit' : 'classic';
}

/** As Go's `strconv.ParseBool`, which the `docker` command reads the variable with. */
function booleanOf(text: string | undefined): boolean | undefined {
  if (/^(?:1|t|true)$/i.test(text ?? '')) return true;
  return /^(?:0|f|false)$/i.test(text ?? '') ? false : undefined;
}

/** The fields of a request that the classic builder has nothing for. */
function fieldsForBuildKit({ secrets = [], ssh = '', cacheTo = [], cacheFrom }: DockerfileBuild): readonly string[] {
  const set = {
    secrets: secrets.length > 0,
    ssh: ssh !== '',
    cacheTo: cacheTo.length > 0,
    cacheFrom: cacheFrom.some((entry) => entry.includes('type=')),
  };
  return (Object.keys(set) as (keyof typeof set)[]).filter((name) => set[name]);
}

function isOtherPlatform({ platform }: DockerfileBuild, ctx: Context): boolean {
  return platform !== undefined && platform.architecture !== ctx.system.platform.architecture;
}

function refuseForClassic(request: DockerfileBuild, dockerfile: Dockerfile): void {
  const fields = fieldsForBuildKit(request).map((name) => `build.artifacts.docker.${name}`);
  if (fields.length > 0) {
    throw unsupportedField(
      fields.join(', '),
      `that needs BuildKit, which useBuildkit: false or DOCKER_BUILDKIT=0 rules out for "${request.image}"`,
      'Set build.local.useBuildkit: true',
    );
  }
  const need = buildKitNeed(dockerfile);
  if (need === undefined) return;
  const message = `${request.dockerfileName}:${need.line}: ${need.feature} needs BuildKit, which useBuildkit: false or DOCKER_BUILDKIT=0 rules out`;
  throw new ToolError('DOCKERFILE_UNSUPPORTED', message, {
    suggestions: [
      { code: 'USE_BUILDKIT', action: 'Set build.local.useBuildkit: true, or write the instruction without it' },
    ],
  });
}
