import type { Credentials, Exec, Files, RegistryCredential, System } from '../core/ports.ts';
import { askHelper } from './credential-helper.ts';
import { type CredentialsFile, readCredentialsFile } from './credentials-file.ts';
import { isDockerHub, serversOf } from './docker-hub.ts';

export interface CredentialsParts {
  readonly files: Files;
  readonly exec: Exec;
  readonly env: System['env'];
  readonly homeDirectory: string;
}

/**
 * Credentials as Docker, Podman and go-containerregistry find them: `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`,
 * then `$REGISTRY_AUTH_FILE`, then `containers/auth.json` below `$XDG_RUNTIME_DIR` and `$XDG_CONFIG_HOME`. The first file that
 * knows the registry decides. Within a file: `credHelpers`, `credsStore`, `auths`; the most specific name first.
 * Files are read and helpers asked once per run.
 */
export function createCredentials(parts: CredentialsParts): Credentials {
  const helperAnswers = new Map<string, Promise<RegistryCredential | undefined>>();
  const answers = new Map<string, Promise<RegistryCredential | undefined>>();
  let read: Promise<readonly CredentialsFile[]> | undefined;
  return {
    get: (registry, repository, signal) =>
      remembered(answers, `${registry}/${repository}`, async () => {
        read ??= readAll(parts);
        const ask = (helper: string, server: string): Promise<RegistryCredential | undefined> =>
          remembered(helperAnswers, `${helper} ${server}`, () => askHelper(helper, server, parts.exec, signal));
        return firstKnown(await read, registry, repository, ask);
      }),
  };
}

/** A failure is not remembered: the next caller may have more luck, or another signal. */
function remembered<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

async function readAll(parts: CredentialsParts): Promise<readonly CredentialsFile[]> {
  const read = await Promise.all(candidates(parts).map((path) => readCredentialsFile(path, parts.files)));
  return read.filter((file) => file !== undefined);
}

function candidates({ env, homeDirectory }: CredentialsParts): readonly string[] {
  const docker = `${env['DOCKER_CONFIG'] || `${homeDirectory}/.docker`}/config.json`;
  const podman = [env['XDG_RUNTIME_DIR'], env['XDG_CONFIG_HOME'] || `${homeDirectory}/.config`]
    .filter((directory) => directory !== undefined && directory !== '')
    .map((directory) => `${directory}/containers/auth.json`);
  return [docker, ...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []), ...podman];
}

type Ask = (helper: string, server: string) => Promise<RegistryCredential | undefined>;

async function firstKnown(
  files: readonly CredentialsFile[],
  registry: string,
  repository: string,
  ask: Ask,
): Promise<RegistryCredential | undefined> {
  for (const file of files) {
    const found = await lookUp(file, registry, repository, ask);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function lookUp(
  file: CredentialsFile,
  registry: string,
  repository: string,
  ask: Ask,
): Promise<RegistryCredential | undefined> {
  const servers = serversOf(registry);
  const helper =
    servers.map((server) => file.credHelpers.get(server)).find((name) => name !== undefined) ?? file.credsStore;
  const answer = helper === undefined ? undefined : await ask(helper, servers[0] ?? registry);
  if (answer !== undefined) return answer;
  for (const key of [...pathsOf(registry, repository), ...servers]) {
    const entry = file.auths.get(key);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** `host/a/b`, `host/a`: Podman's file may hold credentials for a part of a registry. */
function pathsOf(registry: string, repository: string): readonly string[] {
  const host = isDockerHub(registry) ? 'docker.io' : registry;
  const segments = repository.split('/');
  return segments.map((_, index) => [host, ...segments.slice(0, segments.length - index)].join('/'));
}
