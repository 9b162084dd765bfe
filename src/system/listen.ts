import type { Listen } from '../core/ports.ts';

/** Server sockets of this machine. `node:http` is loaded when the first one is opened. */
export const listen: Listen = {
  http: async (address, handle) => (await import('./http-server.ts')).openHttpServer(address, handle),
};
