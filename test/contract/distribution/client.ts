import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The body as JSON. */
  json<Value = unknown>(): Value;
  /** The `code` of each error in the body. */
  codes(): readonly string[];
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Send with `Transfer-Encoding: chunked`, in this many parts. */
  readonly parts?: number;
}

/** Speaks plain HTTP/1.1 to a registry: no redirects, no retries, headers as given. */
export interface Client {
  readonly base: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): void;
}

export function createClient(base: string, headers: Readonly<Record<string, string>> = {}): Client {
  const agent = new Agent({ keepAlive: true });
  return {
    base,
    call: (method, path, options = {}) =>
      send(agent, method, new URL(path, base), { ...options, headers: { ...headers, ...options.headers } }),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, method: string, url: URL, options: CallOptions): Promise<Answer> {
  const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
  const length = options.parts === undefined && body !== undefined ? { 'content-length': String(body.byteLength) } : {};
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, agent, headers: { ...length, ...options.headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve(answer(response.statusCode ?? 0, response.headers, Buffer.concat(parts))));
    });
    request.on('error', reject);
    for (const part of split(body ?? new Uint8Array(), options.parts ?? 1)) request.write(part);
    request.end();
  });
}

function split(body: Uint8Array, count: number): Uint8Array[] {
  const size = Math.max(1, Math.ceil(body.byteLength / count));
  return Array.from({ length: Math.ceil(body.byteLength / size) }, (_, at) =>
    body.subarray(at * size, (at + 1) * size),
  );
}

function answer(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
): Answer {
  const flat = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  const json = <Value>(): Value => JSON.parse(body.toString()) as Value;
  return {
    status,
    headers: Object.fromEntries(flat) as Record<string, string | undefined>,
    body,
    json,
    codes: () => json<{ errors: { code: string }[] }>().errors.map(({ code }) => code),
  };
}

export function sha(algorithm: 'sha256' | 'sha512', content: string | Uint8Array): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}
