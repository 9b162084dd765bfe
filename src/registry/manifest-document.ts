/** What a registry needs to know of a manifest: its type, what it refers to, and how it is listed as a referrer. */
import type { Digest } from '../core/names.ts';
import { isDigest } from '../image/digest.ts';
import { RegistryError } from './errors.ts';

const imageManifest = 'application/vnd.oci.image.manifest.v1+json';
const imageIndex = 'application/vnd.oci.image.index.v1+json';

/** The field without which a document of a well-known type cannot be used; such a document also has `schemaVersion` 2. */
const essentials: ReadonlyMap<string, string> = new Map([
  [imageManifest, 'config'],
  ['application/vnd.docker.distribution.manifest.v2+json', 'config'],
  [imageIndex, 'manifests'],
  ['application/vnd.docker.distribution.manifest.list.v2+json', 'manifests'],
]);

export interface ManifestDocument {
  readonly mediaType: string;
  /** Config and layers: blobs that make up the image. */
  readonly blobs: readonly Digest[];
  /** Entries of an index. */
  readonly manifests: readonly Digest[];
  readonly subject: Digest | undefined;
  /** For the referrers list: of an image manifest without one it is the config's media type. */
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a pushed manifest; anything that is not one is `MANIFEST_INVALID`. `contentType` is the request's header. */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined): ManifestDocument {
  const document = parseObject(bytes);
  const mediaType = mediaTypeOf(document, contentType);
  requireEssentials(document, mediaType);
  const config = optionalDescriptor(document, 'config');
  const layers = [...list(document, 'layers'), ...list(document, 'blobs')].map(descriptor);
  const blobs = config === undefined ? layers : [config, ...layers];
  const ownType = document['artifactType'];
  return {
    mediaType,
    blobs: blobs.filter((blob) => !isElsewhere(blob)).map(({ digest }) => digest),
    manifests: list(document, 'manifests').map((entry) => descriptor(entry).digest),
    subject: optionalDescriptor(document, 'subject')?.digest,
    artifactType: typeof ownType === 'string' && ownType !== '' ? ownType : config?.mediaType,
    annotations: annotationsOf(document),
  };
}

function parseObject(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('the manifest is not JSON');
  }
  if (!isObject(value)) throw invalid('the manifest is not a JSON object');
  return value;
}

/**
 * The type the manifest is kept and served with: the `Content-Type` without parameters, which must be what the
 * manifest says of itself. A client that sends none gets the manifest's own, or what its form suggests.
 */
function mediaTypeOf(document: JsonObject, contentType: string | undefined): string {
  const own = document['mediaType'];
  if (own !== undefined && typeof own !== 'string') throw invalid('"mediaType" is not a string');
  const sent = contentType?.split(';')[0]?.trim();
  const guess = document['manifests'] === undefined ? imageManifest : imageIndex;
  const mediaType = sent === undefined || sent === '' ? (own ?? guess) : sent;
  if (own !== undefined && own !== mediaType)
    throw invalid(`Content-Type is "${mediaType}" but the manifest says "${own}"`);
  if (!/^application\/[\w.+-]*\bjson$/i.test(mediaType))
    throw invalid(`"${mediaType}" is not the type of a JSON manifest`);
  return mediaType;
}

function requireEssentials(document: JsonObject, mediaType: string): void {
  const field = essentials.get(mediaType);
  if (field === undefined) return;
  if (document['schemaVersion'] !== 2) throw invalid('"schemaVersion" is not 2');
  if (document[field] === undefined) throw invalid(`the manifest has no "${field}"`);
}

interface BlobDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly urls: boolean;
}

function descriptor(value: unknown): BlobDescriptor {
  if (!isObject(value)) throw invalid('a descriptor is not a JSON object');
  const { mediaType, digest, size, urls } = value;
  if (typeof mediaType !== 'string') throw invalid('a descriptor has no "mediaType"');
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid('a descriptor has no sha256 or sha512 "digest"');
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw invalid(`the descriptor of ${digest} has no "size"`);
  return { mediaType, digest, urls: Array.isArray(urls) && urls.length > 0 };
}

/** Null counts as absent: encoders write it for what is not set. */
function optionalDescriptor(document: JsonObject, field: string): BlobDescriptor | undefined {
  const value = document[field] ?? undefined;
  return value === undefined ? undefined : descriptor(value);
}

/** Layers that are fetched from elsewhere and may not be pushed (image spec, layer.md "Non-Distributable Layers"). */
function isElsewhere({ mediaType, urls }: BlobDescriptor): boolean {
  return urls || /\.nondistributable\.|\.foreign\./.test(mediaType);
}

function list(document: JsonObject, field: string): readonly unknown[] {
  const value = document[field] ?? [];
  if (!Array.isArray(value)) throw invalid(`"${field}" is not a list`);
  return value;
}

function annotationsOf(document: JsonObject): Readonly<Record<string, string>> | undefined {
  const value = document['annotations'] ?? undefined;
  if (value === undefined) return undefined;
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    throw invalid('"annotations" is not a map of strings');
  }
  return value as Readonly<Record<string, string>>;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): RegistryError {
  return new RegistryError('MANIFEST_INVALID', message);
}
