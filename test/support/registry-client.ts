import { onTestFinished } from 'vitest';
import type { Digest, ImageReference } from '../../src/core/names.ts';
import type { Credentials, RegistryClient, RegistryCredential } from '../../src/core/ports.ts';
import { createHttpClient } from '../../src/system/http.ts';
import { createRegistryClient } from '../../src/system/registry/client.ts';
import { type FakeClock, fakeClock, fakeCredentials, fakeRandom } from './fake-system.ts';
import { type FaultRegistry, type FaultRegistryOptions, startFaultRegistry } from './fault-registry.ts';
import { sha256 } from './memory-registry.ts';

export const signal: AbortSignal = new AbortController().signal;

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

export interface TestClient {
  readonly client: Omit<RegistryClient, 'close'>;
  /** Its sleeps are the pauses between tries. */
  readonly clock: FakeClock;
}

export interface TestClientOptions {
  readonly credentials?: Readonly<Record<string, RegistryCredential>> | Credentials;
  readonly insecure?: readonly string[];
  readonly idle?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real client over real sockets, with a clock that does not wait. */
export function testClient(options: TestClientOptions = {}): TestClient {
  const http = createHttpClient(options.env ?? {});
  onTestFinished(() => http.close());
  const clock = fakeClock();
  const { credentials = {}, insecure = [], idle } = options;
  const known =
    typeof credentials['get'] === 'function'
      ? (credentials as Credentials)
      : fakeCredentials(credentials as Record<string, RegistryCredential>);
  const parts = { http, credentials: known, clock, random: fakeRandom(), insecureRegistries: insecure };
  return {
    client: createRegistryClient(idle === undefined ? parts : { ...parts, idleTimeoutMilliseconds: idle }),
    clock,
  };
}

/** A registry for one test. */
export async function faultRegistry(options: FaultRegistryOptions = {}): Promise<FaultRegistry> {
  const registry = await startFaultRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

/** `repository`, `repository:tag` or `repository@digest` in a registry. */
export function at(registry: string | FaultRegistry, text: string): ImageReference {
  const host = typeof registry === 'string' ? registry : registry.address;
  const [, repository = '', tag, digest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(text) ?? [];
  return {
    name: `${host}/${repository}`,
    registry: host,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

/** A manifest of no layers; `note` makes it another one. */
export function manifestBytes(note = ''): Buffer {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256('{}'), size: 2 };
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config, layers: [], annotations: { note } }),
  );
}

export function putManifest(
  registry: FaultRegistry,
  repository: string,
  tag: string,
  bytes: Buffer = manifestBytes(),
  type: string = ociManifest,
): Digest {
  const stored = { type, bytes };
  registry.memory.manifests.set(`${repository}:${tag}`, stored);
  registry.memory.manifests.set(`${repository}@${sha256(bytes)}`, stored);
  return sha256(bytes);
}

export function putBlob(registry: FaultRegistry, repository: string, content: Buffer): Digest {
  registry.memory.blobs.set(`${repository}@${sha256(content)}`, content);
  return sha256(content);
}

/** Opens a content again and again, and counts how often. */
export function content(
  bytes: Uint8Array,
  chunkSize: number = 64 * 1024,
): { readonly open: () => AsyncIterable<Uint8Array>; opened(): number } {
  let opened = 0;
  return {
    opened: () => opened,
    open: async function* () {
      opened++;
      for (let start = 0; start < bytes.length; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
    },
  };
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
