import { delimiter, join, relative, resolve } from 'node:path';
import type { Context } from '../core/ports.ts';
import type { KubeContext } from './kube-context.ts';

/** How long minikube may take to list its profiles. */
const deadlineMilliseconds = 30_000;

/**
 * Whether a context belongs to a minikube cluster under another name: its certificate authority lies in minikube's
 * directory, or its server is one of those `minikube profile list` names. False without `minikube` on PATH.
 */
export async function isMinikube(kube: KubeContext, ctx: Context): Promise<boolean> {
  if (!(await isOnPath('minikube', ctx))) return false;
  return hasMinikubeCertificate(kube, ctx) || (await hasMinikubeServer(kube, ctx));
}

async function isOnPath(program: string, { system }: Context): Promise<boolean> {
  for (const directory of (system.env['PATH'] ?? '').split(delimiter)) {
    if (directory === '') continue;
    const info = await system.files.stat(join(resolve(system.cwd, directory), program));
    if (info?.kind === 'file' && (info.mode & 0o111) !== 0) return true;
  }
  return false;
}

function hasMinikubeCertificate({ certificateAuthority }: KubeContext, { system }: Context): boolean {
  if (certificateAuthority === undefined) return false;
  const home = system.env['MINIKUBE_HOME'] ?? '';
  const directory = join(home === '' ? system.homeDirectory : home, '.minikube');
  const below = relative(directory, certificateAuthority);
  return below !== '' && !below.startsWith('..');
}

async function hasMinikubeServer({ server }: KubeContext, ctx: Context): Promise<boolean> {
  if (server === undefined || !URL.canParse(server)) return false;
  const result = await ctx.system.exec.run('minikube', ['profile', 'list', '-o', 'json'], {
    signal: ctx.signal,
    timeoutMilliseconds: deadlineMilliseconds,
  });
  const { hostname, port } = new URL(server);
  return minikubeServers(result.stdout).includes(`${hostname}:${port === '' ? '443' : port}`);
}

interface ProfileList {
  readonly valid?: readonly {
    readonly Config?: { readonly Nodes?: readonly { readonly IP?: string; readonly Port?: number }[] };
  }[];
}

/** `host:port` of every node of minikube's valid profiles; none when the answer is not what minikube prints. */
function minikubeServers(json: string): readonly string[] {
  try {
    const { valid = [] } = JSON.parse(json) as ProfileList;
    return valid.flatMap(({ Config }) => (Config?.Nodes ?? []).map(({ IP, Port }) => `${IP}:${Port}`));
  } catch {
    return [];
  }
}
