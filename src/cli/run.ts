import { basename, join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { System } from '../core/ports.ts';
import { commandTable } from './command-table.ts';
import { environmentWarnings } from './environment.ts';
import { exitCodeOf, Interruption, interruptionOf } from './exit.ts';
import type { Invocation, Io } from './invocation.ts';
import { runCommand } from './load-command.ts';
import { type CommandLine, parseCommandLine } from './parse.ts';
import { createProgress } from './progress.ts';
import { showError } from './show-error.ts';
import type { CreateSystem, Host, Signal } from './start/host.ts';
import { createLog, isLogged, type LogLevel, parseLevel } from './start/logger.ts';
import { splitShellWords } from './start/shell-words.ts';
import { createIo, openStreams, type Streams } from './start/streams.ts';
import { createValueSources } from './start/value-sources.ts';
import { version } from './version.ts';

/** What a run works with, from start to end. */
interface Session {
  readonly host: Host;
  readonly program: string;
  readonly streams: Streams;
  readonly abort: AbortController;
}

/**
 * Runs one command line from the first word to the exit code. Never throws; when it resolves, everything that was
 * written has left the process.
 *
 * Order as in Skaffold: `skaffold.env` of the working directory, variables, arguments, logging, the command.
 */
export async function run(host: Host, createSystem: CreateSystem): Promise<number> {
  const abort = new AbortController();
  const streams = openStreams(host, (error) => abort.abort(lostOutput(error)));
  const session: Session = { host, program: programName(host.argv[1]), streams, abort };
  const code = await runSession(session, createSystem);
  await streams.flush();
  return code === 0 && abort.signal.reason instanceof ToolError ? await reportLoss(session) : code;
}

/** A reader that went away wanted no more; anything else means that output is missing. */
function lostOutput(error: NodeJS.ErrnoException): Interruption | ToolError {
  if (error.code === 'EPIPE') return new Interruption('SIGPIPE');
  const code = error.code === 'ENOSPC' ? 'DISK_FULL' : 'FILE_WRITE_ERR';
  return new ToolError(code, `write to standard output: ${error.message}`, { cause: error });
}

/** What the command wrote last was lost although the command succeeded. */
async function reportLoss(session: Session): Promise<number> {
  const code = failed(session.abort.signal.reason, session, {
    io: createIo(session.streams, plainDisplay(session.host)),
    limit: 'warning',
  });
  await session.streams.flush();
  return code;
}

/** `skaffold` when started through a link of that name; scripts then find everything as they expect it. */
function programName(path: string | undefined): string {
  return basename(path ?? '') === 'skaffold' ? 'skaffold' : 'slipway';
}

async function runSession(session: Session, createSystem: CreateSystem): Promise<number> {
  const shown: Shown = { io: createIo(session.streams, plainDisplay(session.host)), limit: 'warning' };
  try {
    const { system, warnings } = await openSystem(session.host, createSystem);
    const words = wordsOf(session.host, system);
    return words === undefined ? 1 : await runWords(words, system, warnings, session, shown);
  } catch (error) {
    return failed(error, session, shown);
  }
}

/** How errors are shown; flags change it while the run goes on. */
interface Shown {
  io: Io;
  limit: LogLevel;
}

const plainDisplay = ({ env }: Host): Parameters<typeof createIo>[1] => ({
  forceColors: false,
  timestamps: false,
  env,
  now: () => new Date(0),
});

/** The outside world with the variables of `skaffold.env` added; those that are set already stay as they are. */
async function openSystem(
  host: Host,
  createSystem: CreateSystem,
): Promise<{ readonly system: System; readonly warnings: readonly string[] }> {
  const system = createSystem(host.env);
  const content = await system.files.readIfExists(join(system.cwd, 'skaffold.env'));
  if (content === undefined) return { system, warnings: [] };
  const { parseDotenv } = await import('../go/dotenv.ts');
  try {
    const variables = parseDotenv(Buffer.from(content).toString('utf8'), 'skaffold.env');
    return { system: createSystem({ ...Object.fromEntries(variables), ...host.env }), warnings: [] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { system, warnings: [`Failed to load environment variables from file "skaffold.env": ${error.message}`] };
  }
}

/** The arguments, or where there are none the words of `SKAFFOLD_CMDLINE`; undefined where that has an open quote. */
function wordsOf(host: Host, system: System): readonly string[] | undefined {
  const words = host.argv.slice(2);
  const line = system.env['SKAFFOLD_CMDLINE'] ?? '';
  return words.length === 0 && line !== '' ? splitShellWords(line) : words;
}

async function runWords(
  words: readonly string[],
  system: System,
  warnings: readonly string[],
  session: Session,
  shown: Shown,
): Promise<number> {
  const startedAt = system.clock.now();
  const parsed = await parseCommandLine(words, {
    program: session.program,
    env: system.env,
    sources: createValueSources(system, session.streams.stdin),
    notify: (message) => shown.io.stderr.write(`${message}\n`),
  });
  const { forceColors, timestamps, verbosity } = parsed.options;
  const now = (): Date => system.clock.now();
  shown.io = createIo(session.streams, { forceColors, timestamps, env: system.env, now });
  shown.limit = parseLevel(verbosity);
  const { stderr } = shown.io;
  const log = createLog({ limit: shown.limit, colour: () => stderr.colour, now, startedAt, write: stderr.write });
  for (const warning of [...warnings, ...environmentWarnings(system.env)]) log('warning', warning, 'DevLoop');
  log('info', `Slipway ${version}`, 'DevLoop');
  if (parsed.kind === 'help') {
    const { printHelp } = await import('./help.ts');
    printHelp(parsed.name, session.program, shown.io.stdout);
    return 0;
  }
  return await runParsed(parsed, { ...session, system, log, io: shown.io, limit: shown.limit });
}

interface ParsedSession extends Session {
  readonly system: System;
  readonly log: ReturnType<typeof createLog>;
  readonly io: Io;
  readonly limit: LogLevel;
}

async function runParsed(parsed: CommandLine & { kind: 'command' }, session: ParsedSession): Promise<number> {
  const { abort, system, io, program } = session;
  const { color: colour, interactive, timestamps } = parsed.options;
  const progress = createProgress({ ...session, clock: system.clock, colour, interactive, timestamps });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) stopOn(signal, session);
  const { command, options, given, args } = parsed;
  const ctx = { system, emit: progress.emit, signal: abort.signal };
  const invocation = { command, program, options, given, args, io, ctx, showProgress: progress.show } as Invocation;
  try {
    const code = await runCommand(invocation);
    const interruption = interruptionOf(abort.signal);
    // With the reader gone, a command that could finish its work has succeeded all the same.
    const isOver = commandTable[command].session === true || interruption?.signal === 'SIGPIPE';
    if (interruption !== undefined && !isOver) throw interruption;
    return code;
  } finally {
    await progress.close();
  }
}

/** The first signal asks the run to stop, the second ends the process at once. */
function stopOn(signal: Signal, { host, abort }: Session): void {
  host.on(signal, () => {
    const interruption = new Interruption(signal);
    if (abort.signal.aborted) host.exit(interruption.exitCode);
    else abort.abort(interruption);
  });
}

function failed(error: unknown, { abort }: Session, { io, limit }: Shown): number {
  const interruption = interruptionOf(abort.signal);
  const { aborted, reason } = abort.signal;
  const cause: unknown = aborted && reason instanceof ToolError ? reason : error;
  if (interruption === undefined) showError(cause, io.stderr, { verbose: isLogged('debug', limit) });
  else if (interruption.signal !== 'SIGPIPE') io.stderr.write(`${interruption.message}\n`);
  return exitCodeOf(cause, abort.signal);
}
