import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A service that the client offers within a session: BuildKit calls it while it builds. */
export interface Service {
  /** Each method's path is told to BuildKit when the session begins. */
  readonly methods: ServiceDefinition;
  /** By the names of `methods`. */
  readonly handlers: UntypedServiceImplementation;
}
