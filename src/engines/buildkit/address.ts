/** `BUILDKIT_HOST`: where BuildKits are, as `buildctl` writes it, several of them separated by commas. */
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';

/** One BuildKit. */
export type BuildKitAddress =
  | { readonly kind: 'unix'; readonly text: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly text: string; readonly host: string; readonly port: number }
  | PodAddress;

/** One in a pod. Context, namespace and container are empty where they are left to kubectl. */
export interface PodAddress {
  readonly kind: 'kube-pod';
  readonly text: string;
  readonly pod: string;
  readonly context: string;
  readonly namespace: string;
  readonly container: string;
  /** The file for kubectl to read; undefined leaves it to the environment. */
  readonly kubeconfig?: string;
}

/** The port that buildkitd's documentation uses. */
const usualPort = 1234;

/**
 * The addresses of `BUILDKIT_HOST`; where it is not set, the socket that buildkitd listens on when it is not told
 * otherwise, of the system or (for a user with a runtime directory) of the user.
 *
 * @throws `BUILDKIT_UNREACHABLE` for an address of another form.
 */
export async function buildKitAddresses(ctx: Context): Promise<readonly BuildKitAddress[]> {
  const written = (ctx.system.env['BUILDKIT_HOST'] ?? '').split(',').map((text) => text.trim());
  const addresses = written.filter((text) => text !== '').map(parseAddress);
  return addresses.length > 0 ? addresses : [parseAddress(`unix://${await usualSocket(ctx)}`)];
}

async function usualSocket(ctx: Context): Promise<string> {
  const own = join(ctx.system.env['XDG_RUNTIME_DIR'] ?? '', 'buildkit/buildkitd.sock');
  const isThere = own.startsWith('/') && (await ctx.system.files.stat(own)) !== undefined;
  return isThere ? own : '/run/buildkit/buildkitd.sock';
}

function parseAddress(text: string): BuildKitAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A kind of address without a usual port, so that a written one is never dropped.
  switch (url?.protocol) {
    case 'unix:':
      if (url.host === '' && url.pathname.startsWith('/'))
        return { kind: 'unix', text, path: decodeURIComponent(url.pathname) };
      break;
    case 'tcp:':
      if (url.hostname !== '' && url.pathname.length < 2) {
        const host = url.hostname.replace(/^\[|\]$/g, '');
        return { kind: 'tcp', text, host, port: Number(url.port) || usualPort };
      }
      break;
    case 'kube-pod:':
      return podAddress(text, url);
    default:
  }
  throw badAddress(text, 'it is none of tcp://HOST:PORT, unix:///PATH and kube-pod://POD');
}

/** Names of pods, namespaces and containers; a context may be called anything that is no flag. */
const kubernetesName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function podAddress(text: string, url: URL): BuildKitAddress {
  const parameter = (name: string): string => url.searchParams.get(name) ?? '';
  const pod = { pod: url.hostname, namespace: parameter('namespace'), container: parameter('container') };
  for (const [name, value] of Object.entries(pod)) {
    if ((name === 'pod' || value !== '') && !kubernetesName.test(value)) {
      throw badAddress(text, `"${value}" is no name of a ${name}`);
    }
  }
  return { kind: 'kube-pod', text, ...pod, context: parameter('context') };
}

function badAddress(text: string, problem: string): ToolError {
  // What stands before an `@` may be a password.
  const shown = text.replace(/\/\/.*@/, '//');
  return new ToolError('BUILDKIT_UNREACHABLE', `BUILDKIT_HOST is no address of a BuildKit: ${shown}: ${problem}`, {
    suggestions: [
      {
        code: 'CHECK_BUILDKIT_HOST',
        action: 'Write tcp://HOST:PORT, unix:///PATH or kube-pod://POD?namespace=NAMESPACE&context=CONTEXT',
      },
    ],
  });
}
