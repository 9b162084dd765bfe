import type { Clock, Credentials, Http, Random } from '../../core/ports.ts';

/** What the registry client is made of. */
export interface RegistryParts {
  readonly http: Http;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  /** Hosts that may be spoken to in plain HTTP, or in TLS without verification. */
  readonly insecureRegistries: readonly string[];
  /** Longest silence of a registry in milliseconds, where the HTTP client's own is not wanted. */
  readonly idleTimeoutMilliseconds?: number;
}

/** The idle timeout as an option of a request. */
export function idleTimeout(parts: RegistryParts): { readonly idleTimeoutMilliseconds?: number } {
  const { idleTimeoutMilliseconds } = parts;
  return idleTimeoutMilliseconds === undefined ? {} : { idleTimeoutMilliseconds };
}
