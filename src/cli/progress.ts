import type { Emit, Event, Reporter } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import { createPlainReporter } from '../report/plain.ts';
import { createQuietReporter } from '../report/quiet.ts';
import type { Io, ProgressOptions } from './invocation.ts';
import { isLogged, type Log, type LogLevel } from './start/logger.ts';

export interface ProgressParts {
  readonly io: Io;
  readonly clock: Clock;
  readonly log: Log;
  readonly limit: LogLevel;
  /** `--color`. */
  readonly colour: number;
  /** `--interactive`, `--timestamps`. */
  readonly interactive: boolean;
  readonly timestamps: boolean;
}

/** Who hears of a run's events: the log from the start, a reporter once a command asks for one. */
export interface Progress {
  readonly emit: Emit;
  show(options: ProgressOptions): Promise<Reporter>;
  /** Closes what is open; safe to call twice. */
  close(): Promise<void>;
}

export function createProgress(parts: ProgressParts): Progress {
  let reporter: Reporter | undefined;
  let task = 'DevLoop';
  /** Log lines that came while the terminal is redrawn: they would be drawn over. */
  let held: (() => void)[] | undefined;

  const log = (event: Extract<Event, { type: 'log' }>): void => {
    const during = task;
    const print = (): void => parts.log(event.level, event.message, during);
    if (held === undefined) print();
    else held.push(print);
  };
  const close = async (): Promise<void> => {
    const open = reporter;
    reporter = undefined;
    await open?.close();
    for (const print of held?.splice(0) ?? []) print();
    held = undefined;
  };
  return {
    emit: (event) => {
      if (event.type === 'phase-started') task = event.phase === 'Tag' ? 'Build' : event.phase;
      if (event.type === 'phase-succeeded' || event.type === 'phase-failed') task = 'DevLoop';
      if (event.type === 'log') log(event);
      else reporter?.on(event);
    },
    show: async (options) => {
      const redraws = options.mode === 'show' && canRedraw(parts);
      if (redraws) held = [];
      const opened = await openReporter(options, redraws, parts);
      reporter = opened;
      return { on: opened.on, close };
    },
    close,
  };
}

/** A person looks at it, and nothing else wants to be written between the lines. */
function canRedraw({ io, interactive, timestamps, limit }: ProgressParts): boolean {
  return io.stdout.redraws && interactive && !timestamps && !isLogged('info', limit);
}

async function openReporter(options: ProgressOptions, redraws: boolean, parts: ProgressParts): Promise<Reporter> {
  if (options.mode === 'hide') return createQuietReporter();
  const { io, colour, clock } = parts;
  if (!redraws) return createPlainReporter(io.stdout, { colour });
  const { createTerminalReporter } = await import('../report/terminal.ts');
  return createTerminalReporter(io.stdout, { colour, now: () => clock.monotonic() });
}
