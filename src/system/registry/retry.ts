import { type ErrorCode, ToolError, type ToolErrorDetails } from '../../core/errors.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { errnoOf } from '../file-errors.ts';

/** A failure that may be gone at the next try, and how long the registry asked us to wait. */
export class TemporaryError extends ToolError {
  readonly retryAfterMilliseconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ToolErrorDetails, retryAfterMilliseconds: number | undefined) {
    super(code, message, details);
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }
}

/** Timeout, too many requests, and what servers and proxies say when they or those behind them are in trouble. */
const temporaryStatuses = new Set([408, 429, 499, 500, 502, 503, 504, 522]);

/** Error codes of the distribution specification and of registries that mean "not now", or that content was spoilt on the way. */
const temporaryCodes = new Set([
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DIGEST_INVALID',
  'TOOMANYREQUESTS',
  'UNKNOWN',
  'UNAVAILABLE',
]);

const temporaryErrnos = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'IDLE_TIMEOUT',
  'EAI_AGAIN',
]);

export function isTemporaryAnswer(status: number, code: string | undefined): boolean {
  return temporaryStatuses.has(status) || (status >= 400 && code !== undefined && temporaryCodes.has(code));
}

/** Whether trying again can help. A host that is not there or not trusted will not be in a second either. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof TemporaryError) return true;
  return (
    error instanceof ToolError &&
    error.code === 'REGISTRY_UNREACHABLE' &&
    temporaryErrnos.has(errnoOf(error.cause) ?? '')
  );
}

const tries = 3;
const pauses: readonly number[] = [300, 1200];
/** No registry makes us wait longer than this, whatever it asks for. */
const longestPause = 30_000;

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const value = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(value) ? Math.max(0, value) : undefined;
}

export interface RetryParts {
  readonly clock: Clock;
  readonly random: Random;
}

/** Does something up to three times, as long as it fails with a temporary error. */
export async function retrying<T>(parts: RetryParts, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count >= tries || !isTemporary(error)) throw error;
      await pause(parts, error, count, signal);
    }
  }
}

/** Waits before try number `count` + 1: what the registry asked for, else longer each time, give or take a quarter. */
export async function pause(
  { clock, random }: RetryParts,
  error: unknown,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const asked = error instanceof TemporaryError ? error.retryAfterMilliseconds : undefined;
  const usual = (pauses[count - 1] ?? longestPause) * (0.75 + random.fraction() / 2);
  await clock.sleep(Math.min(Math.max(asked ?? 0, usual), longestPause), signal);
}

export { tries };
