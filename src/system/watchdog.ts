/** Calls `bark` when nothing has happened for a while; for the silences of the other side, never for our own. */
export interface Watchdog {
  /** Something happened, or a wait begins: count from now. */
  touch(): void;
  /** The next move is ours. */
  pause(): void;
}

/** A paused watchdog; `limit` in milliseconds. */
export function createWatchdog(limit: number, bark: () => void): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  return {
    touch: () => {
      if (timer === undefined) timer = setTimeout(bark, limit);
      else timer.refresh();
    },
    pause: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
