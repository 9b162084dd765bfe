import { ToolError } from '../core/errors.ts';

/** The error of a stopped run. */
export function cancelled(signal: AbortSignal): ToolError {
  if (signal.reason instanceof ToolError) return signal.reason;
  return new ToolError('CANCELLED', 'the run was stopped', { cause: signal.reason });
}
