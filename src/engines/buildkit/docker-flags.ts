import type { DockerfileBuild } from '../../core/plugins.ts';
import { unsupportedField } from '../../core/unsupported.ts';

/** What of `cliFlags` has a meaning where the `docker` command is not used. */
export interface DockerFlags {
  readonly labels: Readonly<Record<string, string>>;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
}

const known = new Set(['--label', '--cache-from', '--cache-to']);

/**
 * Reads `cliFlags`, each an argument of `docker build`, together with the fields of the same meaning.
 *
 * @throws `NOT_SUPPORTED` naming a flag that only the `docker` command knows.
 */
export function dockerFlags({ cliFlags = [], cacheFrom, cacheTo = [], image }: DockerfileBuild): DockerFlags {
  const values: Record<string, string[]> = {};
  for (let index = 0; index < cliFlags.length; index++) {
    const [, name = '', value] = /^(--[\w-]+)(?:=(.*))?$/s.exec(cliFlags[index] ?? '') ?? [];
    if (!known.has(name)) throw unknownFlag(cliFlags[index] ?? '', image);
    values[name] = [...(values[name] ?? []), value ?? cliFlags[++index] ?? ''];
  }
  const labels = (values['--label'] ?? []).map((label) => {
    const [name = '', ...rest] = label.split('=');
    return [name, rest.join('=')] as const;
  });
  return {
    labels: Object.fromEntries(labels),
    cacheFrom: [...cacheFrom, ...(values['--cache-from'] ?? [])],
    cacheTo: [...cacheTo, ...(values['--cache-to'] ?? [])],
  };
}

function unknownFlag(flag: string, image: string): Error {
  return unsupportedField(
    'build.artifacts.docker.cliFlags',
    `${flag} of "${image}" is for the docker command, which BuildKit does without`,
    `Leave it out (${[...known].join(', ')} work), or build with useDockerCLI and a Docker Engine`,
  );
}
