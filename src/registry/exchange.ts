import type { IncomingHttpRequest, OutgoingHttpResponse } from '../core/ports.ts';
import type { BlobStorage } from './blob-storage.ts';
import type { ManifestStorage } from './manifest-storage.ts';
import type { UploadStorage } from './upload-storage.ts';

/** One request, taken apart. */
export interface Exchange {
  readonly request: IncomingHttpRequest;
  /** The repository in the path, checked; empty for `/v2/` and `/v2/_catalog`. */
  readonly repository: string;
  /** The last part of the path: digest, tag or upload id, not checked; empty where the route has none. */
  readonly reference: string;
  readonly query: URLSearchParams;
}

/** What handlers work on. */
export interface Service {
  readonly blobs: BlobStorage;
  readonly uploads: UploadStorage;
  readonly manifests: ManifestStorage;
  /** The longest manifest accepted, in bytes. */
  readonly manifestLimit: number;
}

export type Handler = (exchange: Exchange, service: Service) => Promise<OutgoingHttpResponse>;
