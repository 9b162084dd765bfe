import { Duplex } from 'node:stream';
import type { Client } from '@grpc/grpc-js';
import { type BytesMessage, bytesMessage } from './control-messages.ts';
import type { Grpc } from './grpc.ts';
import type { SessionHeaders } from './session.ts';

/** The connection of a session within a call of the control service: bytes travel as messages (`Control/Session`). */
export function controlSession(client: Client, headers: SessionHeaders, grpc: Grpc): Duplex {
  const metadata = new grpc.Metadata();
  for (const [name, values] of Object.entries(headers)) for (const value of values) metadata.add(name, value);
  const call = client.makeBidiStreamRequest<BytesMessage, BytesMessage>(
    '/moby.buildkit.v1.Control/Session',
    (value) => bytesMessage.encode(value),
    (bytes) => bytesMessage.decode(bytes),
    metadata,
  );
  const connection = new Duplex({
    read: () => void call.resume(),
    write: (data: Uint8Array, _encoding, done) => void call.write({ data }, done),
    final: (done) => {
      call.end();
      done();
    },
    destroy: (error, done) => {
      call.cancel();
      done(error);
    },
  });
  call.on('data', ({ data }: BytesMessage) => {
    if (!connection.push(data)) call.pause();
  });
  call.on('end', () => connection.push(null));
  // A call that is cancelled, or breaks, ends the session; why is said by the build that used it.
  call.on('error', () => connection.destroy());
  return connection;
}
