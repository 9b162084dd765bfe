import type { OutgoingHttpResponse } from '../core/ports.ts';

type Headers = Readonly<Record<string, string>>;

/** A response with a JSON body, unless `headers` say that it is JSON of another type. */
export function json(status: number, value: unknown, headers: Headers = {}): OutgoingHttpResponse {
  return bytes(status, new TextEncoder().encode(JSON.stringify(value)), {
    'content-type': 'application/json',
    ...headers,
  });
}

export function bytes(status: number, body: Uint8Array, headers: Headers): OutgoingHttpResponse {
  return { status, headers: { ...headers, 'content-length': String(body.byteLength) }, body };
}

/** A response without a body. 204 must not carry a length (RFC 9110, 8.6). */
export function empty(status: number, headers: Headers = {}): OutgoingHttpResponse {
  return { status, headers: status === 204 ? headers : { 'content-length': '0', ...headers } };
}
