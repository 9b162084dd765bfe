import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Event } from '../../src/core/events.ts';
import type { ImageName, Platform } from '../../src/core/names.ts';
import type { DockerfileBuild } from '../../src/core/plugins.ts';
import type { Context } from '../../src/core/ports.ts';
import { dockerfileInputs } from '../../src/dockerfile/inputs.ts';
import { createSystem } from '../../src/system/node.ts';
import { type Services, services } from './services.ts';

/** A context on the real system, with the services of the tests and a Docker configuration that signs in to both registries. */
export interface EngineContext extends Context {
  readonly services: Services;
  readonly home: string;
  readonly events: Event[];
  abort(): void;
  remove(): void;
}

export function engineContext(): EngineContext {
  const running = services();
  const home = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  const configuration = join(home, 'docker-config');
  mkdirSync(configuration);
  writeFileSync(join(configuration, 'config.json'), dockerConfiguration(running));
  const controller = new AbortController();
  const events: Event[] = [];
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    DOCKER_HOST: running.dockerHost,
    DOCKER_CONFIG: configuration,
  };
  const system = createSystem({ env, cwd: home });
  return {
    system,
    services: running,
    home,
    events,
    emit: (event) => void events.push(event),
    signal: controller.signal,
    abort: () => controller.abort(),
    remove: () => {
      system.registry.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A Docker `config.json` with the account of the registry that wants one. */
function dockerConfiguration({ passwordRegistry, username, password }: Services): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [passwordRegistry]: { auth } } });
}

/** The text of all `output` events, joined. */
export function outputOf({ events }: EngineContext): string {
  return events.map((event) => (event.type === 'output' ? event.text : '')).join('');
}

/** The `docker` command, looking at the tests' engine. Its standard output, without the final line end. */
export function docker(args: readonly string[]): string {
  const { docker: file, dockerHost } = services();
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', DOCKER_HOST: dockerHost, DOCKER_BUILDKIT: '0' };
  return execFileSync(file, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** The digest that skopeo, an independent client, finds at a reference in a plain HTTP registry. */
export function witnessedDigest(
  reference: string,
  credential?: { readonly username: string; readonly password: string },
): string {
  const signIn = credential === undefined ? [] : ['--creds', `${credential.username}:${credential.password}`];
  const args = ['inspect', '--tls-verify=false', ...signIn, '--format', '{{.Digest}}', `docker://${reference}`];
  return execFileSync(services().skopeo, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** Writes files below a new directory of the context's home and returns it. */
export function workspaceOf(context: EngineContext, name: string, files: Readonly<Record<string, string>>): string {
  const workspace = join(context.home, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), content);
  }
  return workspace;
}

/** A request for the Dockerfile of a workspace, its context found as a build finds it. */
export async function requestFor(
  workspace: string,
  context: Context,
  changes: Partial<DockerfileBuild> & { readonly readOnBuild?: (image: string) => Promise<readonly string[]> } = {},
): Promise<DockerfileBuild> {
  const { readOnBuild = async () => [], ...rest } = changes;
  const dockerfile = join(workspace, 'Dockerfile');
  const buildArgs = changes.buildArgs ?? {};
  const files = await dockerfileInputs({ workspace, dockerfile, buildArgs, readOnBuild }, context);
  return {
    image: 'app' as ImageName,
    workspace,
    dockerfile,
    dockerfileName: 'Dockerfile',
    context: files,
    target: undefined,
    buildArgs,
    platform: undefined as Platform | undefined,
    noCache: false,
    pullParent: false,
    cacheFrom: [],
    network: undefined,
    addHosts: [],
    squash: false,
    tag: 'app:test',
    built: new Map(),
    ...rest,
  };
}
