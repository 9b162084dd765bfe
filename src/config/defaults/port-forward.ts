import { filled } from '../filled.ts';
import type { PortForwardResource } from '../generated/types.ts';

/** The local end of a forwarded port: the same number, on the loopback address. */
export function portForwardDefaults(forward: PortForwardResource): PortForwardResource {
  const { port, localPort } = forward;
  const same = typeof port === 'number' && (localPort ?? 0) === 0 ? { localPort: port } : {};
  return { ...forward, ...same, address: filled(forward.address) ?? '127.0.0.1' };
}
