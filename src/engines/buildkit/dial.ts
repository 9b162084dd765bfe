import { connect as connectSocket } from 'node:net';
import type { Context } from '../../core/ports.ts';
import { unreachableReason } from '../connection-problems.ts';
import type { BuildKitAddress } from './address.ts';
import { startBridge } from './bridge.ts';
import { type BuildKitConnection, type ConnectionOptions, connect, unreachable } from './connection.ts';
import { type Grpc, loadGrpc } from './grpc.ts';
import { dialPod } from './kube-pod.ts';
import { type BuildKitTls, buildKitTls } from './tls.ts';

/** Milliseconds to wait for an answer; entering a pod takes a while. */
const patience = { near: 10_000, pod: 30_000 };

/**
 * Connects to a BuildKit.
 *
 * @throws `BUILDKIT_UNREACHABLE` naming the address, `COMMAND_NOT_FOUND` where there is no kubectl for a pod.
 */
export async function dial(address: BuildKitAddress, ctx: Context): Promise<BuildKitConnection> {
  const [grpc, options] = await Promise.all([loadGrpc(), optionsFor(address, ctx), knock(address)]);
  return connect(options(grpc), address.kind === 'kube-pod' ? patience.pod : patience.near, grpc);
}

/** Tries the address first: gRPC tells what is wrong with it in a text that is not for people. */
async function knock(address: BuildKitAddress): Promise<void> {
  if (address.kind === 'kube-pod') return;
  const { text } = address;
  const target = address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
  await new Promise<void>((resolve, reject) => {
    const socket = connectSocket({ ...target, timeout: patience.near });
    const giveUp = (reason: string, cause?: Error): void => {
      socket.destroy();
      reject(unreachable(text, reason, cause));
    };
    socket.on('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.on('timeout', () => giveUp('it does not answer in time'));
    socket.on('error', (error) => giveUp(unreachableReason(error), error));
  });
}

async function optionsFor(address: BuildKitAddress, ctx: Context): Promise<(grpc: Grpc) => ConnectionOptions> {
  const { text } = address;
  switch (address.kind) {
    case 'unix':
      return (grpc) => ({
        address: text,
        target: `unix:${address.path}`,
        credentials: grpc.credentials.createInsecure(),
      });
    case 'tcp': {
      const tls = await buildKitTls(ctx);
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      const isPlain = tls === undefined && !isLoopback(address.host);
      return (grpc) => ({ address: text, isPlain, target: `${host}:${address.port}`, ...secured(tls, grpc) });
    }
    case 'kube-pod': {
      const bridge = await startBridge(() => dialPod(address, ctx), ctx);
      return (grpc) => ({
        address: text,
        target: bridge.target,
        credentials: grpc.credentials.createInsecure(),
        problem: bridge.problem,
        onClose: bridge.close,
      });
    }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host);
}

function secured(tls: BuildKitTls | undefined, grpc: Grpc): Pick<ConnectionOptions, 'credentials' | 'options'> {
  if (tls === undefined) return { credentials: grpc.credentials.createInsecure() };
  const { ca = null, key = null, cert = null, serverName } = tls;
  const credentials = grpc.credentials.createSsl(ca, key, cert);
  if (serverName === undefined) return { credentials };
  return {
    credentials,
    options: { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName },
  };
}
