/** A BuildKit in a pod, reached through `kubectl exec … buildctl dial-stdio`, as `buildctl` does for `kube-pod://`. */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { ToolError } from '../../core/errors.ts';
import type { Context } from '../../core/ports.ts';
import type { PodAddress } from './address.ts';

/** What is kept of what kubectl complains about. */
const longestComplaint = 2000;

/**
 * Starts `kubectl` and gives its standard input and output as a connection.
 *
 * @throws `COMMAND_NOT_FOUND` where there is no kubectl. One that ends with a complaint breaks the connection with it.
 */
export function dialPod(address: PodAddress, ctx: Context): Promise<Duplex> {
  const env = Object.fromEntries(Object.entries(ctx.system.env).filter((entry) => entry[1] !== undefined));
  const child = spawn('kubectl', podArguments(address), { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString('utf8')).slice(-longestComplaint);
  });
  // The end of kubectl's output is not told before kubectl has ended: only then is it known why.
  const connection = new Duplex({
    read: () => void child.stdout.resume(),
    write: (data: Uint8Array, _encoding, done) => void child.stdin.write(data, () => done()),
    final: (done) => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on('data', (data: Buffer) => {
    if (!connection.push(data)) child.stdout.pause();
  });
  // A kubectl that is gone takes no more input; its end says so too.
  child.stdin.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(notStarted(address, cause)));
    child.on('close', (code) => connection.destroy(ended(address, code, complaint)));
    child.on('spawn', () => resolve(connection));
  });
}

/** The arguments for kubectl. */
export function podArguments({ pod, context, namespace, container, kubeconfig }: PodAddress): readonly string[] {
  return [
    ...(context === '' ? [] : [`--context=${context}`]),
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(namespace === '' ? [] : [`--namespace=${namespace}`]),
    'exec',
    ...(container === '' ? [] : [`--container=${container}`]),
    '--stdin',
    pod,
    '--',
    'buildctl',
    'dial-stdio',
  ];
}

function notStarted({ text }: PodAddress, cause: Error): ToolError {
  return new ToolError('COMMAND_NOT_FOUND', `${text} is reached with kubectl, which cannot be started`, {
    cause,
    suggestions: [{ code: 'INSTALL_KUBECTL', action: 'Install kubectl, or reach BuildKit over tcp://' }],
  });
}

function ended({ text }: PodAddress, code: number | null, complaint: string): ToolError {
  const why = complaint.trim() === '' ? `kubectl ended with ${code ?? 'a signal'}` : complaint.trim();
  return new ToolError('BUILDKIT_UNREACHABLE', `no BuildKit answers at ${text}: ${why}`, {
    suggestions: [
      {
        code: 'CHECK_BUILDKIT_POD',
        action: 'Check that the pod runs, has buildctl, and may be entered with kubectl exec',
      },
    ],
  });
}
