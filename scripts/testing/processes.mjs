// Child processes for the test runner: each in its own process group, so that Ctrl-C reaches only the runner,
// which then stops them in order.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Process groups that are running now. */
const running = new Set();

/**
 * Runs a program to its end with its output in `logFile`.
 * @param {readonly string[]} command
 * @param {{ logFile: string, env?: NodeJS.ProcessEnv, cwd?: string, append?: boolean }} options
 * @returns {Promise<number>} the exit code; 1 when a signal ended it, 127 when it could not be started
 */
export async function run(command, options) {
  const log = openSync(options.logFile, options.append ? 'a' : 'w');
  const child = start(command, { ...options, output: log });
  closeSync(log);
  return await child.ended;
}

// Ends a child with its parent, even when the parent is killed outright (util-linux has it on every Linux).
const boundToParent = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--'] : [];

/**
 * Starts a program in the background.
 * @returns {{ pid: number | undefined, ended: Promise<number>, isRunning(): boolean, stop(graceMilliseconds?: number): Promise<void> }}
 */
export function start(command, { env = process.env, cwd, output }) {
  const [file = '', ...args] = [...boundToParent, ...command];
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', output, output], detached: true });
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
  if (child.pid !== undefined) running.add(child.pid);
  ended.then(() => running.delete(child.pid));
  const isRunning = () => running.has(child.pid);
  return { pid: child.pid, ended, isRunning, stop: (grace = 10_000) => stop(child.pid, ended, isRunning, grace) };
}

async function stop(pid, ended, isRunning, grace) {
  if (!isRunning()) return;
  signalGroup(pid, 'SIGTERM');
  await Promise.race([ended, sleep(grace, undefined, { ref: false })]);
  if (isRunning()) signalGroup(pid, 'SIGKILL');
  await ended;
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an orderly end: `onSignal` is called once, at the first of them.
 * @returns {{ exitCode: number }} 0, or 128 plus the signal's number once one has come
 */
export function watchSignals(onSignal) {
  const state = { exitCode: 0 };
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
    process.on(signal, () => {
      if (state.exitCode !== 0) return;
      state.exitCode = 128 + number;
      onSignal();
    });
  }
  return state;
}

/** Asks `check` again and again until it answers true; false when time is up or `giveUp` says so. */
export async function waitUntil(check, { milliseconds, giveUp = () => false }) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end && !giveUp()) {
    if (await check()) return true;
    await sleep(50);
  }
  return false;
}
