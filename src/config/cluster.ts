import type { Context } from '../core/ports.ts';
import type { GlobalConfig } from './global-config.ts';
import type { KubeContext } from './kube-context.ts';
import { isMinikube } from './minikube.ts';

/** What kind of cluster images are for. */
export interface Cluster {
  /** Name of the Kubernetes context; empty without one. */
  readonly context: string;
  /** Whether the cluster runs on this machine and can see its images. */
  readonly local: boolean;
  /** Whether images are pushed when neither flag nor configuration says so. */
  readonly push: boolean;
  /** Whether images are loaded into the cluster's nodes (kind and k3d). */
  readonly loadImages: boolean;
}

/** What `clusterOf` may look at besides the context. */
export interface ClusterOptions {
  readonly detectMinikube: boolean;
  /** `--minikube-profile`: the cluster is local whatever its context says. */
  readonly minikubeProfile?: string;
}

/**
 * Decides whether the cluster is local, and so whether images are pushed or loaded by default (Skaffold's `GetCluster`).
 * Without a context, or with one that the kube config does not have, nothing is known and images are pushed.
 * Asks the `minikube` program only when nothing else decides.
 */
export async function clusterOf(
  kube: KubeContext,
  globalConfig: Pick<GlobalConfig, 'localCluster' | 'kindDisableLoad' | 'k3dDisableLoad'>,
  options: ClusterOptions,
  ctx: Context,
): Promise<Cluster> {
  const context = kube.name;
  const local = await isLocal(kube, globalConfig.localCluster, options, ctx);
  const kind = isKind(context);
  const k3d = isK3d(context);
  const loadDisabled = (kind && globalConfig.kindDisableLoad) || (k3d && globalConfig.k3dDisableLoad);
  return { context, local, push: !local || loadDisabled, loadImages: local && (kind || k3d) && !loadDisabled };
}

async function isLocal(
  kube: KubeContext,
  configured: boolean | undefined,
  options: ClusterOptions,
  ctx: Context,
): Promise<boolean> {
  if ((options.minikubeProfile ?? '') !== '') return true;
  if (configured !== undefined) return configured;
  const { name } = kube;
  if (['minikube', 'docker-for-desktop', 'docker-desktop'].includes(name) || isKind(name) || isK3d(name)) return true;
  return options.detectMinikube && kube.known && (await isMinikube(kube, ctx));
}

function isKind(context: string): boolean {
  return context.startsWith('kind-') || context.endsWith('@kind');
}

function isK3d(context: string): boolean {
  return context.startsWith('k3d-');
}
