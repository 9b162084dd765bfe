/** What the first use of the network loads, in one go: one file of the bundle instead of a handful of small ones. */
export { createHttpClient } from './http.ts';
export { createRegistryClient } from './registry/client.ts';
