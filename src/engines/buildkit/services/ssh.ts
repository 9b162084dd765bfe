/** The caller's SSH agent for `RUN --mount=type=ssh` (moby/buildkit, `session/sshforward`). */
import { connect } from 'node:net';
import type { handleUnaryCall, ServerDuplexStream } from '@grpc/grpc-js';
import { type BytesMessage, bytesMessage, type Empty, empty } from '../control-messages.ts';
import { headerValues, method } from '../grpc.ts';
import { type ById, byId } from '../session-messages.ts';
import type { Service } from './service.ts';

const notFound = 5;

/** Forwards connections to agents. @param sockets paths of the agents' sockets by id. */
export function ssh(sockets: ReadonlyMap<string, string>): Service {
  const service = '/moby.sshforward.v1.SSH';
  const CheckAgent = method(`${service}/CheckAgent`, byId, empty);
  const ForwardAgent = method(`${service}/ForwardAgent`, bytesMessage, bytesMessage, {
    request: true,
    response: true,
  });
  const check: handleUnaryCall<ById, Empty> = ({ request }, answer) => {
    if (sockets.has(request.id || 'default')) answer(null, {});
    else answer({ code: notFound, details: `the build has no ssh ${request.id || 'default'}` });
  };
  const forward = (call: ServerDuplexStream<BytesMessage, BytesMessage>): void => {
    const path = sockets.get(headerValues(call.metadata, 'buildkit.ssh.id')[0] || 'default');
    if (path === undefined) call.emit('error', { code: notFound, details: 'the build has no such ssh' });
    else pipe(call, path);
  };
  return { methods: { CheckAgent, ForwardAgent }, handlers: { CheckAgent: check, ForwardAgent: forward } };
}

function pipe(call: ServerDuplexStream<BytesMessage, BytesMessage>, path: string): void {
  const socket = connect(path);
  call.on('data', ({ data }: BytesMessage) => void socket.write(data));
  call.on('end', () => socket.end());
  call.on('cancelled', () => socket.destroy());
  socket.on('data', (data) => void call.write({ data }));
  socket.on('end', () => call.end());
  socket.on('error', () => call.emit('error', { code: notFound, details: `no SSH agent answers at ${path}` }));
}
