import { ToolError } from '../core/errors.ts';

/** Why a run was stopped from outside; the reason of the aborted signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE') {
    super(`stopped by ${signal}`);
    this.signal = signal;
    this.exitCode = exitCodes[signal];
  }
}

/** 128 and the signal's number, as shells report a process that a signal ended. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const;

/** A command line that cannot be understood (Skaffold's code for it). */
const usageExitCode = 127;

/**
 * The exit code of a run that threw: that of the interruption, that of the child process that failed, 127 for a
 * command line that cannot be understood, 1 for everything else.
 *
 * Skaffold exits with 0 when it is interrupted; here `build && deploy` must not go on after Ctrl-C.
 */
export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  const reason = interruptionOf(signal);
  if (reason !== undefined) return reason.exitCode;
  if (!(error instanceof ToolError)) return 1;
  if (error.exitCode !== undefined) return error.exitCode === 0 ? 1 : error.exitCode;
  return error.code === 'USAGE' ? usageExitCode : 1;
}

/** Why the run was stopped, if it was. */
export function interruptionOf(signal: AbortSignal): Interruption | undefined {
  return signal.aborted && signal.reason instanceof Interruption ? signal.reason : undefined;
}
