import type { Context } from '../../core/ports.ts';
import { filled } from '../filled.ts';
import type { ClusterDetails } from '../generated/types.ts';
import { currentKubeContext, type KubeOptions } from '../kube-context.ts';

/** Builds in the cluster: namespace of the current context, timeout, and names of secrets where there are any. */
export async function clusterDefaults(
  cluster: ClusterDetails,
  options: KubeOptions,
  ctx: Context,
): Promise<ClusterDetails> {
  const namespace = filled(cluster.namespace) ?? (await currentKubeContext(options, ctx)).namespace ?? 'default';
  const pulls = filled(cluster.pullSecretPath) !== undefined;
  const { dockerConfig } = cluster;
  const configSecret = filled(dockerConfig?.secretName) ?? named('docker-cfg', cluster.randomDockerConfigSecret, ctx);
  return {
    ...cluster,
    namespace,
    timeout: filled(cluster.timeout) ?? '20m',
    pullSecretMountPath: filled(cluster.pullSecretMountPath) ?? '/secret',
    ...(pulls
      ? { pullSecretName: filled(cluster.pullSecretName) ?? named('kaniko-secret', cluster.randomPullSecret, ctx) }
      : {}),
    ...(dockerConfig === undefined ? {} : { dockerConfig: { ...dockerConfig, secretName: configSecret } }),
  };
}

/** A secret's name, with 32 random hex digits behind it where asked for. */
function named(name: string, random: boolean | undefined, ctx: Context): string {
  return random === true ? `${name}${ctx.system.random.hex(16)}` : name;
}
