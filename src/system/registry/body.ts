import { ToolError } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/ports.ts';

/**
 * The whole body of a response.
 * @throws {ToolError} `REGISTRY_PROTOCOL` when it is longer than `limit` bytes; `what` names it in the error.
 */
export async function readBody(response: HttpResponse, limit: number, what: string): Promise<Uint8Array> {
  if (Number(response.headers['content-length'] ?? 0) > limit) {
    response.discard();
    throw tooLong(what, limit);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit) throw tooLong(what, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLong(what: string, limit: number): ToolError {
  return new ToolError('REGISTRY_PROTOCOL', `${what} is longer than ${limit} bytes, which no registry sends`);
}

/** JSON as an object, or undefined for anything else. */
export function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
