/** Messages of BuildKit's control service (moby/buildkit, `api/services/control/control.proto`) and of its errors. */
import { bytes, type Codec, flag, integer, many, message, one, text, textMap, texts } from './protobuf.ts';

/** A piece of a byte stream that travels as messages. */
export interface BytesMessage {
  readonly data: Uint8Array;
}
export const bytesMessage: Codec<BytesMessage> = message({ data: bytes(1) });

export type Empty = Readonly<Record<never, never>>;
export const empty: Codec<Empty> = message({});

type Attributes = Readonly<Record<string, string>>;

/** Something with a type and attributes: an exporter, or a place where cache is taken from or kept. */
export interface TypedAttributes {
  readonly type: string;
  readonly attributes: Attributes;
}
const typedAttributes: Codec<TypedAttributes> = message({ type: text(1), attributes: textMap(2) });

interface CacheOptions {
  readonly exports: readonly TypedAttributes[];
  readonly imports: readonly TypedAttributes[];
}
const cacheOptions: Codec<CacheOptions> = message({
  exports: many(4, typedAttributes),
  imports: many(5, typedAttributes),
});

export interface SolveRequest {
  readonly ref: string;
  /** What BuildKit before 0.13 reads instead of `exporters`; later ones ignore it where `exporters` is set. */
  readonly oldExporter: string;
  readonly oldExporterAttributes: Attributes;
  readonly session: string;
  readonly frontend: string;
  readonly frontendAttributes: Attributes;
  readonly cache: CacheOptions | undefined;
  readonly entitlements: readonly string[];
  readonly exporters: readonly TypedAttributes[];
}
export const solveRequest: Codec<SolveRequest> = message({
  ref: text(1),
  oldExporter: text(3),
  oldExporterAttributes: textMap(4),
  session: text(5),
  frontend: text(6),
  frontendAttributes: textMap(7),
  cache: one(8, cacheOptions),
  entitlements: texts(9),
  exporters: many(13, typedAttributes),
});

export interface SolveResponse {
  /** `containerimage.digest` and others. */
  readonly exporterResponse: Attributes;
}
export const solveResponse: Codec<SolveResponse> = message({ exporterResponse: textMap(1) });

export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}
const timestamp: Codec<Timestamp> = message({ seconds: integer(1), nanos: integer(2) });

/** A step of a build. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: Timestamp | undefined;
  readonly completed: Timestamp | undefined;
  readonly error: string;
}
const vertex: Codec<Vertex> = message({
  digest: text(1),
  name: text(3),
  cached: flag(4),
  started: one(5, timestamp),
  completed: one(6, timestamp),
  error: text(7),
});

/** How far something within a step is, such as a transfer. */
export interface VertexStatus {
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  readonly completed: Timestamp | undefined;
}
const vertexStatus: Codec<VertexStatus> = message({
  id: text(1),
  vertex: text(2),
  current: integer(4),
  completed: one(8, timestamp),
});

/** What a step's command said. */
export interface VertexLog {
  readonly vertex: string;
  readonly content: Uint8Array;
}
const vertexLog: Codec<VertexLog> = message({ vertex: text(1), content: bytes(4) });

interface Range {
  readonly start: { readonly line: number } | undefined;
}
const range: Codec<Range> = message({ start: one(1, message({ line: integer(1) })) });

export interface VertexWarning {
  readonly short: Uint8Array;
  readonly url: string;
  readonly source: { readonly filename: string } | undefined;
  readonly ranges: readonly Range[];
}
const vertexWarning: Codec<VertexWarning> = message({
  short: bytes(3),
  url: text(5),
  source: one(6, message({ filename: text(1) })),
  ranges: many(7, range),
});

interface StatusRequest {
  readonly ref: string;
}
export const statusRequest: Codec<StatusRequest> = message({ ref: text(1) });

export interface StatusResponse {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly VertexWarning[];
}
export const statusResponse: Codec<StatusResponse> = message({
  vertexes: many(1, vertex),
  statuses: many(2, vertexStatus),
  logs: many(3, vertexLog),
  warnings: many(4, vertexWarning),
});

interface WorkerPlatform {
  readonly architecture: string;
  readonly os: string;
  readonly variant: string;
}
const workerPlatform: Codec<WorkerPlatform> = message({ architecture: text(1), os: text(2), variant: text(3) });

/** What a BuildKit builds with. */
export interface Worker {
  readonly labels: Attributes;
  readonly platforms: readonly WorkerPlatform[];
}
const worker: Codec<Worker> = message({ labels: textMap(2), platforms: many(3, workerPlatform) });

interface ListWorkersResponse {
  readonly workers: readonly Worker[];
}
export const listWorkersResponse: Codec<ListWorkersResponse> = message({ workers: many(1, worker) });

/** The `google.rpc.Status` that goes with an error. BuildKit's details are JSON; `type` names the message they stand for. */
interface StatusDetails {
  readonly details: readonly { readonly type: string; readonly value: Uint8Array }[];
}
export const statusDetails: Codec<StatusDetails> = message({
  details: many(3, message({ type: text(1), value: bytes(2) })),
});
