/** A session: a connection on which the roles are changed, BuildKit calls the client for files, credentials and secrets. */
import type { Duplex } from 'node:stream';
import { channelOptions, type Grpc } from './grpc.ts';
import type { Service } from './services/service.ts';

/** The names of the headers that a session begins with (moby/buildkit, `session/session.go`). */
export type SessionHeaders = Readonly<Record<string, readonly string[]>>;

/** What a session is called and what it offers. */
export interface SessionOptions {
  readonly id: string;
  /** Sessions of one key share what was sent of directories of the same name. */
  readonly sharedKey: string;
  readonly services: readonly Service[];
}

export interface Session {
  readonly id: string;
  /** Ends every call under way and the connection. */
  close(): void;
}

/**
 * Opens a session over a connection that `open` makes.
 *
 * @param open sends the headers to BuildKit and gives the bytes both ways.
 */
export async function openSession(
  { id, sharedKey, services }: SessionOptions,
  open: (headers: SessionHeaders) => Promise<Duplex>,
  grpc: Grpc,
): Promise<Session> {
  const methods = services.flatMap((service) => Object.values(service.methods).map(({ path }) => path));
  const connection = await open({
    'x-docker-expose-session-uuid': [id],
    'x-docker-expose-session-sharedkey': [sharedKey],
    'x-docker-expose-session-grpc-method': methods,
  });
  connection.on('error', () => connection.destroy());
  const server = new grpc.Server(channelOptions);
  for (const service of services) server.addService(service.methods, service.handlers);
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  injector.injectConnection(connection);
  return {
    id,
    close: () => {
      injector.destroy();
      server.forceShutdown();
      connection.destroy();
    },
  };
}
