import { ToolError } from '../core/errors.ts';
import type { OutgoingHttpResponse } from '../core/ports.ts';
import { json } from './responses.ts';

/** The codes of the distribution spec ("Error Codes"), each with the status it usually goes with. */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
} as const;

export type RegistryErrorCode = keyof typeof statuses;

export interface RegistryErrorDetails {
  /** Overrides the code's usual status. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the `detail` field of the error body holds, such as the digests that are missing. */
  readonly detail?: unknown;
}

/** A request that is answered with an error: thrown anywhere while it is handled, turned into a response in one place. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: unknown;

  constructor(code: RegistryErrorCode, message: string, details: RegistryErrorDetails = {}) {
    super(message);
    this.code = code;
    this.status = details.status ?? statuses[code];
    this.headers = details.headers ?? {};
    this.detail = details.detail;
  }
}

/** The client went away (or broke HTTP) before its request was complete; nobody reads the answer any more. */
export class RequestCut extends Error {
  override readonly name = 'RequestCut';
}

/**
 * The response for whatever a handler threw. Failures of our own side become a 5xx without any detail: paths of this
 * machine are nobody's business. A full disk is 507, so that clients do not retry it as they retry 500 and 503.
 */
export function errorResponse(error: unknown): OutgoingHttpResponse {
  if (error instanceof RegistryError) {
    const { code, message, detail } = error;
    return json(
      error.status,
      { errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] },
      error.headers,
    );
  }
  if (error instanceof RequestCut)
    return problem(400, 'BLOB_UPLOAD_INVALID', 'the request ended before its body was complete');
  const full = error instanceof ToolError && error.code === 'DISK_FULL';
  return full ? problem(507, 'UNKNOWN', 'the disk of the registry is full') : problem(500, 'UNKNOWN', 'internal error');
}

function problem(status: number, code: string, message: string): OutgoingHttpResponse {
  return json(status, { errors: [{ code, message }] });
}
