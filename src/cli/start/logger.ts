import { ToolError } from '../../core/errors.ts';
import { quote } from '../../go/template/quote.ts';

/** From the most severe to the most talkative, in logrus's order. */
const levels = ['panic', 'fatal', 'error', 'warning', 'info', 'debug', 'trace'] as const;

export type LogLevel = (typeof levels)[number];

/**
 * The level that `--verbosity` names, in any case; `warn` is `warning`.
 *
 * @throws `UNKNOWN_ERROR` (exit code 1, as in Skaffold) for any other word.
 */
export function parseLevel(text: string): LogLevel {
  const word = text.toLowerCase();
  const level = levels.find((candidate) => candidate === (word === 'warn' ? 'warning' : word));
  if (level !== undefined) return level;
  throw new ToolError('UNKNOWN_ERROR', `parsing log level: not a valid logrus Level: ${quote(text)}`);
}

/** Whether lines of `level` are printed when `--verbosity` is `limit`. */
export function isLogged(level: LogLevel, limit: LogLevel): boolean {
  return levels.indexOf(level) <= levels.indexOf(limit);
}

export interface LogOptions {
  readonly limit: LogLevel;
  /** Whether lines take the short form with colours; asked when there is a line to write. */
  readonly colour: () => boolean;
  readonly now: () => Date;
  readonly startedAt: Date;
  readonly write: (text: string) => void;
}

/** Prints a log line; `task` is what was being done (Skaffold's phase names). */
export type Log = (level: LogLevel, message: string, task: string) => void;

/** Log lines in the two forms of logrus's text formatter: for a terminal, and `key=value` otherwise. */
export function createLog(options: LogOptions): Log {
  return (level, message, task) => {
    if (!isLogged(level, options.limit)) return;
    const fields = `subtask=-1 task=${value(task)}`;
    options.write(
      options.colour()
        ? terminalLine(level, message, fields, options)
        : plainLine(level, message, fields, options.now()),
    );
  };
}

function plainLine(level: LogLevel, message: string, fields: string, now: Date): string {
  return `time="${now.toISOString().replace(/\.\d+Z$/, 'Z')}" level=${level} msg=${value(message)} ${fields}\n`;
}

const colours: Readonly<Record<LogLevel, number>> = {
  panic: 31,
  fatal: 31,
  error: 31,
  warning: 33,
  info: 36,
  debug: 37,
  trace: 37,
};

function terminalLine(level: LogLevel, message: string, fields: string, { now, startedAt }: LogOptions): string {
  const colour = `\u001B[${colours[level]}m`;
  const seconds = String(Math.floor((now().getTime() - startedAt.getTime()) / 1000)).padStart(4, '0');
  const painted = fields.replace(/(\w+)=/g, `${colour}$1\u001B[0m=`);
  return `${colour}${level.toUpperCase().slice(0, 4)}\u001B[0m[${seconds}] ${message.replace(/\n$/, '').padEnd(44)} ${painted}\n`;
}

/** A value, quoted where logrus quotes. */
function value(text: string): string {
  return /^[\w.\-/@^+]*$/.test(text) ? text : quote(text);
}
