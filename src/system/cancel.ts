import { setMaxListeners } from 'node:events';
import { ToolError } from '../core/errors.ts';

/** The error of an aborted operation: the signal's own reason when that is a `ToolError`, else a plain `CANCELLED`. */
export function cancelled(signal: AbortSignal): ToolError {
  if (signal.reason instanceof ToolError) return signal.reason;
  return new ToolError('CANCELLED', 'the run was stopped', { cause: signal.reason });
}

/** Throws {@link cancelled} when the signal has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

/**
 * Calls `stop` when the signal is aborted, at once when it already is. Returns what takes the listener away again.
 * One signal serves a whole run, so Node's warning about more than ten listeners is switched off for it.
 */
export function onAbort(signal: AbortSignal | undefined, stop: (reason: ToolError) => void): () => void {
  if (signal === undefined) return () => undefined;
  const listener = (): void => stop(cancelled(signal));
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
