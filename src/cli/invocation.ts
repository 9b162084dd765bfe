import type { Reporter } from '../core/events.ts';
import type { Context } from '../core/ports.ts';
import type { CommandName } from './command-names.ts';
import type { Options } from './flags/options.ts';

/** Where text goes: standard output or standard error. After the reader has gone away, writing does nothing. */
export interface Output {
  /** Writes the text as it is, in order; no newline is added. */
  write(text: string): void;
  /** Whether a person looks at it. */
  readonly isTTY: boolean;
  /** Whether lines that were written can be written over: not where `TERM=dumb`, nor where the width is unknown. */
  readonly redraws: boolean;
  /** Whether escape codes for colour may be written to it. */
  readonly colour: boolean;
  /** Width in characters; 80 where it is not a terminal, or one that does not know. */
  readonly columns: number;
  /** Height in lines; 24 where it is not a terminal, or one that does not know. */
  readonly rows: number;
}

/** Standard input. */
export interface Input {
  readonly isTTY: boolean;
  /** All of it as UTF-8 text. It is read once: later calls get the same text. */
  text(): Promise<string>;
  /** Its lines as they come, without their ends, for commands that ask questions; such a command does not use `text`. */
  lines(): AsyncIterator<string, undefined>;
}

export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface ProgressOptions {
  /** `hide` shows nothing but log lines (as `build --quiet` and `render` do). */
  readonly mode: 'show' | 'hide';
}

/**
 * Everything a command is given; without a name, that of any command. Every file in `commands/` exports
 * `run(invocation: Invocation<'name'>): Promise<number>`, which returns the exit code and throws failures.
 */
export type Invocation<Name extends CommandName = CommandName> = Name extends CommandName ? InvocationOf<Name> : never;

/** What one command is given. Commands print results through `io`, progress through `ctx.emit`. */
interface InvocationOf<Name extends CommandName> {
  /** The full name of the command, such as `build` or `registry serve`. */
  readonly command: Name;
  /** What the program was called as: `slipway`, or `skaffold` through a link of that name. */
  readonly program: string;
  readonly options: Options<Name>;
  /** Names of the flags set on the command line or by the environment, such as `build-concurrency`. */
  readonly given: ReadonlySet<string>;
  /** Positional arguments, checked for number already. */
  readonly args: readonly string[];
  readonly io: Io;
  /** `ctx.signal` is aborted by SIGINT, SIGTERM and a closed standard output. */
  readonly ctx: Context;
  /**
   * Starts to show progress; only from here on events reach a reporter (log events are always printed). Close it
   * before a result is written to standard output. It is closed anyway when the command ends or fails.
   */
  showProgress(options: ProgressOptions): Promise<Reporter>;
}
