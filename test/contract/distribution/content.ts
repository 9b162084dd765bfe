import { expect } from 'vitest';
import { type Client, sha } from './client.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const dockerManifestType = 'application/vnd.docker.distribution.manifest.v2+json';
export const configType = 'application/vnd.oci.image.config.v1+json';
export const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** A digest that nothing has. */
export const nowhere: string = `sha256:${'0'.repeat(64)}`;

let counter = 0;

/** A repository that no other test uses. */
export function freshRepository(): string {
  return `contract/repository-${process.pid}-${counter++}`;
}

/** Content that no other test has, so that nothing is there before it is pushed. */
export function freshContent(size = 64): Buffer {
  const seed = Buffer.from(`content ${process.pid} ${counter++} `);
  return Buffer.alloc(size, seed);
}

export interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export function describe(mediaType: string, content: Uint8Array): Described {
  return { mediaType, digest: sha('sha256', content), size: content.byteLength };
}

/** Starts an upload and returns its location. */
export async function startUpload(client: Client, repository: string, query = ''): Promise<string> {
  const started = await client.call('POST', `/v2/${repository}/blobs/uploads/${query}`, {
    headers: { 'content-length': '0' },
  });
  expect(started.status).toBe(202);
  return started.headers['location'] ?? '';
}

/** Adds query parameters to a location, which may have some already. */
export function withQuery(client: Client, location: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(location, client.base);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
  return url.pathname + url.search;
}

const binary = { 'content-type': 'application/octet-stream' };

/** Pushes a blob with POST and PUT and returns its digest. */
export async function pushBlob(client: Client, repository: string, content: Uint8Array): Promise<string> {
  const digest = sha('sha256', content);
  const target = withQuery(client, await startUpload(client, repository), { digest });
  const put = await client.call('PUT', target, { body: content, headers: binary });
  expect(put.status).toBe(201);
  return digest;
}

export interface ManifestOptions {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly subject?: Described;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image manifest of one layer whose blobs are in the repository. */
export async function imageWithBlobs(
  client: Client,
  repository: string,
  options: ManifestOptions = {},
): Promise<Buffer> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', made: freshContent().toString() }));
  const layer = freshContent();
  await pushBlob(client, repository, config);
  await pushBlob(client, repository, layer);
  return manifestOf(describe(configType, config), [describe(layerType, layer)], options);
}

export function manifestOf(config: Described, layers: readonly Described[], options: ManifestOptions = {}): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, ...options, config, layers }));
}

export function indexOf(manifests: readonly Described[], options: ManifestOptions = {}): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, ...options, manifests }));
}

/** Puts a manifest that must be accepted; returns its sha256 digest. */
export async function putManifest(
  client: Client,
  repository: string,
  reference: string,
  body: Uint8Array,
  type: string = manifestType,
): Promise<string> {
  const put = await client.call('PUT', `/v2/${repository}/manifests/${reference}`, {
    body,
    headers: { 'content-type': type },
  });
  expect(put.status, put.body.toString()).toBe(201);
  return sha('sha256', body);
}

/** Pushes a complete image under a tag; returns the manifest. */
export async function pushImage(
  client: Client,
  repository: string,
  tag: string,
  options: ManifestOptions = {},
): Promise<Buffer> {
  const manifest = await imageWithBlobs(client, repository, options);
  await putManifest(client, repository, tag, manifest);
  return manifest;
}
