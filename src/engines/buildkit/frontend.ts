/** What BuildKit's Dockerfile frontend is told (moby/buildkit, `frontend/dockerui/config.go`). */
import { basename } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { DockerfileBuild } from '../../core/plugins.ts';
import type { Context } from '../../core/ports.ts';
import { unsupportedField } from '../../core/unsupported.ts';
import { formatPlatform } from '../../image/platform.ts';
import type { TypedAttributes } from './control-messages.ts';

/** The permission that a step in the machine's own network needs. */
const hostNetwork = 'network.host';

export interface FrontendOptions {
  readonly cacheFrom: readonly TypedAttributes[];
  /** Labels for the image besides those of the Dockerfile. */
  readonly labels: Readonly<Record<string, string>>;
  /** The address that `host-gateway` of `addHost` stands for, where BuildKit tells one. */
  readonly hostGateway: string | undefined;
}

export interface Frontend {
  readonly attributes: Readonly<Record<string, string>>;
  readonly entitlements: readonly string[];
}

/**
 * The attributes of a build.
 * @throws `NOT_SUPPORTED` for fields that BuildKit has nothing for (`squash`, networks of containers).
 */
export function frontendOf(
  request: DockerfileBuild,
  { cacheFrom, labels, hostGateway }: FrontendOptions,
  ctx: Context,
): Frontend {
  if (request.squash) throw otherBuilder('squash', 'BuildKit does not squash images', request);
  const platforms = request.platforms ?? (request.platform === undefined ? [] : [request.platform]);
  const attributes = {
    filename: basename(request.dockerfile),
    ...(request.target === undefined ? {} : { target: request.target }),
    ...(platforms.length === 0 ? {} : { platform: platforms.map(formatPlatform).join(',') }),
    ...(request.noCache ? { 'no-cache': '' } : {}),
    ...(request.pullParent ? { 'image-resolve-mode': 'pull' } : {}),
    ...networkOf(request),
    ...hostsOf(request, hostGateway),
    ...argumentsOf(request, ctx),
    ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`label:${name}`, value])),
    ...(cacheFrom.length === 0 ? {} : { 'cache-imports': cacheImports(cacheFrom) }),
  };
  const entitlements = attributes['force-network-mode'] === 'host' ? [hostNetwork] : [];
  return { attributes, entitlements };
}

function cacheImports(entries: readonly TypedAttributes[]): string {
  return JSON.stringify(entries.map(({ type, attributes }) => ({ Type: type, Attrs: attributes })));
}

function networkOf(request: DockerfileBuild): { readonly 'force-network-mode'?: string } {
  const network = request.network?.toLowerCase() ?? '';
  if (network === 'host' || network === 'none') return { 'force-network-mode': network };
  if (network === '' || network === 'bridge' || network === 'default') return {};
  throw otherBuilder('network', `BuildKit knows no network ${network}`, request);
}

/** `NAME:ADDRESS` (or `NAME=ADDRESS`) as `NAME=ADDRESS`. */
function hostsOf(request: DockerfileBuild, hostGateway: string | undefined): { readonly 'add-hosts'?: string } {
  if (request.addHosts.length === 0) return {};
  const hosts = request.addHosts.map((entry) => {
    const [, name = '', written = ''] = /^([^:=]*)[:=](.*)$/.exec(entry) ?? [];
    const address = written === 'host-gateway' ? hostGateway : written.replace(/^\[(.*)\]$/, '$1');
    if (name !== '' && address !== undefined && address !== '') return `${name}=${address}`;
    throw badHost(entry, request);
  });
  return { 'add-hosts': hosts.join(',') };
}

function argumentsOf(request: DockerfileBuild, ctx: Context): Readonly<Record<string, string>> {
  const entries = Object.entries(request.buildArgs).flatMap(([name, written]) => {
    const value = written ?? ctx.system.env[name];
    return value === undefined ? [] : [[`build-arg:${name}`, value] as const];
  });
  return Object.fromEntries(entries);
}

function badHost(entry: string, { image }: DockerfileBuild): ToolError {
  const problem = /[:=]host-gateway$/.test(entry)
    ? 'this BuildKit does not tell the address of its host'
    : 'it is not NAME:ADDRESS';
  return new ToolError('BUILD_USER_ERROR', `build.artifacts.docker.addHost of ${image}: "${entry}": ${problem}`, {
    suggestions: [{ code: 'FIX_ADD_HOST', action: 'Write the address itself, as in db.example:192.0.2.1' }],
  });
}

function otherBuilder(name: string, problem: string, { image }: DockerfileBuild): ToolError {
  return unsupportedField(
    `build.artifacts.docker.${name}`,
    `${problem}, and "${image}" asks for it`,
    'Remove the field, or build with the classic builder of a Docker Engine (useBuildkit: false)',
  );
}
