/** BuildKits that run in a cluster, found by their label. */
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { PodAddress } from './address.ts';

/** Where to look for BuildKits. */
export interface BuildKitCluster {
  /** The Kubernetes context; empty leaves it to kubectl. */
  readonly kubeContext: string;
  /** `--kubeconfig`; undefined where it was not given. */
  readonly kubeconfig: string | undefined;
  /** At least one. */
  readonly namespaces: readonly string[];
}

/** The label of buildkitd's pods in BuildKit's own examples (moby/buildkit, `examples/kubernetes`). */
const label = 'app=buildkitd';
/** What their container is called there; a pod may have others beside it. */
const usualContainer = 'buildkitd';
/** How long the cluster may take to answer. */
const patience = '15s';

/**
 * The pods that are ready to build, sorted by namespace and name.
 *
 * @throws `BUILDKIT_UNREACHABLE` where there is none or the cluster does not answer, `COMMAND_NOT_FOUND` without kubectl.
 */
export async function buildKitPods(cluster: BuildKitCluster, ctx: Context): Promise<readonly PodAddress[]> {
  const found = await Promise.all(cluster.namespaces.map((namespace) => podsIn(namespace, cluster, ctx)));
  const pods = found.flat();
  if (pods.length > 0) return pods;
  const where = cluster.namespaces.map((namespace) => `"${namespace}"`).join(', ');
  throw noPod(cluster, `no pod that is ready has the label ${label} in namespace ${where}`);
}

async function podsIn(namespace: string, cluster: BuildKitCluster, ctx: Context): Promise<readonly PodAddress[]> {
  const { kubeContext, kubeconfig } = cluster;
  const args = [
    ...(kubeContext === '' ? [] : [`--context=${kubeContext}`]),
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    `--namespace=${namespace}`,
    `--request-timeout=${patience}`,
    ...['get', 'pods', `--selector=${label}`, '--output=json'],
  ];
  const { exitCode, stdout, stderr } = await ctx.system.exec.run('kubectl', args, { signal: ctx.signal });
  // What kubectl logs goes before what it has to say.
  const complaint = stderr.trim().split('\n').at(-1) || `exit status ${exitCode}`;
  if (exitCode !== 0) throw noPod(cluster, `kubectl get pods: ${complaint}`);
  return readyPods(podList(stdout, cluster))
    .map(({ name, containers }) => addressOf(name, containers, namespace, cluster))
    .sort((left, right) => (left.pod < right.pod ? -1 : 1));
}

/** What is read of a pod. */
interface Pod {
  readonly metadata?: { readonly name?: string; readonly deletionTimestamp?: string };
  readonly spec?: { readonly containers?: readonly { readonly name?: string }[] };
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
}

function podList(text: string, cluster: BuildKitCluster): readonly Pod[] {
  try {
    return (JSON.parse(text) as { readonly items?: readonly Pod[] }).items ?? [];
  } catch {
    throw noPod(cluster, 'kubectl get pods does not answer with JSON');
  }
}

function readyPods(pods: readonly Pod[]): readonly { readonly name: string; readonly containers: readonly string[] }[] {
  return pods.flatMap(({ metadata = {}, spec, status }) => {
    const isReady = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
    if (isReady !== true || metadata.name === undefined || metadata.deletionTimestamp !== undefined) return [];
    return [{ name: metadata.name, containers: (spec?.containers ?? []).flatMap((container) => container.name ?? []) }];
  });
}

function addressOf(
  pod: string,
  containers: readonly string[],
  namespace: string,
  { kubeContext, kubeconfig }: BuildKitCluster,
): PodAddress {
  const container = containers.length > 1 && containers.includes(usualContainer) ? usualContainer : '';
  const parameters = [
    `namespace=${namespace}`,
    ...(container === '' ? [] : [`container=${container}`]),
    ...(kubeContext === '' ? [] : [`context=${encodeURIComponent(kubeContext)}`]),
  ];
  const text = `kube-pod://${pod}?${parameters.join('&')}`;
  const place = { pod, namespace, container, context: kubeContext };
  return { kind: 'kube-pod', text, ...place, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
}

function noPod({ namespaces }: BuildKitCluster, problem: string): ToolError {
  const message = `build.cluster builds with a BuildKit in the cluster, and none was found: ${problem}`;
  return new ToolError('BUILDKIT_UNREACHABLE', message, {
    suggestions: [
      {
        code: 'CHECK_BUILDKIT_HOST',
        action: `Say where one is, as in BUILDKIT_HOST=kube-pod://POD?namespace=${namespaces[0]} or tcp://HOST:PORT`,
      },
      { code: 'START_BUILDKIT', action: `Run buildkitd in the cluster, in pods with the label ${label}` },
      { code: 'USE_EMBEDDED_ENGINE', action: 'Build on this machine: --engine=embedded or --engine=docker' },
    ],
  });
}
