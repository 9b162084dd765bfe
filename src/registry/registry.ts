import type { Clock, Files, IncomingHttpRequest, OutgoingHttpResponse, Random } from '../core/ports.ts';
import { authorize, type Users } from './auth.ts';
import { blobStorage } from './blob-storage.ts';
import { cleanUp } from './cleanup.ts';
import { errorResponse, RegistryError, RequestCut } from './errors.ts';
import type { Service } from './exchange.ts';
import { exclusive, storeFiles } from './files.ts';
import { layoutOf } from './layout.ts';
import { manifestStorage } from './manifest-storage.ts';
import { dispatch } from './routes.ts';
import { uploadStorage } from './upload-storage.ts';

export interface RegistryOptions {
  /** Absolute path of the directory to keep everything in; it is created. */
  readonly store: string;
  /** Who may use the registry; without it, everybody. */
  readonly users?: Users;
  /** The longest manifest accepted, in bytes; 4 MiB, which every registry has to accept. */
  readonly manifestLimit?: number;
  /** Uploads without any progress for this long are removed; an hour. */
  readonly uploadTimeoutMilliseconds?: number;
  /** Told of every failure of our own side. */
  readonly onError?: (error: unknown, request: IncomingHttpRequest) => void;
}

export interface RegistryPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
}

/** A registry as a function from requests to responses. */
export interface Registry {
  /** Never rejects: failures become responses with the specification's error body. */
  handle(request: IncomingHttpRequest): Promise<OutgoingHttpResponse>;
  /** Waits for background work; no request may come after it. */
  close(): Promise<void>;
}

const hour = 60 * 60 * 1000;
const defaultManifestLimit = 4 * 1024 * 1024;

/**
 * A registry of the OCI distribution specification 1.1 over a directory. The directory may be served again after any
 * kind of end; several processes may read it at once, and one should write.
 */
export async function createRegistry(options: RegistryOptions, ports: RegistryPorts): Promise<Registry> {
  const layout = layoutOf(options.store);
  const files = storeFiles(ports.files, layout.temporary);
  await files.mkdir(layout.temporary);
  const blobs = blobStorage(layout, files, exclusive());
  const uploads = uploadStorage(layout, files, blobs, ports.random);
  const service: Service = {
    blobs,
    uploads,
    manifests: manifestStorage(layout, files),
    manifestLimit: options.manifestLimit ?? defaultManifestLimit,
  };
  const timeout = options.uploadTimeoutMilliseconds ?? hour;
  const cleaning = periodically(ports.clock, timeout, () =>
    cleanUp(layout, files, { uploads, blobs }, ports.clock.now().getTime() - timeout),
  );
  cleaning.touch();
  return {
    handle: async (request) => {
      cleaning.touch();
      return withCommonHeaders(await answer(request, service, options));
    },
    close: cleaning.settled,
  };
}

async function answer(
  request: IncomingHttpRequest,
  service: Service,
  options: RegistryOptions,
): Promise<OutgoingHttpResponse> {
  try {
    if (options.users !== undefined) authorize(request, options.users);
    return await dispatch(request, service);
  } catch (error) {
    if (!(error instanceof RegistryError) && !(error instanceof RequestCut)) options.onError?.(error, request);
    return errorResponse(error);
  }
}

function withCommonHeaders(response: OutgoingHttpResponse): OutgoingHttpResponse {
  const headers = { 'docker-distribution-api-version': 'registry/2.0', 'x-content-type-options': 'nosniff' };
  return { ...response, headers: { ...headers, ...response.headers } };
}

/** Runs work now and then: at the first touch, and at any later one that comes `interval` milliseconds after the last run. */
function periodically(
  clock: Clock,
  interval: number,
  work: () => Promise<void>,
): { touch(): void; settled(): Promise<void> } {
  let due = Number.NEGATIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();
  return {
    touch: () => {
      if (clock.monotonic() < due) return;
      due = clock.monotonic() + interval;
      // What cannot be removed now is tried again next time; it only takes up space.
      running = running.then(work).catch(() => undefined);
    },
    settled: () => running,
  };
}
