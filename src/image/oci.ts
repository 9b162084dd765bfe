/**
 * Documents of the OCI image specification 1.1 (and Docker's schema 2, which it grew from): manifests, indexes, configs.
 * Field names are the specification's own, so a parsed document is used as it is.
 */
import { ToolError } from '../core/errors.ts';
import type { Digest, Platform } from '../core/names.ts';
import type { Descriptor } from '../core/ports.ts';

/** Media types of documents and layers (OCI media-types.md; Docker's `image/spec` for the `vnd.docker` ones). */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerPlain: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerLayerPlain: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerForeignLayer: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
} as const;

/** An image manifest (OCI manifest.md; Docker schema 2 differs in media types only). */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image index or Docker manifest list: one image for several platforms. */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
}

/** One step of an image's history (OCI config.md, `history`). */
export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** Docker's `Healthcheck`; times in nanoseconds. */
interface Healthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** The execution parameters of an image (OCI config.md, `config`, with Docker's extensions). */
export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Healthcheck?: Healthcheck;
  readonly ArgsEscaped?: boolean;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly OnBuild?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly StopSignal?: string;
  readonly Shell?: readonly string[];
}

/** An image config document (OCI config.md). */
export interface ImageDocument {
  readonly created?: string;
  readonly author?: string;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly config?: ContainerConfig;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly Digest[] };
  readonly history?: readonly HistoryEntry[];
}

/** Whether a media type names an index or manifest list. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerManifestList;
}

/**
 * Reads an image manifest.
 *
 * @param what Names the document in errors, such as a reference.
 * @throws {ToolError} `REGISTRY_PROTOCOL` when it is not one.
 */
export function parseManifest(bytes: Uint8Array, what: string): ImageManifest {
  const document = parseJson(bytes, what) as Partial<ImageManifest> | null;
  if (!isDescriptor(document?.config) || !Array.isArray(document.layers) || !document.layers.every(isDescriptor)) {
    throw malformed(what, 'is not an image manifest with a config and layers');
  }
  return document as ImageManifest;
}

/**
 * Reads an index or manifest list.
 *
 * @throws {ToolError} `REGISTRY_PROTOCOL` when it is not one.
 */
export function parseIndex(bytes: Uint8Array, what: string): ImageIndex {
  const document = parseJson(bytes, what) as Partial<ImageIndex> | null;
  if (!Array.isArray(document?.manifests) || !document.manifests.every(isDescriptor)) {
    throw malformed(what, 'is not an image index');
  }
  return document as ImageIndex;
}

/**
 * Reads an image config document.
 *
 * @throws {ToolError} `REGISTRY_PROTOCOL` when it is not one.
 */
export function parseImageDocument(bytes: Uint8Array, what: string): ImageDocument {
  const document = parseJson(bytes, what) as Partial<ImageDocument> | null;
  // Docker leaves the list out of an image without layers.
  const diffIds = document?.rootfs?.diff_ids ?? [];
  if (document?.rootfs?.type !== 'layers' || !Array.isArray(diffIds)) {
    throw malformed(what, 'is not an image config with a rootfs');
  }
  const { architecture = '', os = '' } = document;
  return { ...document, architecture, os, rootfs: { type: 'layers', diff_ids: diffIds } };
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw malformed(what, 'is not JSON', cause);
  }
}

function isDescriptor(value: unknown): value is Descriptor {
  const descriptor = value as Partial<Descriptor> | null | undefined;
  return typeof descriptor?.digest === 'string' && typeof descriptor.size === 'number';
}

function malformed(what: string, problem: string, cause?: unknown): ToolError {
  return new ToolError('REGISTRY_PROTOCOL', `${what} ${problem}`, {
    cause,
    suggestions: [{ code: 'CHECK_IMAGE', action: 'Check that the reference names a container image' }],
  });
}

/** A document as the bytes that are stored, hashed and sent. */
export function encodeJson(document: object): Uint8Array {
  return Buffer.from(JSON.stringify(document), 'utf8');
}

/**
 * The manifests of an index that are images for a platform: the variant asked for first, then those without one,
 * then any (OCI image-index.md leaves the choice to the client; containerd prefers the closest variant).
 */
export function chooseManifest(index: ImageIndex, wanted: Platform): Descriptor | undefined {
  const candidates = index.manifests.filter(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  );
  return [...candidates].sort((a, b) => variantRank(a, wanted) - variantRank(b, wanted))[0];
}

/** What a variant stands for when none is written. */
const implicitVariants: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

function variantRank({ platform }: Descriptor, wanted: Platform): number {
  const implicit = implicitVariants[wanted.architecture] ?? '';
  const [have, want] = [platform?.variant ?? implicit, wanted.variant ?? implicit];
  if (have === want) return 0;
  // An older variant runs on a newer processor, not the other way round.
  return have < want ? 1 + rankOf(want) - rankOf(have) : 100 + rankOf(have);
}

function rankOf(variant: string): number {
  return Number(/^v(\d+)/.exec(variant)?.[1] ?? 0);
}
