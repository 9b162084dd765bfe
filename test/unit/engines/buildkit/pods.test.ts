import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Context } from '../../../../src/core/ports.ts';
import { podArguments } from '../../../../src/engines/buildkit/kube-pod.ts';
import { type BuildKitCluster, buildKitPods } from '../../../../src/engines/buildkit/pods.ts';
import { fakeExec } from '../../../support/fake-exec.ts';
import { fakeSystem } from '../../../support/fake-system.ts';

type Answer = { readonly stdout?: string; readonly stderr?: string; readonly exitCode?: number };

function contextWith(answer: (args: readonly string[]) => Answer): { readonly ctx: Context; readonly calls: string[] } {
  const calls: string[] = [];
  const exec = fakeExec({
    kubectl: (args) => {
      calls.push(args.join(' '));
      return answer(args);
    },
  });
  const system = { ...fakeSystem(), exec };
  return { ctx: { system, emit: () => undefined, signal: new AbortController().signal }, calls };
}

const pod = (name: string, ready = 'True', more: object = {}, containers = ['buildkitd']): object => ({
  metadata: { name, ...more },
  spec: { containers: containers.map((container) => ({ name: container })) },
  status: {
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: ready },
    ],
  },
});
const list = (...items: readonly object[]): Answer => ({ stdout: JSON.stringify({ kind: 'List', items }) });
const cluster: BuildKitCluster = { kubeContext: '', kubeconfig: undefined, namespaces: ['builds'] };

async function failureOf(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error;
  throw error;
}

describe('BuildKits of a cluster', () => {
  test('are pods that are ready and stay, sorted', async () => {
    const pods = list(
      pod('bk-1'),
      pod('bk-0', 'True', {}, ['istio-proxy', 'buildkitd']),
      pod('bk-2', 'False'),
      pod('bk-3', 'True', { deletionTimestamp: '2024-01-01T00:00:00Z' }),
      { metadata: { name: 'bk-4' } },
    );
    const { ctx, calls } = contextWith(() => pods);
    const found = await buildKitPods(cluster, ctx);
    expect(found.map(({ text }) => text)).toEqual([
      'kube-pod://bk-0?namespace=builds&container=buildkitd',
      'kube-pod://bk-1?namespace=builds',
    ]);
    expect(calls).toEqual(['--namespace=builds --request-timeout=15s get pods --selector=app=buildkitd --output=json']);
  });

  test('are looked for and entered with the context and kubeconfig that were given', async () => {
    const { ctx, calls } = contextWith((args) => list(pod(args.includes('--namespace=a') ? 'one' : 'two')));
    const place = { kubeContext: 'c/x', kubeconfig: '/k', namespaces: ['a', 'b'] };
    const found = await buildKitPods(place, ctx);
    expect(calls[1]).toMatch(/^--context=c\/x --kubeconfig=\/k --namespace=b /);
    expect(found.map((address) => podArguments(address).join(' '))).toEqual([
      '--context=c/x --kubeconfig=/k --namespace=a exec --stdin one -- buildctl dial-stdio',
      '--context=c/x --kubeconfig=/k --namespace=b exec --stdin two -- buildctl dial-stdio',
    ]);
  });

  test.each<readonly [string, Answer, string]>([
    ['there is none', list(), 'namespace "builds"'],
    ['none is ready', list(pod('a', 'False')), 'namespace "builds"'],
    ['kubectl fails', { exitCode: 1, stderr: 'E1 log\nno server\n' }, 'kubectl get pods: no server'],
    ['it says nothing', { exitCode: 3 }, 'exit status 3'],
    ['it answers with something else', { stdout: 'hello' }, 'JSON'],
  ])('%s', async (_name, answer, expected) => {
    const error = await failureOf(buildKitPods(cluster, contextWith(() => answer).ctx));
    expect([error.code, error.message]).toEqual(['BUILDKIT_UNREACHABLE', expect.stringContaining(expected)]);
    expect(error.suggestions[0]?.action).toContain('kube-pod://POD?namespace=builds');
  });

  test('need kubectl', async () => {
    const ctx = { system: fakeSystem(), emit: () => undefined, signal: new AbortController().signal };
    expect((await failureOf(buildKitPods(cluster, ctx))).code).toBe('COMMAND_NOT_FOUND');
  });
});
