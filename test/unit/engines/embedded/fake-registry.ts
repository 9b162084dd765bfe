import { createHash } from 'node:crypto';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Digest, ImageReference } from '../../../../src/core/names.ts';
import type { FetchedManifest, RegistryClient } from '../../../../src/core/ports.ts';

/** A registry in memory that counts what it is asked. */
export interface FakeRegistry extends RegistryClient {
  /** `repository digest` → bytes. */
  readonly blobs: Map<string, Uint8Array>;
  /** `repository reference` → manifest. */
  readonly manifests: Map<string, FetchedManifest>;
  readonly calls: string[];
  isReachable: boolean;
}

const hash = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Makes an empty registry; all hosts lead to it. */
export function fakeRegistry(): FakeRegistry {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, FetchedManifest>();
  const calls: string[] = [];
  const repo = ({ registry, repository }: { registry: string; repository: string }): string =>
    `${registry}/${repository}`;
  const keyOf = (reference: ImageReference): string =>
    `${repo(reference)} ${reference.digest ?? reference.tag ?? 'latest'}`;
  const called = (call: string): void => {
    calls.push(call);
    if (!fake.isReachable) throw new ToolError('REGISTRY_UNREACHABLE', 'the registry cannot be reached');
  };
  const fake: FakeRegistry = {
    blobs,
    manifests,
    calls,
    isReachable: true,
    resolve: async (reference) => {
      called(`resolve ${keyOf(reference)}`);
      return manifests.get(keyOf(reference))?.descriptor;
    },
    manifest: async (reference) => {
      called(`manifest ${keyOf(reference)}`);
      const found = manifests.get(keyOf(reference));
      if (found === undefined) throw new ToolError('REGISTRY_NOT_FOUND', `no ${keyOf(reference)}`);
      return found;
    },
    blob: async function* (repository, digest) {
      called(`blob ${repo(repository)} ${digest}`);
      const bytes = blobs.get(`${repo(repository)} ${digest}`);
      if (bytes === undefined) throw new ToolError('REGISTRY_NOT_FOUND', `no blob ${digest}`);
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
    hasBlob: async (repository, digest) => {
      called(`hasBlob ${digest}`);
      return blobs.has(`${repo(repository)} ${digest}`);
    },
    pushBlob: async (repository, { digest, size }, open, { mountFrom }) => {
      called(`pushBlob ${repo(repository)} ${digest}`);
      const key = `${repo(repository)} ${digest}`;
      if (blobs.has(key)) return 'exists';
      for (const other of mountFrom ?? []) {
        const bytes = blobs.get(`${repository.registry}/${other} ${digest}`);
        if (bytes === undefined) continue;
        blobs.set(key, bytes);
        return 'mounted';
      }
      const pieces: Uint8Array[] = [];
      for await (const piece of open()) pieces.push(Buffer.from(piece));
      const bytes = Buffer.concat(pieces);
      if (hash(bytes) !== digest || bytes.length !== size)
        throw new ToolError('DIGEST_MISMATCH', `upload of ${digest}`);
      blobs.set(key, bytes);
      return 'uploaded';
    },
    pushManifest: async (reference, mediaType, bytes) => {
      called(`pushManifest ${keyOf(reference)}`);
      const digest = hash(bytes);
      const { config, layers = [] } = JSON.parse(Buffer.from(bytes).toString()) as {
        config?: { digest: string };
        layers?: { digest: string }[];
      };
      for (const part of config === undefined ? [] : [config, ...layers]) {
        if (!blobs.has(`${repo(reference)} ${part.digest}`))
          throw new ToolError('REGISTRY_PROTOCOL', `missing ${part.digest}`);
      }
      const fetched = { descriptor: { mediaType, digest, size: bytes.length }, bytes };
      for (const name of [reference.tag, digest])
        if (name !== undefined) manifests.set(`${repo(reference)} ${name}`, fetched);
      return digest;
    },
    referrers: async () => [],
    tags: async () => [],
    deleteManifest: async () => undefined,
    close: () => undefined,
  };
  return fake;
}
