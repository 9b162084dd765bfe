import type { Clock } from '../core/ports.ts';
import { onAbort } from './cancel.ts';

/** The machine's clock. `sleep` ends with `CANCELLED` when its signal is aborted. */
export const clock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep,
};

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      dismiss();
      resolve();
    }, milliseconds);
    const dismiss = onAbort(signal, (reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
