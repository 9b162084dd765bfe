import { type ErrorCode, ToolError } from '../../../core/errors.ts';
import type { ImageName } from '../../../core/names.ts';
import type { Context } from '../../../core/ports.ts';
import { parseDuration } from '../../../go/duration.ts';

/** The longest time a timer can wait for; a build that takes that long has no limit. */
const longest = 2 ** 31 - 1;

/**
 * Runs a build that is stopped after `build.cluster.timeout`.
 *
 * @param timeout as Go writes durations.
 * @throws `BUILD_USER_ERROR` when the time is over, and for a text that is no duration.
 */
export async function withTimeout<T>(
  timeout: string,
  image: ImageName,
  ctx: Context,
  build: (ctx: Context) => Promise<T>,
): Promise<T> {
  const duration = parseDuration(timeout);
  if (duration === undefined) throw noDuration(timeout);
  const limit = AbortSignal.timeout(Math.max(0, Math.min(Number(duration / 1_000_000n), longest)));
  try {
    return await build({ ...ctx, signal: AbortSignal.any([ctx.signal, limit]) });
  } catch (error) {
    const cancelled: ErrorCode = 'CANCELLED';
    const isOver = limit.aborted && !ctx.signal.aborted;
    if (!isOver || (error instanceof ToolError && error.code !== cancelled)) throw error;
    throw new ToolError('BUILD_USER_ERROR', `building "${image}" took longer than build.cluster.timeout, ${timeout}`, {
      cause: error,
      suggestions: [{ code: 'RAISE_TIMEOUT', action: 'Raise build.cluster.timeout, or keep a cache (kaniko.cache)' }],
    });
  }
}

function noDuration(timeout: string): ToolError {
  return new ToolError('BUILD_USER_ERROR', `build.cluster.timeout is "${timeout}", which is no duration`, {
    suggestions: [{ code: 'FIX_TIMEOUT', action: 'Write it with a unit, as in 20m or 1h30m' }],
  });
}
