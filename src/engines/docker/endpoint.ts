import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import { readContext, selectedContext } from './contexts.ts';
import { readTls, type TlsMaterial } from './tls.ts';

/** Where a Docker Engine listens, and how it is spoken to. */
export interface DockerEndpoint {
  /** For messages: `unix:///var/run/docker.sock`, `tcp://host:2376`. Never holds a user name or password. */
  readonly address: string;
  /** Who said so: `DOCKER_HOST`, `the Docker context "name"` or `the default socket`. */
  readonly source: string;
  readonly transport:
    | { readonly kind: 'unix'; readonly path: string }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsMaterial | undefined };
}

/** The source of an endpoint that nobody named. */
export const defaultSource = 'the default socket';

/** The ports that Docker registered for plain and for TLS connections. */
const plainPort = 2375;
const tlsPort = 2376;

/**
 * The Docker Engine that the `docker` command would talk to: `DOCKER_HOST`, else the context named by `DOCKER_CONTEXT`
 * or by the Docker configuration, else the first of the usual sockets that exists (system-wide, rootless, Docker Desktop).
 *
 * @throws `NOT_SUPPORTED` for `ssh://` and other protocols that are not spoken here, `BUILD_DOCKER_DAEMON_NOT_RUNNING` for an
 * address, context or certificate that cannot be used.
 */
export async function dockerEndpoint(ctx: Context): Promise<DockerEndpoint> {
  const host = ctx.system.env['DOCKER_HOST'] ?? '';
  if (host !== '') return hostEndpoint(host, 'DOCKER_HOST', await environmentTls(ctx));
  const name = await selectedContext(ctx);
  if (name === undefined) return defaultEndpoint(ctx);
  const context = await readContext(name, ctx);
  return hostEndpoint(context.host, `the Docker context "${name}"`, context.tls);
}

/** `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, as the `docker` command reads them. */
async function environmentTls(ctx: Context): Promise<TlsMaterial | undefined> {
  const { env, homeDirectory } = ctx.system;
  const verify = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (env['DOCKER_TLS'] ?? '') === '') return undefined;
  const directory = env['DOCKER_CERT_PATH'] || env['DOCKER_CONFIG'] || join(homeDirectory, '.docker');
  return await readTls(directory, verify, ctx);
}

async function defaultEndpoint(ctx: Context): Promise<DockerEndpoint> {
  const sockets = usualSockets(ctx);
  const found = await Promise.all(sockets.map((path) => ctx.system.files.stat(path).catch(() => undefined)));
  const path = sockets.find((_, index) => found[index] !== undefined) ?? '/var/run/docker.sock';
  return { address: `unix://${path}`, source: defaultSource, transport: { kind: 'unix', path } };
}

function usualSockets(ctx: Context): readonly string[] {
  const runtimeDirectory = ctx.system.env['XDG_RUNTIME_DIR'] ?? '';
  return [
    '/var/run/docker.sock',
    ...(runtimeDirectory === '' ? [] : [join(runtimeDirectory, 'docker.sock')]),
    join(ctx.system.homeDirectory, '.docker/run/docker.sock'),
  ];
}

function hostEndpoint(host: string, source: string, tls: TlsMaterial | undefined): DockerEndpoint {
  const [, protocol = 'tcp', rest = host] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if (protocol === 'unix') return unixEndpoint(rest, source);
  if (protocol === 'tcp' || protocol === 'http' || protocol === 'https')
    return tcpEndpoint(rest, protocol, source, tls);
  throw unsupportedProtocol(protocol, rest, source);
}

function unixEndpoint(path: string, source: string): DockerEndpoint {
  if (!path.startsWith('/')) throw badHost(source, `unix://${path}`);
  return { address: `unix://${path}`, source, transport: { kind: 'unix', path } };
}

function tcpEndpoint(rest: string, protocol: string, source: string, tls: TlsMaterial | undefined): DockerEndpoint {
  const url = parseUrl(rest);
  if (url === undefined || url.hostname === '' || url.pathname.length > 1 || url.search !== '')
    throw badHost(source, `${protocol}://…`);
  const secure = tls ?? (protocol === 'https' ? { verify: true } : undefined);
  const port = Number(url.port) || (secure === undefined ? plainPort : tlsPort);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { address: `tcp://${url.hostname}:${port}`, source, transport: { kind: 'tcp', host, port, tls: secure } };
}

// The scheme is one without a default port, so that no written port is dropped.
function parseUrl(rest: string): URL | undefined {
  try {
    return new URL(`docker://${rest}`);
  } catch {
    return undefined;
  }
}

function unsupportedProtocol(protocol: string, rest: string, source: string): ToolError {
  const host = rest.replace(/^.*@/, '').replace(/[:/].*$/, '');
  const tunnel = `Forward the socket with \`ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${host}\` and set DOCKER_HOST=unix:///tmp/docker.sock`;
  return new ToolError('NOT_SUPPORTED', `${source} names a Docker Engine over ${protocol}://, which is not supported`, {
    suggestions: [
      protocol === 'ssh'
        ? { code: 'FORWARD_DOCKER_SOCKET', action: tunnel }
        : { code: 'CHECK_DOCKER_HOST', action: 'Use a unix:// or tcp:// address' },
      { code: 'USE_EMBEDDED_ENGINE', action: 'Build without a Docker Engine: --engine=embedded' },
    ],
  });
}

function badHost(source: string, host: string): ToolError {
  return new ToolError('BUILD_DOCKER_DAEMON_NOT_RUNNING', `${source} is no address of a Docker Engine: ${host}`, {
    suggestions: [{ code: 'CHECK_DOCKER_HOST', action: 'Write it as unix:///PATH or tcp://HOST:PORT' }],
  });
}
